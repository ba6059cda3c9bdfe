-- up
-- Exclusion constraints stand on expressions, so that no statement reads by their indexes: decision 0008.
-- Built anew over every row: a city takes longer than a statement usually may.
SET LOCAL statement_timeout = 0;
ALTER TABLE grid_boundary DROP CONSTRAINT grid_boundary_one_a_day,
  ADD CONSTRAINT grid_boundary_one_a_day EXCLUDE USING gist (greatest(grid_id) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE grid_history DROP CONSTRAINT grid_history_one_a_day,
  ADD CONSTRAINT grid_history_one_a_day EXCLUDE USING gist (greatest(grid_id) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE grid_role DROP CONSTRAINT grid_role_code_unique,
  ADD CONSTRAINT grid_role_code_unique EXCLUDE USING gist (
    greatest(area_code) WITH =, greatest(code) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE grid_staff DROP CONSTRAINT grid_staff_once_a_day,
  ADD CONSTRAINT grid_staff_once_a_day EXCLUDE USING gist (
    greatest(grid_id) WITH =, greatest(person_id) WITH =, coalesce(role_code, '') WITH =, daterange(from_on, to_on, '[]') WITH &&);
ALTER TABLE property_contract DROP CONSTRAINT property_contract_one_at_a_time,
  ADD CONSTRAINT property_contract_one_at_a_time EXCLUDE USING gist (
    greatest(quarter_id) WITH =, greatest(provider_id) WITH =, daterange(starts_on, (last_day + 1)) WITH &&);
ALTER TABLE quarter_mode DROP CONSTRAINT quarter_mode_one_a_day,
  ADD CONSTRAINT quarter_mode_one_a_day EXCLUDE USING gist (greatest(quarter_id) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE quarter_place DROP CONSTRAINT quarter_place_one_a_day,
  ADD CONSTRAINT quarter_place_one_a_day EXCLUDE USING gist (
    greatest(quarter_id) WITH =, daterange(valid_from, valid_to) WITH &&);
-- Read by the constraint's index before.
CREATE INDEX grid_role_of ON grid_role (area_code, code);

-- down
SET LOCAL statement_timeout = 0;
DROP INDEX grid_role_of;
ALTER TABLE grid_boundary DROP CONSTRAINT grid_boundary_one_a_day,
  ADD CONSTRAINT grid_boundary_one_a_day EXCLUDE USING gist (grid_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE grid_history DROP CONSTRAINT grid_history_one_a_day,
  ADD CONSTRAINT grid_history_one_a_day EXCLUDE USING gist (grid_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE grid_role DROP CONSTRAINT grid_role_code_unique,
  ADD CONSTRAINT grid_role_code_unique EXCLUDE USING gist (
    area_code WITH =, code WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE grid_staff DROP CONSTRAINT grid_staff_once_a_day,
  ADD CONSTRAINT grid_staff_once_a_day EXCLUDE USING gist (
    grid_id WITH =, person_id WITH =, coalesce(role_code, '') WITH =, daterange(from_on, to_on, '[]') WITH &&);
ALTER TABLE property_contract DROP CONSTRAINT property_contract_one_at_a_time,
  ADD CONSTRAINT property_contract_one_at_a_time EXCLUDE USING gist (
    quarter_id WITH =, provider_id WITH =, daterange(starts_on, (last_day + 1)) WITH &&);
ALTER TABLE quarter_mode DROP CONSTRAINT quarter_mode_one_a_day,
  ADD CONSTRAINT quarter_mode_one_a_day EXCLUDE USING gist (quarter_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE quarter_place DROP CONSTRAINT quarter_place_one_a_day,
  ADD CONSTRAINT quarter_place_one_a_day EXCLUDE USING gist (quarter_id WITH =, daterange(valid_from, valid_to) WITH &&);
