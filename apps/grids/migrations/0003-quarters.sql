-- 小区、楼栋: quarters and their buildings. The mode of property management and the company are the state of today; who keeps them is
-- the capability property.

-- up
CREATE TABLE quarter (
  id uuid DEFAULT uuidv7(),
  name text NOT NULL CONSTRAINT quarter_name_given CHECK (name <> ''),
  address text,
  kind text NOT NULL CONSTRAINT quarter_kind_known CHECK (kind IN ('COMMERCIAL', 'OLD', 'UNIT_HOUSING', 'SCATTERED')),
  -- the community or village
  area_code text NOT NULL CONSTRAINT quarter_area_shape CHECK (area_code ~ '^[0-9]{12}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  grid_id uuid CONSTRAINT quarter_grid_exists REFERENCES grid (id),
  households integer NOT NULL DEFAULT 0 CONSTRAINT quarter_households_counted CHECK (households >= 0),
  property_mode text NOT NULL DEFAULT 'NONE' CONSTRAINT quarter_property_mode_known CHECK (
    property_mode IN ('NONE', 'COMPANY', 'OWNERS', 'COMMUNITY_TRUST', 'UNIT', 'STATE_PLATFORM')
  ),
  provider_id uuid,
  valid_from date NOT NULL,
  valid_to date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT quarter_pkey PRIMARY KEY (id),
  CONSTRAINT quarter_name_unique UNIQUE (area_code, name)
);
CREATE INDEX quarter_by_county ON quarter (county_code, name, id);
CREATE INDEX quarter_by_town ON quarter (town_code, name, id);
CREATE INDEX quarter_by_area ON quarter (area_code, name, id);
CREATE INDEX quarter_by_grid ON quarter (grid_id, name, id);
CREATE INDEX quarter_by_provider ON quarter (provider_id, name, id) WHERE provider_id IS NOT NULL;
CREATE INDEX quarter_by_name ON quarter (name, id);

-- In which community a quarter was on any day: communities merge, and figures of the past keep the old code.
CREATE TABLE quarter_place (
  quarter_id uuid NOT NULL CONSTRAINT quarter_place_quarter_exists REFERENCES quarter (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  valid_from date NOT NULL,
  valid_to date,
  CONSTRAINT quarter_place_period_ordered CHECK (valid_to IS NULL OR valid_to > valid_from),
  CONSTRAINT quarter_place_one_a_day EXCLUDE USING gist (quarter_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX quarter_place_by_quarter ON quarter_place (quarter_id, valid_from);
CREATE INDEX quarter_place_by_area ON quarter_place (area_code);

CREATE TABLE building (
  id uuid DEFAULT uuidv7(),
  quarter_id uuid NOT NULL CONSTRAINT building_quarter_exists REFERENCES quarter (id),
  no text NOT NULL CONSTRAINT building_no_given CHECK (no <> ''),
  area_code text NOT NULL CONSTRAINT building_area_shape CHECK (area_code ~ '^[0-9]{12}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  floors integer CONSTRAINT building_floors_counted CHECK (floors >= 1),
  units integer CONSTRAINT building_units_counted CHECK (units >= 1),
  households integer NOT NULL DEFAULT 0 CONSTRAINT building_households_counted CHECK (households >= 0),
  longitude double precision,
  latitude double precision,
  -- exactly one basic grid, always
  grid_id uuid NOT NULL CONSTRAINT building_grid_exists REFERENCES grid (id),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT building_pkey PRIMARY KEY (id),
  CONSTRAINT building_no_unique UNIQUE (quarter_id, no),
  CONSTRAINT building_point_whole CHECK ((longitude IS NULL) = (latitude IS NULL))
);
CREATE INDEX building_by_grid ON building (grid_id, id);
CREATE INDEX building_by_area ON building (area_code, id);

-- down
DROP TABLE building;
DROP TABLE quarter_place;
DROP TABLE quarter;
