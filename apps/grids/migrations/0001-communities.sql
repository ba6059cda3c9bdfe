-- 社区登记: the business facts of communities, and their permanent urban residents by year. Names and codes belong to the area register.

-- up
CREATE TABLE community (
  area_code text CONSTRAINT community_code_shape CHECK (area_code ~ '^[0-9]{12}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  households integer NOT NULL DEFAULT 0 CONSTRAINT community_households_counted CHECK (households >= 0),
  -- square metres
  area_m2 numeric(12, 2) CONSTRAINT community_area_positive CHECK (area_m2 > 0),
  service_hotline text,
  service_stations integer NOT NULL DEFAULT 0 CONSTRAINT community_stations_counted CHECK (service_stations >= 0),
  status text NOT NULL DEFAULT 'ACTIVE' CONSTRAINT community_status_known CHECK (status IN ('ACTIVE', 'MERGED')),
  valid_from date NOT NULL,
  -- first day on which it is no longer a community of its own
  valid_to date,
  replaced_by text[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT community_pkey PRIMARY KEY (area_code),
  CONSTRAINT community_merged_has_end CHECK ((status = 'MERGED') = (valid_to IS NOT NULL))
);
CREATE INDEX community_by_county ON community (county_code, area_code);
CREATE INDEX community_by_town ON community (town_code, area_code);

-- The number comes from the yearly statistics, and says which.
CREATE TABLE community_year (
  id uuid DEFAULT uuidv7(),
  area_code text NOT NULL CONSTRAINT community_year_community_exists REFERENCES community (area_code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  year integer NOT NULL CONSTRAINT community_year_in_reach CHECK (year BETWEEN 1949 AND 2200),
  permanent_urban_residents integer NOT NULL CONSTRAINT community_year_residents_counted CHECK (permanent_urban_residents >= 0),
  source text NOT NULL CONSTRAINT community_year_source_given CHECK (source <> ''),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT community_year_pkey PRIMARY KEY (id),
  CONSTRAINT community_year_unique UNIQUE (area_code, year)
);
CREATE INDEX community_year_by_county ON community_year (county_code, year);
CREATE INDEX community_year_by_town ON community_year (town_code, year);

-- down
DROP TABLE community_year;
DROP TABLE community;
