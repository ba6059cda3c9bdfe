-- 行政村: the register of administrative villages, their yearly statistics, and the model villages (VIL-01, VIL-08).

-- up
CREATE TABLE village (
  area_code text CONSTRAINT village_pkey PRIMARY KEY,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  households integer CONSTRAINT village_households_counted CHECK (households >= 0),
  population integer CONSTRAINT village_population_counted CHECK (population >= 0),
  -- mu
  farmland numeric(12, 3) CONSTRAINT village_farmland_measured CHECK (farmland >= 0),
  -- SUMMED: added up from the villages that were merged into it, until somebody records its own figures
  figures_basis text NOT NULL DEFAULT 'RECORDED' CONSTRAINT village_figures_basis_known CHECK (figures_basis IN ('RECORDED', 'SUMMED')),
  endowments text,
  leading_trade text,
  economic_org_name text,
  economic_org_uscc text CONSTRAINT village_economic_org_uscc_shape CHECK (economic_org_uscc ~ '^N[0-9A-Z]{17}$'),
  economic_org_members integer CONSTRAINT village_economic_org_members_counted CHECK (economic_org_members >= 0),
  -- of the newest closed year; written by the classification alone
  class text CONSTRAINT village_class_known CHECK (class IN ('SHELL', 'WEAK', 'BELOW', 'REACHED', 'GOOD', 'STAR')),
  class_year integer,
  weak boolean NOT NULL DEFAULT false,
  model boolean NOT NULL DEFAULT false,
  status text NOT NULL DEFAULT 'ACTIVE' CONSTRAINT village_status_known CHECK (status IN ('ACTIVE', 'MERGED')),
  -- first day of the village, and first day on which it is no longer one
  valid_from date NOT NULL,
  merged_on date,
  replaced_by text[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT village_area_code_of_village CHECK (area_code ~ '^[0-9]{12}$'),
  CONSTRAINT village_merged_whole CHECK ((status = 'MERGED') = (merged_on IS NOT NULL)),
  CONSTRAINT village_economic_org_uscc_unique UNIQUE (economic_org_uscc)
);
CREATE INDEX village_by_county ON village (county_code, area_code);
CREATE INDEX village_by_town ON village (town_code, area_code);
CREATE INDEX village_by_class ON village (class, area_code);
CREATE INDEX village_weak ON village (area_code) WHERE weak;
CREATE INDEX village_model ON village (area_code) WHERE model;
CREATE INDEX village_successors ON village USING gin (replaced_by);

CREATE TABLE village_year (
  id uuid DEFAULT uuidv7() CONSTRAINT village_year_pkey PRIMARY KEY,
  area_code text NOT NULL CONSTRAINT village_year_village_exists REFERENCES village (area_code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  year integer NOT NULL CONSTRAINT village_year_plausible CHECK (year BETWEEN 1949 AND 2200),
  households integer NOT NULL CONSTRAINT village_year_households_counted CHECK (households >= 0),
  population integer NOT NULL CONSTRAINT village_year_population_counted CHECK (population >= 0),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT village_year_unique UNIQUE (area_code, year)
);

-- 示范村: nominated by the town, named by the organisation department; not a class
CREATE TABLE model_village (
  id uuid DEFAULT uuidv7() CONSTRAINT model_village_pkey PRIMARY KEY,
  area_code text NOT NULL CONSTRAINT model_village_village_exists REFERENCES village (area_code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  state text NOT NULL CONSTRAINT model_village_state_known CHECK (state IN ('NOMINATED', 'NAMED', 'DECLINED', 'ENDED')),
  reason text NOT NULL,
  nominated_on date NOT NULL,
  nominated_by text NOT NULL,
  decided_on date,
  decided_by text,
  decision_reason text,
  ended_on date,
  ended_by text,
  ended_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT model_village_decided CHECK (state = 'NOMINATED' OR decided_on IS NOT NULL),
  CONSTRAINT model_village_ended CHECK ((state = 'ENDED') = (ended_on IS NOT NULL))
);
CREATE UNIQUE INDEX model_village_one_open ON model_village (area_code) WHERE state IN ('NOMINATED', 'NAMED');
CREATE INDEX model_village_by_area ON model_village (area_code, nominated_on, id);

-- down
DROP TABLE model_village;
DROP TABLE village_year;
DROP TABLE village;
