-- 网格事项清单与准入: which types of matter may be given to grids, each edition of a type, and the requests to admit them.

-- up
CREATE TABLE matter_type (
  -- 2 digits of the category and 2 of the type within it
  code text CONSTRAINT matter_type_code_shape CHECK (code ~ '^(0[1-9]|10)[0-9]{2}$'),
  -- whose list it stands on: a city or a county; it holds for every place inside
  area_code text NOT NULL CONSTRAINT matter_type_area_shape CHECK (area_code ~ '^[0-9]{6}$'),
  -- the edition in force, or the one asked for while the type was never admitted
  edition integer NOT NULL CONSTRAINT matter_type_edition_counted CHECK (edition >= 1),
  state text NOT NULL CONSTRAINT matter_type_state_known CHECK (state IN ('REQUESTED', 'REVIEWED', 'ADMITTED', 'SUSPENDED', 'REMOVED', 'REFUSED')),
  -- the day on which it came into its state, and why
  state_on date NOT NULL,
  state_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT matter_type_pkey PRIMARY KEY (code)
);
CREATE INDEX matter_type_by_area ON matter_type (area_code, code);

-- What a type says; a running matter keeps the edition by which it was entered, so an edition never changes.
CREATE TABLE matter_type_edition (
  id uuid DEFAULT uuidv7(),
  code text NOT NULL CONSTRAINT matter_type_edition_type_exists REFERENCES matter_type (code),
  edition integer NOT NULL CONSTRAINT matter_type_edition_counted CHECK (edition >= 1),
  name text NOT NULL CONSTRAINT matter_type_name_given CHECK (name <> ''),
  legal_basis text NOT NULL CONSTRAINT matter_type_basis_given CHECK (legal_basis <> ''),
  grid_duty text NOT NULL CONSTRAINT matter_type_duty_known CHECK (grid_duty IN ('FIND', 'VERIFY', 'HELP')),
  level text NOT NULL CONSTRAINT matter_type_level_known CHECK (level IN ('GRID', 'COMMUNITY', 'STREET', 'DEPARTMENT')),
  owner_unit_id uuid,
  owner_department_code text,
  emergency boolean NOT NULL DEFAULT false,
  -- step → { unit, amount }: accept, handle, triage, answer, resolve, feedback
  limits jsonb NOT NULL,
  admitted_on date,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  CONSTRAINT matter_type_edition_pkey PRIMARY KEY (id),
  CONSTRAINT matter_type_edition_unique UNIQUE (code, edition),
  CONSTRAINT matter_type_owner_named CHECK (owner_unit_id IS NOT NULL OR owner_department_code IS NOT NULL),
  CONSTRAINT matter_type_limits_complete CHECK (limits ?& ARRAY['accept', 'handle', 'triage', 'answer', 'resolve', 'feedback'])
);

-- 准入申请: a department asks, the politics-and-law committee reviews with other departments and decides.
CREATE TABLE admission_request (
  id uuid DEFAULT uuidv7(),
  code text NOT NULL,
  edition integer NOT NULL,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  -- the department that asks, and its Party organisation
  unit_id uuid NOT NULL,
  unit_org_id uuid,
  reason text NOT NULL CONSTRAINT admission_request_reason_given CHECK (reason <> ''),
  -- what it costs a grid in a month, in minutes, and what the department brings for a grid in a year, in fen
  workload_minutes integer NOT NULL CONSTRAINT admission_request_workload_positive CHECK (workload_minutes > 0),
  money_fen bigint NOT NULL CONSTRAINT admission_request_money_counted CHECK (money_fen >= 0),
  state text NOT NULL CONSTRAINT admission_request_state_known CHECK (state IN ('REQUESTED', 'REVIEWED', 'ADMITTED', 'REFUSED', 'WITHDRAWN')),
  requested_on date NOT NULL,
  reviewed_on date,
  review_unit_ids uuid[] NOT NULL DEFAULT '{}',
  review_opinion text,
  decided_on date,
  decision_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT admission_request_pkey PRIMARY KEY (id),
  CONSTRAINT admission_request_edition_exists FOREIGN KEY (code, edition) REFERENCES matter_type_edition (code, edition),
  CONSTRAINT admission_request_reviewed CHECK (state NOT IN ('REVIEWED', 'ADMITTED') OR (reviewed_on IS NOT NULL AND review_opinion <> '')),
  CONSTRAINT admission_request_refusal_has_reason CHECK (state <> 'REFUSED' OR decision_reason <> '')
);
CREATE UNIQUE INDEX admission_request_one_open ON admission_request (code) WHERE state IN ('REQUESTED', 'REVIEWED');
CREATE INDEX admission_request_by_county ON admission_request (county_code, requested_on DESC, id DESC);
CREATE INDEX admission_request_by_day ON admission_request (requested_on DESC, id DESC);
CREATE INDEX admission_request_by_unit ON admission_request (unit_org_id, requested_on DESC);

-- down
DROP TABLE admission_request;
DROP TABLE matter_type_edition;
DROP TABLE matter_type;
