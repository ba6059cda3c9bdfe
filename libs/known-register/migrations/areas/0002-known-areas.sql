-- Read model of the area register: which codes are in use on which day and what replaced them. Fed by events only; the names are
-- asked from their owner.

-- up
CREATE TABLE known_area (
  code text PRIMARY KEY,
  level text NOT NULL,
  kind text,
  parent_code text,
  county_code text GENERATED ALWAYS AS (left(code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(code, 9)) STORED,
  valid_from date NOT NULL,
  valid_to date,
  replaced_by text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX known_area_parent ON known_area (parent_code, code);
CREATE INDEX known_area_county ON known_area (county_code, code);
CREATE INDEX known_area_town ON known_area (town_code, code);
CREATE INDEX known_area_successors ON known_area USING gin (replaced_by);

-- down
DROP TABLE known_area;
