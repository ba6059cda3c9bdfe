-- 行政区划: the tree of areas with real codes. A merged area keeps its row: valid_to and replaced_by say where it went.

-- up
CREATE TABLE area (
  code text CONSTRAINT area_code_shape CHECK (code ~ '^[0-9]{6}([0-9]{3}([0-9]{3})?)?$'),
  name text NOT NULL CONSTRAINT area_name_given CHECK (name <> ''),
  level text NOT NULL CONSTRAINT area_level_known CHECK (level IN ('CITY', 'COUNTY', 'TOWN', 'GRASSROOTS')),
  parent_code text CONSTRAINT area_parent_exists REFERENCES area (code),
  kind text CONSTRAINT area_kind_known CHECK (kind IN ('TOWNSHIP', 'TOWN', 'STREET', 'VILLAGE', 'COMMUNITY', 'DEV_ZONE')),
  urban_rural_code text CONSTRAINT area_urban_rural_code_known CHECK (urban_rural_code IN ('111', '112', '121', '122', '123', '210', '220')),
  valid_from date NOT NULL,
  -- first day on which the code is no longer in use
  valid_to date,
  replaced_by text[] NOT NULL DEFAULT '{}',
  county_code text GENERATED ALWAYS AS (left(code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(code) >= 9 THEN left(code, 9) END) STORED,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT area_pkey PRIMARY KEY (code),
  CONSTRAINT area_validity_ordered CHECK (valid_to IS NULL OR valid_to > valid_from),
  CONSTRAINT area_successor_only_when_closed CHECK (valid_to IS NOT NULL OR replaced_by = '{}'),
  CONSTRAINT area_level_fits_code CHECK (
    length(code) = CASE level WHEN 'CITY' THEN 6 WHEN 'COUNTY' THEN 6 WHEN 'TOWN' THEN 9 ELSE 12 END
  )
);
CREATE INDEX area_by_parent ON area (parent_code, code);
CREATE INDEX area_by_county ON area (county_code, code);
CREATE INDEX area_by_town ON area (town_code, code);
CREATE INDEX area_by_kind ON area (kind, code);

-- down
DROP TABLE area;
