-- up
-- To which bus the offset belongs: on another one it means nothing.
ALTER TABLE consumer_checkpoint ADD COLUMN bus text COLLATE "C";

-- down
ALTER TABLE consumer_checkpoint DROP COLUMN bus;
