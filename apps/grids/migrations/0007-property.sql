-- 物业管理 (GRD-21, GRD-26): the mode of every quarter by day, property companies from application to exit, contracts, yearly evaluation.

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Read model of firms: registration facts belong to the service enterprises. Fed by events only.
CREATE TABLE known_entity (
  entity_id uuid PRIMARY KEY,
  uscc text NOT NULL,
  status text NOT NULL CONSTRAINT known_entity_status CHECK (status IN ('OPEN', 'CLOSED'))
);
CREATE INDEX known_entity_uscc ON known_entity (uscc, status);

CREATE TABLE property_provider (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  uscc text NOT NULL CONSTRAINT property_provider_uscc_unique UNIQUE,
  -- the county whose housing office takes the application and admits
  area_code text NOT NULL CONSTRAINT property_provider_area CHECK (area_code ~ '^[0-9]{6}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  state text NOT NULL CONSTRAINT property_provider_state
    CHECK (state IN ('APPLIED', 'ADMITTED', 'SERVING', 'WARNED', 'CORRECTING', 'EXITING', 'EXITED', 'BARRED')),
  applied_on date NOT NULL,
  admission_no text,
  admitted_on date,
  admission_conditions text[] NOT NULL DEFAULT '{}',
  -- the correction under way: last day and what is to be put right
  correct_by date,
  correction_plan text,
  exit_reason text,
  exit_begun_on date,
  exited_on date,
  -- last day on which the company may be neither admitted nor contracted
  barred_until date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT property_provider_admission CHECK (state = 'APPLIED' OR (admission_no IS NOT NULL AND admitted_on IS NOT NULL)),
  CONSTRAINT property_provider_barred CHECK (state <> 'BARRED' OR barred_until IS NOT NULL),
  CONSTRAINT property_provider_exited CHECK (state NOT IN ('EXITED', 'BARRED') OR exited_on IS NOT NULL)
);
CREATE INDEX property_provider_county ON property_provider (county_code, state, id);
CREATE INDEX property_provider_state_id ON property_provider (state, id);

CREATE TABLE property_contract (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  quarter_id uuid NOT NULL CONSTRAINT property_contract_quarter REFERENCES quarter (id),
  provider_id uuid NOT NULL CONSTRAINT property_contract_provider REFERENCES property_provider (id),
  starts_on date NOT NULL,
  -- last day by the contract
  ends_on date NOT NULL,
  -- last day when it was ended before its time; the day before its first day when it never began
  ended_on date,
  -- what holds: the earlier of both
  last_day date GENERATED ALWAYS AS (least(ends_on, ended_on)) STORED,
  -- fee per square metre and month, whole fen
  fee bigint NOT NULL CONSTRAINT property_contract_fee CHECK (fee >= 0),
  terms text,
  document text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT property_contract_days CHECK (ends_on >= starts_on AND (ended_on IS NULL OR ended_on >= starts_on - 1)),
  -- a company has one contract of a quarter at a time; a successor's may begin before its predecessor's would have ended
  CONSTRAINT property_contract_one_at_a_time
    EXCLUDE USING gist (quarter_id WITH =, provider_id WITH =, daterange(starts_on, last_day + 1) WITH &&)
);
CREATE INDEX property_contract_by_provider ON property_contract (provider_id, quarter_id, last_day);
CREATE INDEX property_contract_by_quarter ON property_contract (quarter_id, starts_on DESC);
CREATE INDEX property_contract_ending ON property_contract (last_day, id);

-- Who manages a quarter on any day. A stretch lasts from valid_from to the day before valid_to.
CREATE TABLE quarter_mode (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  quarter_id uuid NOT NULL CONSTRAINT quarter_mode_quarter REFERENCES quarter (id),
  mode text NOT NULL CONSTRAINT quarter_mode_known
    CHECK (mode IN ('NONE', 'COMPANY', 'OWNERS', 'COMMUNITY_TRUST', 'UNIT', 'STATE_PLATFORM')),
  provider_id uuid CONSTRAINT quarter_mode_provider REFERENCES property_provider (id),
  contract_id uuid CONSTRAINT quarter_mode_contract REFERENCES property_contract (id),
  valid_from date NOT NULL,
  valid_to date,
  -- the day on which the stretch before ended; null for the first stretch of a quarter
  follows date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT quarter_mode_days CHECK (valid_to IS NULL OR valid_to > valid_from),
  CONSTRAINT quarter_mode_company CHECK (
    CASE WHEN mode IN ('COMPANY', 'STATE_PLATFORM') THEN provider_id IS NOT NULL AND contract_id IS NOT NULL
      ELSE provider_id IS NULL AND contract_id IS NULL END),
  -- one mode at a date
  CONSTRAINT quarter_mode_one_a_day EXCLUDE USING gist (quarter_id WITH =, daterange(valid_from, valid_to) WITH &&),
  -- no gap once begun: every stretch but the first begins on the day on which another one ended, and only one is open
  CONSTRAINT quarter_mode_end_once UNIQUE NULLS NOT DISTINCT (quarter_id, valid_to),
  CONSTRAINT quarter_mode_follows_at_once CHECK (follows = valid_from),
  CONSTRAINT quarter_mode_no_gap FOREIGN KEY (quarter_id, follows) REFERENCES quarter_mode (quarter_id, valid_to)
);
CREATE UNIQUE INDEX quarter_mode_first_once ON quarter_mode (quarter_id) WHERE follows IS NULL;
CREATE INDEX quarter_mode_by_day ON quarter_mode (quarter_id, valid_from DESC);
CREATE INDEX quarter_mode_by_provider ON quarter_mode (provider_id, quarter_id, valid_from) WHERE provider_id IS NOT NULL;

-- A quarter that is without management: opened and closed by its modes, by nobody else.
CREATE TABLE property_alert (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  quarter_id uuid NOT NULL CONSTRAINT property_alert_quarter REFERENCES quarter (id),
  opened_on date NOT NULL,
  closed_on date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT property_alert_days CHECK (closed_on IS NULL OR closed_on >= opened_on)
);
CREATE UNIQUE INDEX property_alert_one_open ON property_alert (quarter_id) WHERE closed_on IS NULL;
CREATE INDEX property_alert_by_quarter ON property_alert (quarter_id, opened_on DESC);

-- Keys and accounts of a quarter that a leaving company handed over; of one stretch.
CREATE TABLE property_handover (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  mode_id uuid NOT NULL CONSTRAINT property_handover_once UNIQUE CONSTRAINT property_handover_mode REFERENCES quarter_mode (id),
  quarter_id uuid NOT NULL CONSTRAINT property_handover_quarter REFERENCES quarter (id),
  provider_id uuid NOT NULL CONSTRAINT property_handover_provider REFERENCES property_provider (id),
  on_date date NOT NULL,
  keys boolean NOT NULL,
  accounts boolean NOT NULL,
  document text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text
);
CREATE INDEX property_handover_by_provider ON property_handover (provider_id, quarter_id);

CREATE TABLE property_score (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  provider_id uuid NOT NULL CONSTRAINT property_score_provider REFERENCES property_provider (id),
  year integer NOT NULL,
  part text NOT NULL CONSTRAINT property_score_part CHECK (part IN ('COMMUNITY', 'OWNERS', 'HOUSING')),
  -- the community that scores; the county for the housing office
  area_code text NOT NULL,
  score integer NOT NULL CONSTRAINT property_score_range CHECK (score BETWEEN 0 AND 100),
  -- entered by the community for its owners' committee
  relayed boolean NOT NULL,
  basis text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT property_score_once UNIQUE (provider_id, year, part, area_code),
  CONSTRAINT property_score_place CHECK (length(area_code) = CASE part WHEN 'HOUSING' THEN 6 ELSE 12 END)
);

CREATE TABLE property_evaluation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  provider_id uuid NOT NULL CONSTRAINT property_evaluation_provider REFERENCES property_provider (id),
  year integer NOT NULL,
  -- the county that evaluates, and within which companies are ranked
  area_code text NOT NULL,
  community double precision NOT NULL,
  owners double precision NOT NULL,
  housing double precision NOT NULL,
  total double precision NOT NULL CONSTRAINT property_evaluation_range CHECK (total BETWEEN 0 AND 100),
  -- the limit by which it was judged
  score_limit double precision NOT NULL,
  -- years in a row below the limit, this one included; 0 when not below
  years_below integer NOT NULL,
  exit_due boolean NOT NULL,
  closed_on date NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT property_evaluation_once UNIQUE (provider_id, year)
);
CREATE INDEX property_evaluation_rank ON property_evaluation (area_code, year, total DESC);

CREATE TABLE property_warning (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  provider_id uuid NOT NULL CONSTRAINT property_warning_provider REFERENCES property_provider (id),
  ground text NOT NULL CONSTRAINT property_warning_ground CHECK (ground IN ('SCORE', 'COMPLAINT')),
  on_date date NOT NULL,
  -- the paper by which a serious complaint was confirmed; the year of a low score
  document text,
  year integer,
  lifted_on date,
  lifted_document text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT property_warning_proof CHECK (CASE ground WHEN 'SCORE' THEN year IS NOT NULL ELSE document IS NOT NULL END)
);
CREATE INDEX property_warning_by_provider ON property_warning (provider_id, on_date DESC);

-- down
DROP TABLE property_warning, property_evaluation, property_score, property_handover, property_alert, quarter_mode, property_contract,
  property_provider, known_entity;
