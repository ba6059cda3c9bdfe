-- up
-- Exclusion constraints stand on expressions, so that no statement reads by their indexes: decision 0008.
-- Built anew over every row: a city takes longer than a statement usually may.
SET LOCAL statement_timeout = 0;
ALTER TABLE cooperative_seat DROP CONSTRAINT cooperative_seat_once,
  ADD CONSTRAINT cooperative_seat_once EXCLUDE USING gist (
    greatest(cooperative_id) WITH =, greatest(person_id) WITH =, daterange(from_on, to_on) WITH &&);
ALTER TABLE cooperative_seat DROP CONSTRAINT cooperative_seat_one_chair,
  ADD CONSTRAINT cooperative_seat_one_chair EXCLUDE USING gist (
    greatest(cooperative_id) WITH =, daterange(from_on, to_on) WITH &&) WHERE (chair);
ALTER TABLE development_plan DROP CONSTRAINT development_plan_one_valid,
  ADD CONSTRAINT development_plan_one_valid EXCLUDE USING gist (
    greatest(area_code) WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (valid_from IS NOT NULL);
ALTER TABLE stationed_assignment DROP CONSTRAINT stationed_one_first_secretary,
  ADD CONSTRAINT stationed_one_first_secretary EXCLUDE USING gist (
    greatest(area_code) WITH =, daterange(posted_on, ended_on) WITH &&) WHERE (role = 'FIRST_SECRETARY' AND posted_on IS NOT NULL);
ALTER TABLE stationed_assignment DROP CONSTRAINT stationed_one_post_per_person,
  ADD CONSTRAINT stationed_one_post_per_person EXCLUDE USING gist (
    greatest(person_id) WITH =, daterange(posted_on, ended_on) WITH &&) WHERE (posted_on IS NOT NULL);
ALTER TABLE stationed_requirement DROP CONSTRAINT stationed_requirement_one_at_a_time,
  ADD CONSTRAINT stationed_requirement_one_at_a_time EXCLUDE USING gist (
    greatest(area_code) WITH =, daterange(valid_from, valid_to) WITH &&);
-- Read by the constraint's index before.
CREATE INDEX cooperative_seat_of ON cooperative_seat (cooperative_id, from_on);
CREATE INDEX stationed_requirement_of ON stationed_requirement (area_code, valid_from);

-- down
SET LOCAL statement_timeout = 0;
DROP INDEX stationed_requirement_of;
DROP INDEX cooperative_seat_of;
ALTER TABLE cooperative_seat DROP CONSTRAINT cooperative_seat_once,
  ADD CONSTRAINT cooperative_seat_once EXCLUDE USING gist (
    cooperative_id WITH =, person_id WITH =, daterange(from_on, to_on) WITH &&);
ALTER TABLE cooperative_seat DROP CONSTRAINT cooperative_seat_one_chair,
  ADD CONSTRAINT cooperative_seat_one_chair EXCLUDE USING gist (
    cooperative_id WITH =, daterange(from_on, to_on) WITH &&) WHERE (chair);
ALTER TABLE development_plan DROP CONSTRAINT development_plan_one_valid,
  ADD CONSTRAINT development_plan_one_valid EXCLUDE USING gist (
    area_code WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (valid_from IS NOT NULL);
ALTER TABLE stationed_assignment DROP CONSTRAINT stationed_one_first_secretary,
  ADD CONSTRAINT stationed_one_first_secretary EXCLUDE USING gist (
    area_code WITH =, daterange(posted_on, ended_on) WITH &&) WHERE (role = 'FIRST_SECRETARY' AND posted_on IS NOT NULL);
ALTER TABLE stationed_assignment DROP CONSTRAINT stationed_one_post_per_person,
  ADD CONSTRAINT stationed_one_post_per_person EXCLUDE USING gist (
    person_id WITH =, daterange(posted_on, ended_on) WITH &&) WHERE (posted_on IS NOT NULL);
ALTER TABLE stationed_requirement DROP CONSTRAINT stationed_requirement_one_at_a_time,
  ADD CONSTRAINT stationed_requirement_one_at_a_time EXCLUDE USING gist (
    area_code WITH =, daterange(valid_from, valid_to) WITH &&);
