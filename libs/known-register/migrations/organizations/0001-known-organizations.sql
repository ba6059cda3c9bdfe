-- Read model of the organisation register: what a service must know of organisations and their superiors. Fed by events only.
-- No foreign key points here, so that a rebuild may empty and refill it.
-- "IF NOT EXISTS": members kept these tables under its own migration before other services needed them too.

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE IF NOT EXISTS known_organization (
  id uuid PRIMARY KEY,
  code text NOT NULL,
  kind text NOT NULL,
  board text,
  set_up_way text,
  status text NOT NULL,
  superior_id uuid,
  depth integer NOT NULL,
  ancestor_1 uuid, ancestor_2 uuid, ancestor_3 uuid, ancestor_4 uuid, ancestor_5 uuid, ancestor_6 uuid, ancestor_7 uuid,
  host_kind text,
  host_id text,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  established_on date,
  closed_on date,
  merged_into_id uuid,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT known_organization_depth CHECK (depth BETWEEN 1 AND 7)
);
CREATE INDEX IF NOT EXISTS known_organization_superior ON known_organization (superior_id);
CREATE INDEX IF NOT EXISTS known_organization_ancestor_1 ON known_organization (ancestor_1, id);
CREATE INDEX IF NOT EXISTS known_organization_ancestor_2 ON known_organization (ancestor_2, id);
CREATE INDEX IF NOT EXISTS known_organization_ancestor_3 ON known_organization (ancestor_3, id);
CREATE INDEX IF NOT EXISTS known_organization_ancestor_4 ON known_organization (ancestor_4, id);
CREATE INDEX IF NOT EXISTS known_organization_ancestor_5 ON known_organization (ancestor_5, id);
CREATE INDEX IF NOT EXISTS known_organization_ancestor_6 ON known_organization (ancestor_6, id);
CREATE INDEX IF NOT EXISTS known_organization_ancestor_7 ON known_organization (ancestor_7, id);
CREATE INDEX IF NOT EXISTS known_organization_county ON known_organization (county_code, id);
CREATE INDEX IF NOT EXISTS known_organization_town ON known_organization (town_code, id);
CREATE INDEX IF NOT EXISTS known_organization_area ON known_organization (area_code, id);

-- The same facts by day: an organisation has exactly one set of facts on any date.
CREATE TABLE IF NOT EXISTS known_organization_history (
  org_id uuid NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  kind text NOT NULL,
  board text,
  status text NOT NULL,
  superior_id uuid,
  depth integer NOT NULL,
  ancestor_1 uuid, ancestor_2 uuid, ancestor_3 uuid, ancestor_4 uuid, ancestor_5 uuid, ancestor_6 uuid, ancestor_7 uuid,
  area_code text NOT NULL,
  CONSTRAINT known_organization_history_order CHECK (valid_to > valid_from),
  CONSTRAINT known_organization_history_one_at_a_time EXCLUDE USING gist (org_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX IF NOT EXISTS known_organization_history_org ON known_organization_history (org_id, valid_from);
CREATE INDEX IF NOT EXISTS known_organization_history_superior ON known_organization_history (superior_id, org_id);
CREATE INDEX IF NOT EXISTS known_organization_history_ancestor_1 ON known_organization_history (ancestor_1, org_id);
CREATE INDEX IF NOT EXISTS known_organization_history_ancestor_2 ON known_organization_history (ancestor_2, org_id);
CREATE INDEX IF NOT EXISTS known_organization_history_ancestor_3 ON known_organization_history (ancestor_3, org_id);
CREATE INDEX IF NOT EXISTS known_organization_history_ancestor_4 ON known_organization_history (ancestor_4, org_id);
CREATE INDEX IF NOT EXISTS known_organization_history_ancestor_5 ON known_organization_history (ancestor_5, org_id);
CREATE INDEX IF NOT EXISTS known_organization_history_ancestor_6 ON known_organization_history (ancestor_6, org_id);
CREATE INDEX IF NOT EXISTS known_organization_history_ancestor_7 ON known_organization_history (ancestor_7, org_id);

-- down
DROP TABLE known_organization_history;
DROP TABLE known_organization;
