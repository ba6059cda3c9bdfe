-- 网格事项: matters from report to close, the units that handle them, the limit of every step, every action; the hours of offices.

-- up
-- A county's own hours from a day on, and single days on which it works or rests against the national table.
CREATE TABLE office_hours (
  id uuid DEFAULT uuidv7(),
  area_code text NOT NULL CONSTRAINT office_hours_area_shape CHECK (area_code ~ '^[0-9]{6}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  valid_from date NOT NULL,
  -- minutes after midnight, opening and closing in turn
  minutes integer[] NOT NULL CONSTRAINT office_hours_in_pairs CHECK (cardinality(minutes) >= 2 AND cardinality(minutes) % 2 = 0),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT office_hours_pkey PRIMARY KEY (id),
  CONSTRAINT office_hours_once_a_day UNIQUE (area_code, valid_from)
);
CREATE TABLE office_day (
  id uuid DEFAULT uuidv7(),
  area_code text NOT NULL CONSTRAINT office_day_area_shape CHECK (area_code ~ '^[0-9]{6}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  day date NOT NULL,
  working boolean NOT NULL,
  reason text NOT NULL CONSTRAINT office_day_reason_given CHECK (reason <> ''),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT office_day_pkey PRIMARY KEY (id),
  CONSTRAINT office_day_unique UNIQUE (area_code, day)
);

CREATE TABLE matter (
  id uuid DEFAULT uuidv7(),
  -- county, year and a running number: 410823-2026-000123
  no text NOT NULL,
  type_code text NOT NULL,
  type_edition integer NOT NULL,
  origin text NOT NULL CONSTRAINT matter_origin_known CHECK (origin IN ('GRID_STAFF', 'RESIDENT', 'VISIT', 'HOTLINE_365', 'DEPARTMENT', 'SWEEP')),
  -- null when the grid was retired and none took its place
  grid_id uuid CONSTRAINT matter_grid_exists REFERENCES grid (id),
  area_code text NOT NULL CONSTRAINT matter_area_shape CHECK (area_code ~ '^[0-9]{12}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  -- degrees, WGS84; null when only the grid is known
  longitude double precision CONSTRAINT matter_longitude_in_reach CHECK (longitude BETWEEN -180 AND 180),
  latitude double precision CONSTRAINT matter_latitude_in_reach CHECK (latitude BETWEEN -90 AND 90),
  summary text NOT NULL CONSTRAINT matter_summary_given CHECK (summary <> ''),
  evidence text[] NOT NULL DEFAULT '{}',
  -- how to reach who reported it; kept apart, erased after closing
  requester_contact text,
  contact_erased_on date,
  -- the department whose task it is, with origin DEPARTMENT
  reporter_unit_id uuid,
  reporter_org_id uuid,
  level text NOT NULL CONSTRAINT matter_level_known CHECK (level IN ('GRID', 'COMMUNITY', 'STREET', 'DEPARTMENT')),
  state text NOT NULL CONSTRAINT matter_state_known CHECK (state IN (
    'REPORTED', 'REJECTED', 'ACCEPTED', 'SELF_HANDLING', 'ESCALATED', 'TRIAGED', 'DISPATCHED', 'WORKING', 'SUSPENDED', 'RESOLVED', 'FEEDBACK',
    'REOPENED', 'CLOSED', 'MERGED', 'VOID')),
  open boolean GENERATED ALWAYS AS (state NOT IN ('REJECTED', 'CLOSED', 'MERGED', 'VOID')) STORED,
  -- whoever it belongs to by its type, and the first of the units that it was dispatched to last
  owner_unit_id uuid,
  assigned_unit_id uuid,
  -- the earliest limit that runs; null while all stand still or none runs
  step text CONSTRAINT matter_step_of_clock CHECK (step IN ('accept', 'handle', 'triage', 'answer', 'resolve', 'feedback', 'close')),
  -- milliseconds, as cursors carry them
  due_at timestamptz(3),
  due_order timestamptz(3) GENERATED ALWAYS AS (coalesce(due_at, '9999-12-31 00:00:00+00'::timestamptz)) STORED,
  due_provisional boolean NOT NULL DEFAULT false,
  -- set by the clock when the current limit has passed, taken back with the next step
  overdue boolean NOT NULL DEFAULT false,
  limit_minutes_left integer CONSTRAINT matter_minutes_left_counted CHECK (limit_minutes_left >= 0),
  round integer NOT NULL DEFAULT 0,
  refused integer NOT NULL DEFAULT 0,
  returned integer NOT NULL DEFAULT 0,
  reopened integer NOT NULL DEFAULT 0,
  merged_into uuid CONSTRAINT matter_merged_into_exists REFERENCES matter (id),
  answer text,
  rating integer CONSTRAINT matter_rating_in_range CHECK (rating BETWEEN 1 AND 5),
  reported_at timestamptz(3) NOT NULL,
  accepted_at timestamptz,
  resolved_at timestamptz,
  asked_at timestamptz,
  closed_at timestamptz,
  -- working minutes from report to close, suspensions left out
  minutes integer,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT matter_pkey PRIMARY KEY (id),
  CONSTRAINT matter_no_unique UNIQUE (no),
  CONSTRAINT matter_type_edition_exists FOREIGN KEY (type_code, type_edition) REFERENCES matter_type_edition (code, edition),
  CONSTRAINT matter_point_whole CHECK ((longitude IS NULL) = (latitude IS NULL)),
  CONSTRAINT matter_closed_has_answer CHECK (state <> 'CLOSED' OR (answer <> '' AND closed_at IS NOT NULL)),
  CONSTRAINT matter_merged_has_target CHECK ((state = 'MERGED') = (merged_into IS NOT NULL) AND merged_into <> id),
  CONSTRAINT matter_due_while_open CHECK (due_at IS NULL OR state NOT IN ('REJECTED', 'CLOSED', 'MERGED', 'VOID', 'SUSPENDED'))
);
CREATE INDEX matter_due_of_town ON matter (town_code, due_order, id) WHERE open;
CREATE INDEX matter_due_of_county ON matter (county_code, due_order, id) WHERE open;
CREATE INDEX matter_due_of_area ON matter (area_code, due_order, id) WHERE open;
CREATE INDEX matter_due_of_grid ON matter (grid_id, due_order, id) WHERE open;
CREATE INDEX matter_due ON matter (due_order, id) WHERE open;
-- With what figures need, so that they are counted from the index.
CREATE INDEX matter_reported_of_town ON matter (town_code, reported_at DESC, id DESC) INCLUDE (accepted_at, closed_at, state, level);
CREATE INDEX matter_reported_of_county ON matter (county_code, reported_at DESC, id DESC) INCLUDE (accepted_at, closed_at, state, level);
CREATE INDEX matter_reported_of_area ON matter (area_code, reported_at DESC, id DESC) INCLUDE (accepted_at, closed_at, state, level);
CREATE INDEX matter_reported_of_grid ON matter (grid_id, reported_at DESC, id DESC);
CREATE INDEX matter_reported ON matter (reported_at DESC, id DESC);
CREATE INDEX matter_alike ON matter (type_code, reported_at);
CREATE INDEX matter_of_reporter ON matter (reporter_org_id, reported_at DESC) WHERE reporter_org_id IS NOT NULL;
CREATE INDEX matter_merged ON matter (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX matter_contacts ON matter (closed_at) WHERE requester_contact IS NOT NULL;
CREATE INDEX matter_suspended ON matter (id) WHERE state IN ('SUSPENDED', 'WORKING');

-- A unit's part in a matter: one after a dispatch to one unit, several after a joint dispatch.
CREATE TABLE matter_leg (
  id uuid DEFAULT uuidv7(),
  matter_id uuid NOT NULL CONSTRAINT matter_leg_matter_exists REFERENCES matter (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  unit_id uuid NOT NULL,
  -- the unit's Party organisation, through which its people see what is sent to it
  unit_org_id uuid,
  -- counts the dispatches of the matter
  round integer NOT NULL CONSTRAINT matter_leg_round_counted CHECK (round >= 1),
  -- dispatched after a refusal: the street's decision binds
  binding boolean NOT NULL DEFAULT false,
  -- TRIAGED: refused or returned, back with the street
  state text NOT NULL CONSTRAINT matter_leg_state_known CHECK (state IN ('DISPATCHED', 'WORKING', 'SUSPENDED', 'RESOLVED', 'REOPENED', 'TRIAGED')),
  dispatched_at timestamptz NOT NULL,
  suspensions integer NOT NULL DEFAULT 0,
  -- a suspension that was asked for and not yet decided, or that holds: why, and until when (first day of work again)
  suspension_reason text,
  suspension_until date,
  answer text,
  resolved_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT matter_leg_pkey PRIMARY KEY (id),
  CONSTRAINT matter_leg_one_per_round UNIQUE (matter_id, round, unit_id),
  CONSTRAINT matter_leg_suspension_whole CHECK ((suspension_reason IS NULL) = (suspension_until IS NULL)),
  CONSTRAINT matter_leg_suspended_until CHECK (state <> 'SUSPENDED' OR suspension_until IS NOT NULL),
  CONSTRAINT matter_leg_resolved_has_answer CHECK (state <> 'RESOLVED' OR (answer <> '' AND resolved_at IS NOT NULL))
);
CREATE INDEX matter_leg_of_organization ON matter_leg (unit_org_id, matter_id);
CREATE INDEX matter_leg_of_unit ON matter_leg (unit_id, matter_id);
CREATE INDEX matter_leg_of_town ON matter_leg (town_code, matter_id);
CREATE INDEX matter_leg_of_county ON matter_leg (county_code, matter_id);
CREATE INDEX matter_leg_suspended ON matter_leg (suspension_until) WHERE state = 'SUSPENDED';

-- The limit of one step of a matter or of a unit's part: runs while ended_at is null; stands still while due_at is null too.
CREATE TABLE matter_step (
  id uuid DEFAULT uuidv7(),
  matter_id uuid NOT NULL CONSTRAINT matter_step_matter_exists REFERENCES matter (id),
  leg_id uuid CONSTRAINT matter_step_leg_exists REFERENCES matter_leg (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  step text NOT NULL CONSTRAINT matter_step_known CHECK (step IN ('accept', 'handle', 'triage', 'answer', 'resolve', 'feedback', 'close')),
  -- the unit whose limit it is; null for the community's and the street's
  unit_id uuid,
  -- handled once more because the reporter was not satisfied
  rework boolean NOT NULL DEFAULT false,
  limit_unit text NOT NULL CONSTRAINT matter_step_unit_known CHECK (limit_unit IN ('WORKING_MINUTES', 'WORKING_DAYS', 'NATURAL_HOURS')),
  started_at timestamptz NOT NULL,
  due_at timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  minutes_left integer,
  paused_at timestamptz,
  -- working minutes for which the step stood still
  paused_minutes integer NOT NULL DEFAULT 0,
  ended_at timestamptz,
  in_time boolean,
  -- the step ended because the matter, or the unit's part of it, was solved: what rework is measured against
  solved boolean NOT NULL DEFAULT false,
  -- false for void and merged matters, which no figure counts
  counted boolean NOT NULL DEFAULT true,
  CONSTRAINT matter_step_pkey PRIMARY KEY (id),
  CONSTRAINT matter_step_stands_or_runs CHECK (ended_at IS NOT NULL OR (due_at IS NULL) = (minutes_left IS NOT NULL)),
  CONSTRAINT matter_step_judged CHECK ((ended_at IS NULL) = (in_time IS NULL))
);
CREATE UNIQUE INDEX matter_step_one_runs ON matter_step (matter_id, coalesce(leg_id, matter_id)) WHERE ended_at IS NULL;
CREATE INDEX matter_step_of_matter ON matter_step (matter_id);
CREATE INDEX matter_step_due_of_county ON matter_step (county_code, due_at) INCLUDE (step, unit_id, ended_at, in_time, solved, rework) WHERE counted;
CREATE INDEX matter_step_due_of_town ON matter_step (town_code, due_at) INCLUDE (step, unit_id, ended_at, in_time, solved, rework) WHERE counted;
CREATE INDEX matter_step_due_of_area ON matter_step (area_code, due_at) INCLUDE (step, unit_id, ended_at, in_time, solved, rework) WHERE counted;

-- Every step that was taken: when, by whom, what he said, from which state to which. Rows are added, never changed.
CREATE TABLE matter_action (
  id uuid DEFAULT uuidv7(),
  matter_id uuid NOT NULL CONSTRAINT matter_action_matter_exists REFERENCES matter (id),
  leg_id uuid CONSTRAINT matter_action_leg_exists REFERENCES matter_leg (id),
  at timestamptz NOT NULL,
  actor_id text NOT NULL,
  account text NOT NULL,
  kind text NOT NULL,
  note text,
  evidence text[] NOT NULL DEFAULT '{}',
  from_state text,
  to_state text NOT NULL,
  CONSTRAINT matter_action_pkey PRIMARY KEY (id)
);
CREATE INDEX matter_action_of_matter ON matter_action (matter_id, at, id);

-- One running number of matters per county and year.
CREATE TABLE matter_book (
  county_code text NOT NULL,
  year integer NOT NULL,
  last_no integer NOT NULL,
  PRIMARY KEY (county_code, year)
);

-- down
DROP TABLE matter_book;
DROP TABLE matter_action;
DROP TABLE matter_step;
DROP TABLE matter_leg;
DROP TABLE matter;
DROP TABLE office_day;
DROP TABLE office_hours;
