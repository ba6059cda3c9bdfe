-- 网格: the tree of grids as it is (grid) and as it was on any day (grid_history), their boundaries by version, the names of the levels.

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Names that an area gives to its levels; the nearest area that has named a level counts.
CREATE TABLE grid_level (
  id uuid DEFAULT uuidv7(),
  -- a city or county (6 digits), a town or street (9)
  area_code text NOT NULL CONSTRAINT grid_level_area_shape CHECK (area_code ~ '^[0-9]{6}([0-9]{3})?$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  no integer NOT NULL CONSTRAINT grid_level_counted CHECK (no BETWEEN 1 AND 9),
  zh text NOT NULL CONSTRAINT grid_level_name_given CHECK (zh <> ''),
  en text NOT NULL CONSTRAINT grid_level_english_name_given CHECK (en <> ''),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT grid_level_pkey PRIMARY KEY (id),
  CONSTRAINT grid_level_named_once UNIQUE (area_code, no)
);

CREATE TABLE grid (
  id uuid DEFAULT uuidv7(),
  -- 12 digits of the area and 3 of the serial; special grids from 900
  code text NOT NULL CONSTRAINT grid_code_shape CHECK (code ~ '^[0-9]{15}$'),
  name text NOT NULL CONSTRAINT grid_name_given CHECK (name <> ''),
  level integer NOT NULL CONSTRAINT grid_level_counted_from_one CHECK (level BETWEEN 1 AND 9),
  -- what a grid of this level is: a county, street or community as a whole, a basic grid, a building within one
  tier text NOT NULL CONSTRAINT grid_tier_known CHECK (tier IN ('COUNTY', 'TOWN', 'GRASSROOTS', 'BASIC', 'BUILDING')),
  special boolean NOT NULL DEFAULT false,
  setting text NOT NULL CONSTRAINT grid_setting_known CHECK (setting IN ('URBAN', 'RURAL')),
  parent_id uuid CONSTRAINT grid_parent_exists REFERENCES grid (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  households integer NOT NULL DEFAULT 0 CONSTRAINT grid_households_counted CHECK (households >= 0),
  population integer NOT NULL DEFAULT 0 CONSTRAINT grid_population_counted CHECK (population >= 0),
  -- the Party organisation or group in charge
  organization_id uuid,
  networks text[] NOT NULL DEFAULT '{}' CONSTRAINT grid_networks_known CHECK (
    networks <@ ARRAY['PARTY', 'POLITICS_LAW', 'GOVERNANCE', 'CIVIL', 'CITY', 'COMPLAINTS', 'MARKET', 'HEALTH', 'EMERGENCY', 'OTHER']
  ),
  status text NOT NULL CONSTRAINT grid_status_known CHECK (status IN ('PLANNED', 'ACTIVE', 'MERGED', 'SPLIT', 'RETIRED')),
  valid_from date NOT NULL,
  -- first day on which it is no longer a grid
  valid_to date,
  successor_ids uuid[] NOT NULL DEFAULT '{}',
  end_reason text,
  -- how many versions of the boundary there are; 0 while none is drawn
  boundary_version integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT grid_pkey PRIMARY KEY (id),
  CONSTRAINT grid_code_unique UNIQUE (code),
  CONSTRAINT grid_area_fits_tier CHECK (
    length(area_code) = CASE tier WHEN 'COUNTY' THEN 6 WHEN 'TOWN' THEN 9 ELSE 12 END
  ),
  CONSTRAINT grid_code_fits_area CHECK (left(code, 12) = rpad(area_code, 12, '0')),
  CONSTRAINT grid_serial_fits_tier CHECK ((tier IN ('COUNTY', 'TOWN', 'GRASSROOTS')) = (right(code, 3) = '000')),
  CONSTRAINT grid_special_fits_serial CHECK (special = (right(code, 3) >= '900')),
  CONSTRAINT grid_special_is_basic CHECK (NOT special OR tier = 'BASIC'),
  CONSTRAINT grid_parent_given CHECK ((parent_id IS NULL) = (level = 1)),
  CONSTRAINT grid_ended_has_end CHECK ((status IN ('MERGED', 'SPLIT', 'RETIRED')) = (valid_to IS NOT NULL))
);
CREATE INDEX grid_by_county ON grid (county_code, code);
CREATE INDEX grid_by_town ON grid (town_code, code);
CREATE INDEX grid_by_area ON grid (area_code, code);
CREATE INDEX grid_by_parent ON grid (parent_id, code);
CREATE INDEX grid_by_organization ON grid (organization_id) WHERE organization_id IS NOT NULL;

-- One row per grid and period [valid_from, valid_to): what it was called, where it stood and how many lived there.
CREATE TABLE grid_history (
  id uuid DEFAULT uuidv7(),
  grid_id uuid NOT NULL CONSTRAINT grid_history_grid_exists REFERENCES grid (id),
  valid_from date NOT NULL,
  valid_to date,
  code text NOT NULL,
  name text NOT NULL,
  level integer NOT NULL,
  tier text NOT NULL,
  parent_id uuid,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  households integer NOT NULL,
  population integer NOT NULL,
  organization_id uuid,
  status text NOT NULL CONSTRAINT grid_history_status_known CHECK (status IN ('PLANNED', 'ACTIVE', 'MERGED', 'SPLIT', 'RETIRED')),
  CONSTRAINT grid_history_pkey PRIMARY KEY (id),
  CONSTRAINT grid_history_period_ordered CHECK (valid_to IS NULL OR valid_to > valid_from),
  CONSTRAINT grid_history_one_a_day EXCLUDE USING gist (grid_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX grid_history_by_grid ON grid_history (grid_id, valid_from);
CREATE INDEX grid_history_by_county ON grid_history (county_code, code);
CREATE INDEX grid_history_by_town ON grid_history (town_code, code);
CREATE INDEX grid_history_by_area ON grid_history (area_code, code);
CREATE INDEX grid_history_by_parent ON grid_history (parent_id, code);

-- The outline serves look-ups by built-in types; the text is the boundary as it was drawn, WGS84.
CREATE TABLE grid_boundary (
  id uuid DEFAULT uuidv7(),
  grid_id uuid NOT NULL CONSTRAINT grid_boundary_grid_exists REFERENCES grid (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  version integer NOT NULL CONSTRAINT grid_boundary_version_counted CHECK (version >= 1),
  valid_from date NOT NULL,
  -- first day on which another version holds; the day it began when it was replaced on that day
  valid_to date,
  geojson jsonb NOT NULL,
  outline polygon NOT NULL,
  bounds box NOT NULL,
  area_m2 numeric(14, 2) NOT NULL CONSTRAINT grid_boundary_area_positive CHECK (area_m2 > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  CONSTRAINT grid_boundary_pkey PRIMARY KEY (id),
  CONSTRAINT grid_boundary_version_unique UNIQUE (grid_id, version),
  CONSTRAINT grid_boundary_period_ordered CHECK (valid_to IS NULL OR valid_to >= valid_from),
  CONSTRAINT grid_boundary_one_a_day EXCLUDE USING gist (grid_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX grid_boundary_by_bounds ON grid_boundary USING gist (bounds);

-- down
DROP TABLE grid_boundary;
DROP TABLE grid_history;
DROP TABLE grid;
DROP TABLE grid_level;
