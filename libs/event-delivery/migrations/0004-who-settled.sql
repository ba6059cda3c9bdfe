-- up
-- Who replayed or discarded a dead letter; the audit trail has the same line.
ALTER TABLE dead_letter ADD COLUMN settled_by text;

-- down
ALTER TABLE dead_letter DROP COLUMN settled_by;
