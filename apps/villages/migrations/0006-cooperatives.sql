-- 合作社: cooperatives of a village, who sits on their boards, which branch leads them, what they earn (VIL-13).

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE cooperative (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  name text NOT NULL,
  kind text NOT NULL,
  uscc text,
  member_count integer NOT NULL,
  farmer_count integer NOT NULL,
  party_member_count integer,
  -- the village collective's share, in basis points
  collective_stake integer NOT NULL,
  -- the branch recorded as leading it, and the same once a member of it sits on the board; null while none does
  leading_org_id uuid,
  led_by_org_id uuid,
  lead_gap text,
  lead_gap_since date,
  board_revision integer NOT NULL DEFAULT 0,
  state text NOT NULL,
  registered_on date,
  active_since date,
  dormant_since date,
  dissolved_on date,
  dissolve_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT cooperative_area CHECK (area_code ~ '^[0-9]{12}$'),
  CONSTRAINT cooperative_kind CHECK (kind IN ('FARMER_COOP', 'SERVICE_BODY', 'FARM_FIRM')),
  CONSTRAINT cooperative_state CHECK (state IN ('PLANNED', 'REGISTERED', 'ACTIVE', 'DORMANT', 'DISSOLVED')),
  CONSTRAINT cooperative_members_counted CHECK (farmer_count >= 0 AND member_count >= farmer_count AND party_member_count BETWEEN 0 AND member_count),
  CONSTRAINT cooperative_stake_in_range CHECK (collective_stake BETWEEN 0 AND 10000),
  CONSTRAINT cooperative_lead CHECK (led_by_org_id IS NULL OR led_by_org_id = leading_org_id),
  CONSTRAINT cooperative_lead_gap CHECK ((leading_org_id IS NOT NULL AND led_by_org_id IS NULL) = (lead_gap IS NOT NULL)
    AND lead_gap IN ('NO_SEAT', 'ORGANIZATION_DISSOLVED') AND (lead_gap IS NULL) = (lead_gap_since IS NULL)),
  CONSTRAINT cooperative_registered CHECK (state IN ('PLANNED', 'DISSOLVED') OR (uscc IS NOT NULL AND registered_on IS NOT NULL)),
  CONSTRAINT cooperative_active CHECK (state NOT IN ('ACTIVE', 'DORMANT') OR active_since IS NOT NULL),
  CONSTRAINT cooperative_dissolved CHECK ((state = 'DISSOLVED') = (dissolved_on IS NOT NULL))
);
CREATE UNIQUE INDEX cooperative_uscc_unique ON cooperative (uscc) WHERE state <> 'DISSOLVED';
CREATE INDEX cooperative_by_county ON cooperative (county_code, area_code, id);
CREATE INDEX cooperative_by_town ON cooperative (town_code, area_code, id);
CREATE INDEX cooperative_by_village ON cooperative (area_code, id);
CREATE INDEX cooperative_leading ON cooperative (leading_org_id) WHERE leading_org_id IS NOT NULL;
CREATE INDEX cooperative_at_work ON cooperative (id) WHERE state = 'ACTIVE';

-- what counted on which day: the village, the state, the branch that led
CREATE TABLE cooperative_history (
  cooperative_id uuid NOT NULL CONSTRAINT cooperative_history_of REFERENCES cooperative (id),
  valid_from date NOT NULL,
  valid_to date,
  area_code text NOT NULL,
  state text NOT NULL,
  led_by_org_id uuid,
  PRIMARY KEY (cooperative_id, valid_from),
  CONSTRAINT cooperative_history_order CHECK (valid_to > valid_from)
);
CREATE INDEX cooperative_history_led ON cooperative_history (area_code, valid_from) WHERE state = 'ACTIVE' AND led_by_org_id IS NOT NULL;

-- 理事会: ids of persons only
CREATE TABLE cooperative_seat (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  cooperative_id uuid NOT NULL CONSTRAINT cooperative_seat_of REFERENCES cooperative (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  person_id uuid NOT NULL,
  chair boolean NOT NULL,
  from_on date NOT NULL,
  to_on date,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT cooperative_seat_order CHECK (to_on >= from_on),
  CONSTRAINT cooperative_seat_once EXCLUDE USING gist (cooperative_id WITH =, person_id WITH =, daterange(from_on, to_on) WITH &&),
  CONSTRAINT cooperative_seat_one_chair EXCLUDE USING gist (cooperative_id WITH =, daterange(from_on, to_on) WITH &&) WHERE (chair)
);
CREATE INDEX cooperative_seat_of_board ON cooperative_seat (cooperative_id) WHERE to_on IS NULL;
CREATE INDEX cooperative_seat_of_person ON cooperative_seat (person_id) WHERE to_on IS NULL;

CREATE TABLE cooperative_year (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  cooperative_id uuid NOT NULL CONSTRAINT cooperative_year_of REFERENCES cooperative (id),
  -- the village of that year; a merger does not change it
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  year integer NOT NULL,
  -- fen
  income bigint NOT NULL,
  dividend bigint NOT NULL,
  collective_dividend bigint NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT cooperative_year_unique UNIQUE (cooperative_id, year),
  CONSTRAINT cooperative_year_money CHECK (income >= 0 AND collective_dividend >= 0 AND dividend >= collective_dividend)
);

-- down
DROP TABLE cooperative_year;
DROP TABLE cooperative_seat;
DROP TABLE cooperative_history;
DROP TABLE cooperative;
