-- Read model of the targets that an area has set for itself. Fed by events only.

-- up
CREATE TABLE known_target (
  id uuid PRIMARY KEY,
  key text NOT NULL,
  area_code text NOT NULL,
  profile text,
  comparator text NOT NULL,
  value numeric,
  unit text NOT NULL,
  parameters jsonb NOT NULL DEFAULT '{}',
  due_on date,
  valid_from date NOT NULL,
  valid_to date
);
CREATE INDEX known_target_key ON known_target (key, area_code, valid_from);

-- down
DROP TABLE known_target;
