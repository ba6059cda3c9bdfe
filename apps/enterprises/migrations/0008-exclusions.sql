-- up
-- Exclusion constraints stand on expressions, so that no statement reads by their indexes: decision 0008.
-- Built anew over every row: a city takes longer than a statement usually may.
SET LOCAL statement_timeout = 0;
ALTER TABLE entity_history DROP CONSTRAINT entity_history_one_a_day,
  ADD CONSTRAINT entity_history_one_a_day EXCLUDE USING gist (
    greatest(entity_id) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE entity_organization DROP CONSTRAINT entity_organization_once,
  ADD CONSTRAINT entity_organization_once EXCLUDE USING gist (
    greatest(entity_id) WITH =, greatest(org_id) WITH =, daterange(valid_from, valid_to) WITH &&);

-- down
SET LOCAL statement_timeout = 0;
ALTER TABLE entity_history DROP CONSTRAINT entity_history_one_a_day,
  ADD CONSTRAINT entity_history_one_a_day EXCLUDE USING gist (entity_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE entity_organization DROP CONSTRAINT entity_organization_once,
  ADD CONSTRAINT entity_organization_once EXCLUDE USING gist (
    entity_id WITH =, org_id WITH =, daterange(valid_from, valid_to) WITH &&);
