-- Read model of the public units: departments that handle, units that send. Fed by events only.

-- up
CREATE TABLE known_unit (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  department_code text,
  area_code text NOT NULL,
  status text NOT NULL
);
CREATE INDEX known_unit_area ON known_unit (area_code, kind);

-- down
DROP TABLE known_unit;
