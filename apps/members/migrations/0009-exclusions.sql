-- up
-- Exclusion constraints stand on expressions, so that no statement reads by their indexes: decision 0008.
-- Built anew over every row: a city takes longer than a statement usually may.
SET LOCAL statement_timeout = 0;
ALTER TABLE member_history DROP CONSTRAINT member_history_one_branch,
  ADD CONSTRAINT member_history_one_branch EXCLUDE USING gist (
    greatest(member_id) WITH =, daterange(valid_from, valid_to) WITH &&);

-- down
SET LOCAL statement_timeout = 0;
ALTER TABLE member_history DROP CONSTRAINT member_history_one_branch,
  ADD CONSTRAINT member_history_one_branch EXCLUDE USING gist (member_id WITH =, daterange(valid_from, valid_to) WITH &&);
