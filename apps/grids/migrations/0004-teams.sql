-- 网格队伍: the catalogue of roles of a grid's team, and who serves in which grid, as what, from when to when.

-- up
-- An area's own catalogue replaces the preset as a whole; the nearest area that has one counts.
CREATE TABLE grid_role (
  id uuid DEFAULT uuidv7(),
  area_code text NOT NULL CONSTRAINT grid_role_area_shape CHECK (area_code ~ '^[0-9]{6}([0-9]{3})?$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  code text NOT NULL CONSTRAINT grid_role_code_shape CHECK (code ~ '^[A-Z][A-Z0-9_]{0,29}$'),
  role_group text NOT NULL CONSTRAINT grid_role_group_known CHECK (role_group IN ('HEAD', 'MEMBER', 'OFFICER')),
  label text NOT NULL CONSTRAINT grid_role_label_given CHECK (label <> ''),
  required boolean NOT NULL DEFAULT true,
  position integer NOT NULL,
  valid_from date NOT NULL,
  -- first day on which it is no longer in the catalogue; the day it began when it was replaced on that day
  valid_to date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT grid_role_pkey PRIMARY KEY (id),
  CONSTRAINT grid_role_period_ordered CHECK (valid_to IS NULL OR valid_to >= valid_from),
  CONSTRAINT grid_role_code_unique EXCLUDE USING gist (area_code WITH =, code WITH =, daterange(valid_from, valid_to) WITH &&)
);

CREATE TABLE grid_staff (
  id uuid DEFAULT uuidv7(),
  grid_id uuid NOT NULL CONSTRAINT grid_staff_grid_exists REFERENCES grid (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  person_id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT grid_staff_kind_known CHECK (kind IN ('FULL_TIME', 'PART_TIME', 'VOLUNTEER')),
  role_code text,
  from_on date NOT NULL,
  -- last day on duty; null while on duty
  to_on date,
  end_reason text,
  contract_until date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT grid_staff_pkey PRIMARY KEY (id),
  CONSTRAINT grid_staff_period_ordered CHECK (to_on IS NULL OR to_on >= from_on),
  CONSTRAINT grid_staff_once_a_day EXCLUDE USING gist (
    grid_id WITH =, person_id WITH =, (coalesce(role_code, '')) WITH =, daterange(from_on, to_on, '[]') WITH &&
  )
);
CREATE INDEX grid_staff_by_grid ON grid_staff (grid_id, from_on);
CREATE INDEX grid_staff_by_person ON grid_staff (person_id, from_on);
CREATE INDEX grid_staff_by_county ON grid_staff (county_code, id);
CREATE INDEX grid_staff_by_town ON grid_staff (town_code, id);
CREATE INDEX grid_staff_by_area ON grid_staff (area_code, id);

CREATE TABLE staff_training (
  id uuid DEFAULT uuidv7(),
  grid_id uuid NOT NULL CONSTRAINT staff_training_grid_exists REFERENCES grid (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  person_id uuid NOT NULL,
  title text NOT NULL CONSTRAINT staff_training_title_given CHECK (title <> ''),
  held_on date NOT NULL,
  hours numeric(5, 1) NOT NULL CONSTRAINT staff_training_hours_positive CHECK (hours > 0),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT staff_training_pkey PRIMARY KEY (id),
  CONSTRAINT staff_training_recorded_once UNIQUE (person_id, held_on, title)
);

-- down
DROP TABLE staff_training;
DROP TABLE grid_staff;
DROP TABLE grid_role;
