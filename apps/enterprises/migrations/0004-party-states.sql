-- 党建状态: what the Party does in each entity, derived from the facts of members, organisations, sweeps, instructors and tasks, with
-- every day's facts; which organisations cover it; where each member was counted.

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Which organisation covers which entity from when to when. A joint organisation has one row for each of its hosts. No foreign key to
-- entity: an organisation may be told before its firm is recorded.
CREATE TABLE entity_organization (
  entity_id uuid NOT NULL,
  org_id uuid NOT NULL,
  way text NOT NULL CONSTRAINT entity_organization_way CHECK (way IN ('SINGLE', 'JOINT', 'TRADE', 'REGIONAL')),
  -- its days in force
  valid_from date NOT NULL,
  valid_to date,
  CONSTRAINT entity_organization_order CHECK (valid_to >= valid_from),
  CONSTRAINT entity_organization_once EXCLUDE USING gist (entity_id WITH =, org_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX entity_organization_entity ON entity_organization (entity_id, valid_from);
CREATE INDEX entity_organization_org ON entity_organization (org_id, valid_from);

-- Where each member was counted last, so that a change of his work is known to take him away from there.
CREATE TABLE counted_member (
  member_id uuid PRIMARY KEY,
  entity_id uuid NOT NULL,
  is_full boolean NOT NULL
);
CREATE INDEX counted_member_entity ON counted_member (entity_id) WHERE is_full;

-- Since when what is true, where the state depends on the time that has passed.
CREATE TABLE party_standing (
  entity_id uuid PRIMARY KEY CONSTRAINT party_standing_entity_exists REFERENCES entity (id),
  -- should have an organisation and has none, since this day; null otherwise
  qualified_since date,
  -- fewer full members than an organisation needs, since this day; null otherwise
  below_since date
);
CREATE INDEX party_standing_qualified ON party_standing (qualified_since, entity_id) WHERE qualified_since IS NOT NULL;
CREATE INDEX party_standing_below ON party_standing (below_since, entity_id) WHERE below_since IS NOT NULL;

-- Every change of a state, with its cause.
CREATE TABLE party_state_change (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  entity_id uuid NOT NULL CONSTRAINT party_state_change_entity_exists REFERENCES entity (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  from_state text NOT NULL,
  to_state text NOT NULL,
  cause text NOT NULL,
  org_id uuid,
  changed_on date NOT NULL,
  CONSTRAINT party_state_change_changes CHECK (from_state <> to_state)
);
CREATE INDEX party_state_change_entity ON party_state_change (entity_id, id);

-- What an entity was on each day, as far as coverage depends on it. One row for a period [valid_from, valid_to); a second change on a
-- day replaces the first.
CREATE TABLE entity_history (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  entity_id uuid NOT NULL CONSTRAINT entity_history_entity_exists REFERENCES entity (id),
  valid_from date NOT NULL,
  valid_to date,
  registrar text NOT NULL,
  kind text NOT NULL,
  size text,
  employees integer NOT NULL,
  operating text NOT NULL,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  party_state text NOT NULL,
  full_members integer NOT NULL,
  CONSTRAINT entity_history_order CHECK (valid_to > valid_from),
  CONSTRAINT entity_history_one_a_day EXCLUDE USING gist (entity_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX entity_history_entity ON entity_history (entity_id, valid_from);
CREATE UNIQUE INDEX entity_history_now ON entity_history (entity_id) WHERE valid_to IS NULL;
CREATE INDEX entity_history_county ON entity_history (county_code, registrar, valid_from);
CREATE INDEX entity_history_town ON entity_history (town_code, registrar, valid_from);
CREATE INDEX entity_history_area ON entity_history (area_code, registrar, valid_from);

-- Records that were there before states were kept: as they are, from their registration on.
INSERT INTO entity_history (entity_id, valid_from, registrar, kind, size, employees, operating, area_code, party_state, full_members)
  SELECT id, coalesce(registered_on, created_at::date), registrar, kind, size, employees, operating, area_code, party_state, full_members
  FROM entity WHERE closed_on IS NULL;

-- down
DROP TABLE entity_history;
DROP TABLE party_state_change;
DROP TABLE party_standing;
DROP TABLE counted_member;
DROP TABLE entity_organization;
