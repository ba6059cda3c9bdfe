-- 党组织名册: the tree as it is (party_organization) and as it was on any day (party_organization_history, the same facts per period).

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE party_organization (
  id uuid DEFAULT uuidv7(),
  code text NOT NULL CONSTRAINT party_organization_code_given CHECK (code <> ''),
  name text NOT NULL CONSTRAINT party_organization_name_given CHECK (name <> ''),
  kind text NOT NULL CONSTRAINT party_organization_kind_known CHECK (kind IN ('COMMITTEE', 'WORK_COMMITTEE', 'PARTY_GROUP', 'DISCIPLINE_COMMITTEE', 'GENERAL_BRANCH', 'BRANCH', 'JOINT_BRANCH', 'GROUP')),
  board text NOT NULL CONSTRAINT party_organization_board_known CHECK (board IN ('ORGANS', 'VILLAGES_COMMUNITIES', 'ENTERPRISES')),
  set_up_way text NOT NULL CONSTRAINT party_organization_set_up_way_known CHECK (set_up_way IN ('SINGLE', 'JOINT', 'TRADE', 'REGIONAL', 'FUNCTIONAL', 'TEMPORARY')),
  flags text[] NOT NULL DEFAULT '{}' CONSTRAINT party_organization_flags_known CHECK (flags <@ ARRAY['RETIRED', 'MOBILE', 'YOUNG_TALENT', 'PROJECT', 'MODEL', 'WEAK']),
  host_kind text NOT NULL CONSTRAINT party_organization_host_kind_known CHECK (host_kind IN ('UNIT', 'VILLAGE', 'COMMUNITY', 'ENTERPRISE', 'SOCIAL_ORG', 'COOPERATIVE', 'PROPERTY_PROVIDER', 'OWNERS_COMMITTEE', 'QUARTER', 'GRID', 'PROJECT', 'CLUSTER_BASE', 'ALLIANCE', 'AREA')),
  host_id text NOT NULL,
  superior_id uuid CONSTRAINT party_organization_superior_exists REFERENCES party_organization (id),
  depth integer NOT NULL CONSTRAINT party_organization_depth_in_reach CHECK (depth BETWEEN 1 AND 7),
  ancestor_1 uuid NOT NULL,
  ancestor_2 uuid,
  ancestor_3 uuid,
  ancestor_4 uuid,
  ancestor_5 uuid,
  ancestor_6 uuid,
  ancestor_7 uuid,
  area_code text NOT NULL CONSTRAINT party_organization_area_exists REFERENCES area (code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  established_on date NOT NULL,
  approval_document text,
  status text NOT NULL CONSTRAINT party_organization_status_known CHECK (status IN ('PREPARING', 'ACTIVE', 'CLOSING', 'DISSOLVED')),
  closed_on date,
  merged_into_id uuid CONSTRAINT party_organization_merged_into_exists REFERENCES party_organization (id),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT party_organization_pkey PRIMARY KEY (id),
  CONSTRAINT party_organization_code_unique UNIQUE (code),
  CONSTRAINT party_organization_path_ends_in_itself CHECK ((ARRAY[ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6, ancestor_7])[depth] = id),
  CONSTRAINT party_organization_path_passes_superior CHECK (
    superior_id IS NOT DISTINCT FROM (ARRAY[ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6, ancestor_7])[depth - 1]
  ),
  CONSTRAINT party_organization_closed_when_dissolved CHECK ((status = 'DISSOLVED') = (closed_on IS NOT NULL))
);
CREATE INDEX party_organization_by_superior ON party_organization (superior_id, code);
CREATE INDEX party_organization_by_ancestor_1 ON party_organization (ancestor_1, code, id);
CREATE INDEX party_organization_by_ancestor_2 ON party_organization (ancestor_2, code, id);
CREATE INDEX party_organization_by_ancestor_3 ON party_organization (ancestor_3, code, id);
CREATE INDEX party_organization_by_ancestor_4 ON party_organization (ancestor_4, code, id);
CREATE INDEX party_organization_by_ancestor_5 ON party_organization (ancestor_5, code, id);
CREATE INDEX party_organization_by_ancestor_6 ON party_organization (ancestor_6, code, id);
CREATE INDEX party_organization_by_ancestor_7 ON party_organization (ancestor_7, code, id);
CREATE INDEX party_organization_by_county ON party_organization (county_code, code, id);
CREATE INDEX party_organization_by_town ON party_organization (town_code, code, id);
CREATE INDEX party_organization_by_area ON party_organization (area_code, code, id);
CREATE INDEX party_organization_by_host ON party_organization (host_kind, host_id);

-- One row per organisation and period [valid_from, valid_to); valid_to is the day on which the next row begins.
CREATE TABLE party_organization_history (
  id uuid DEFAULT uuidv7(),
  org_id uuid NOT NULL CONSTRAINT party_organization_history_organization_exists REFERENCES party_organization (id),
  valid_from date NOT NULL,
  valid_to date,
  code text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  board text NOT NULL,
  set_up_way text NOT NULL,
  flags text[] NOT NULL DEFAULT '{}',
  host_kind text NOT NULL,
  host_id text NOT NULL,
  superior_id uuid,
  depth integer NOT NULL,
  ancestor_1 uuid NOT NULL,
  ancestor_2 uuid,
  ancestor_3 uuid,
  ancestor_4 uuid,
  ancestor_5 uuid,
  ancestor_6 uuid,
  ancestor_7 uuid,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  status text NOT NULL CONSTRAINT party_organization_history_status_known CHECK (status IN ('PREPARING', 'ACTIVE', 'CLOSING', 'DISSOLVED')),
  change_id uuid,
  CONSTRAINT party_organization_history_pkey PRIMARY KEY (id),
  CONSTRAINT party_organization_history_period_unique UNIQUE (org_id, valid_from),
  CONSTRAINT party_organization_history_period_ordered CHECK (valid_to IS NULL OR valid_to > valid_from),
  CONSTRAINT party_organization_history_one_a_day EXCLUDE USING gist (org_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX party_organization_history_by_superior ON party_organization_history (superior_id, code);
CREATE INDEX party_organization_history_by_ancestor_1 ON party_organization_history (ancestor_1, code, org_id);
CREATE INDEX party_organization_history_by_ancestor_2 ON party_organization_history (ancestor_2, code, org_id);
CREATE INDEX party_organization_history_by_ancestor_3 ON party_organization_history (ancestor_3, code, org_id);
CREATE INDEX party_organization_history_by_ancestor_4 ON party_organization_history (ancestor_4, code, org_id);
CREATE INDEX party_organization_history_by_county ON party_organization_history (county_code, code, org_id);
CREATE INDEX party_organization_history_by_town ON party_organization_history (town_code, code, org_id);
CREATE INDEX party_organization_history_by_area ON party_organization_history (area_code, code, org_id);
CREATE INDEX party_organization_history_by_host ON party_organization_history (host_kind, host_id);

-- down
DROP TABLE party_organization_history;
DROP TABLE party_organization;
