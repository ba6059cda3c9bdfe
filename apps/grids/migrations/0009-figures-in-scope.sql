-- up
-- Every question is asked within a scope, which is a range of areas: with the area beside them, the figures of a town and of a
-- county are counted from the index alone, without a visit to thousands of rows.
DROP INDEX matter_reported_of_town;
CREATE INDEX matter_reported_of_town ON matter (town_code, reported_at DESC, id DESC)
  INCLUDE (accepted_at, closed_at, state, level, area_code);
DROP INDEX matter_reported_of_county;
CREATE INDEX matter_reported_of_county ON matter (county_code, reported_at DESC, id DESC)
  INCLUDE (accepted_at, closed_at, state, level, area_code);
DROP INDEX matter_step_due_of_town;
CREATE INDEX matter_step_due_of_town ON matter_step (town_code, due_at)
  INCLUDE (step, unit_id, ended_at, in_time, solved, rework, area_code) WHERE counted;
DROP INDEX matter_step_due_of_county;
CREATE INDEX matter_step_due_of_county ON matter_step (county_code, due_at)
  INCLUDE (step, unit_id, ended_at, in_time, solved, rework, area_code) WHERE counted;

-- down
DROP INDEX matter_reported_of_town;
CREATE INDEX matter_reported_of_town ON matter (town_code, reported_at DESC, id DESC)
  INCLUDE (accepted_at, closed_at, state, level);
DROP INDEX matter_reported_of_county;
CREATE INDEX matter_reported_of_county ON matter (county_code, reported_at DESC, id DESC)
  INCLUDE (accepted_at, closed_at, state, level);
DROP INDEX matter_step_due_of_town;
CREATE INDEX matter_step_due_of_town ON matter_step (town_code, due_at)
  INCLUDE (step, unit_id, ended_at, in_time, solved, rework) WHERE counted;
DROP INDEX matter_step_due_of_county;
CREATE INDEX matter_step_due_of_county ON matter_step (county_code, due_at)
  INCLUDE (step, unit_id, ended_at, in_time, solved, rework) WHERE counted;
