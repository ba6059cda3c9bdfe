-- 两新组织数据库: enterprises and social organisations as their registrars and the towns record them (ENT-01).

-- up
CREATE TABLE entity (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  -- MR market regulation: an enterprise; CA civil affairs: a social organisation
  registrar text NOT NULL,
  name text NOT NULL,
  -- valid by GB 32100; null while a record is only suspected to be somebody else's duplicate
  uscc text,
  -- what an import brought in place of a valid code
  uscc_as_written text,
  kind text NOT NULL,
  -- GB/T 4754: section letter and two, three or four digits
  trade_code text,
  size text,
  -- key of the rule that gave the size class; null where it was recorded as somebody said it
  size_rule text,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  grid_id uuid,
  address text,
  employees integer NOT NULL DEFAULT 0,
  -- of the last business year, in fen
  revenue bigint,
  assets bigint,
  operating text NOT NULL DEFAULT 'OPEN',
  owner_person_id uuid,
  contact_person_id uuid,
  registered_on date,
  closed_on date,
  succeeds_uscc text,
  form_tags text[] NOT NULL DEFAULT '{}',
  merged_into_id uuid CONSTRAINT entity_merged_into REFERENCES entity (id),
  close_reason text,
  -- what the Party does there: kept by party states, from the facts of others
  party_state text NOT NULL DEFAULT 'UNSWEPT',
  full_members integer NOT NULL DEFAULT 0,
  org_count integer NOT NULL DEFAULT 0,
  -- name and address without blanks and punctuation: two records of one firm look alike
  match_key text GENERATED ALWAYS AS (
    lower(regexp_replace(normalize(name || coalesce(address, ''), NFKC), '[[:space:][:punct:]·]+', '', 'g'))
  ) STORED,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT entity_name_given CHECK (btrim(name) <> ''),
  CONSTRAINT entity_registrar CHECK (registrar IN ('MR', 'CA')),
  CONSTRAINT entity_kind CHECK (kind IN ('COMPANY', 'SOLE_TRADER', 'MICRO_FIRM', 'PRIVATE_SCHOOL', 'PRIVATE_HOSPITAL', 'LAW_FIRM',
    'TRADE_ASSOCIATION', 'FOUNDATION', 'SOCIAL_GROUP', 'SERVICE_BODY')),
  CONSTRAINT entity_size CHECK (size IN ('LARGE', 'MEDIUM', 'SMALL', 'MICRO')),
  CONSTRAINT entity_operating CHECK (operating IN ('OPEN', 'IDLE', 'SHELL', 'DUPLICATE', 'GONE', 'CLOSED')),
  CONSTRAINT entity_party_state CHECK (party_state IN ('UNSWEPT', 'SWEPT', 'INSTRUCTED', 'QUALIFIED', 'SETTING_UP', 'ORGANISED',
    'AT_RISK', 'LAPSED', 'CLOSED')),
  CONSTRAINT entity_form_tags CHECK (form_tags <@ ARRAY['INTERNET', 'COURIER', 'LOGISTICS', 'ROAD_FREIGHT', 'RIDE_HAILING',
    'FOOD_DELIVERY', 'PROPERTY', 'LIVE_COMMERCE', 'OTHER']),
  CONSTRAINT entity_counts CHECK (employees >= 0 AND full_members >= 0 AND org_count >= 0 AND revenue >= 0 AND assets >= 0),
  CONSTRAINT entity_code_given CHECK (uscc IS NOT NULL OR operating IN ('DUPLICATE', 'CLOSED')),
  CONSTRAINT entity_closed CHECK ((operating = 'CLOSED') = (closed_on IS NOT NULL)),
  CONSTRAINT entity_closed_after_registered CHECK (closed_on >= registered_on),
  CONSTRAINT entity_merged_is_closed CHECK (merged_into_id IS NULL OR (closed_on IS NOT NULL AND merged_into_id <> id))
);
-- one open entity for a credit code
CREATE UNIQUE INDEX entity_uscc_open ON entity (uscc) WHERE closed_on IS NULL;
CREATE INDEX entity_uscc ON entity (uscc, id);
CREATE INDEX entity_name ON entity (name, id);
CREATE INDEX entity_name_prefix ON entity (name text_pattern_ops);
CREATE INDEX entity_county ON entity (county_code, name, id);
CREATE INDEX entity_town ON entity (town_code, name, id);
CREATE INDEX entity_area ON entity (area_code, name, id);
CREATE INDEX entity_county_open ON entity (county_code, registrar, party_state) WHERE closed_on IS NULL;
CREATE INDEX entity_grid ON entity (grid_id, name, id) WHERE grid_id IS NOT NULL;
CREATE INDEX entity_form_tags ON entity USING gin (form_tags);
CREATE INDEX entity_match ON entity (match_key, id);
CREATE INDEX entity_qualified ON entity (full_members, id) WHERE full_members > 0;
CREATE INDEX entity_merged_into ON entity (merged_into_id) WHERE merged_into_id IS NOT NULL;

-- down
DROP TABLE entity;
