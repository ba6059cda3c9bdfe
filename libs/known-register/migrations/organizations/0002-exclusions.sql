-- up
-- Exclusion constraints stand on expressions, so that no statement reads by their indexes: decision 0008.
-- Built anew over every row: a city takes longer than a statement usually may.
SET LOCAL statement_timeout = 0;
ALTER TABLE known_organization_history DROP CONSTRAINT known_organization_history_one_at_a_time,
  ADD CONSTRAINT known_organization_history_one_at_a_time EXCLUDE USING gist (
    greatest(org_id) WITH =, daterange(valid_from, valid_to) WITH &&);

-- down
SET LOCAL statement_timeout = 0;
ALTER TABLE known_organization_history DROP CONSTRAINT known_organization_history_one_at_a_time,
  ADD CONSTRAINT known_organization_history_one_at_a_time EXCLUDE USING gist (
    org_id WITH =, daterange(valid_from, valid_to) WITH &&);
