-- 班子、届、职务: leading bodies, their terms, and who holds which post from when to when.

-- up
CREATE TABLE leading_body (
  id uuid DEFAULT uuidv7(),
  kind text NOT NULL CONSTRAINT leading_body_kind_known CHECK (kind IN ('PARTY_COMMITTEE', 'BRANCH_COMMITTEE', 'VILLAGE_COMMITTEE', 'RESIDENTS_COMMITTEE', 'SUPERVISION_COMMITTEE', 'BOARD', 'SUPERVISORS', 'MANAGEMENT', 'PRESIDENT_MEETING')),
  -- the organisation whose body it is, or that leads the host
  org_id uuid CONSTRAINT leading_body_organization_exists REFERENCES party_organization (id),
  host_kind text,
  host_id text,
  area_code text NOT NULL CONSTRAINT leading_body_area_exists REFERENCES area (code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  seats integer NOT NULL CONSTRAINT leading_body_seats_positive CHECK (seats >= 1),
  representatives integer CONSTRAINT leading_body_representatives_counted CHECK (representatives >= 0),
  party_representatives integer,
  closed_on date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT leading_body_pkey PRIMARY KEY (id),
  CONSTRAINT leading_body_of_somebody CHECK (org_id IS NOT NULL OR host_id IS NOT NULL),
  CONSTRAINT leading_body_host_whole CHECK ((host_kind IS NULL) = (host_id IS NULL)),
  CONSTRAINT leading_body_party_representatives_counted CHECK (party_representatives BETWEEN 0 AND representatives)
);
CREATE UNIQUE INDEX leading_body_one_per_organization ON leading_body (org_id, kind) WHERE closed_on IS NULL AND host_id IS NULL;
CREATE UNIQUE INDEX leading_body_one_per_host ON leading_body (host_kind, host_id, kind) WHERE closed_on IS NULL AND host_id IS NOT NULL;
CREATE INDEX leading_body_by_organization ON leading_body (org_id, id);
CREATE INDEX leading_body_by_county ON leading_body (county_code, id);
CREATE INDEX leading_body_by_town ON leading_body (town_code, id);
CREATE INDEX leading_body_by_area ON leading_body (area_code, id);
CREATE INDEX leading_body_by_host ON leading_body (host_kind, host_id);

CREATE TABLE term (
  id uuid DEFAULT uuidv7(),
  body_id uuid NOT NULL CONSTRAINT term_body_exists REFERENCES leading_body (id),
  no integer NOT NULL CONSTRAINT term_number_positive CHECK (no >= 1),
  start_on date NOT NULL,
  -- 届满日: the start plus the term of the rule in force on the start day
  due_on date NOT NULL,
  extension_months integer NOT NULL DEFAULT 0 CONSTRAINT term_extension_counted CHECK (extension_months >= 0),
  extension_document text,
  -- due_on plus the approved extension: from the day after it the term is overdue
  ends_on date NOT NULL,
  -- the day from which the next term holds
  ended_on date,
  state text NOT NULL DEFAULT 'IN_TERM' CONSTRAINT term_state_known CHECK (state IN ('IN_TERM', 'DUE', 'EXTENDED', 'OVERDUE', 'ENDED')),
  election_document text,
  org_id uuid CONSTRAINT term_organization_exists REFERENCES party_organization (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT term_pkey PRIMARY KEY (id),
  CONSTRAINT term_number_unique UNIQUE (body_id, no),
  CONSTRAINT term_dates_ordered CHECK (due_on > start_on AND ends_on >= due_on),
  CONSTRAINT term_ended_when_closed CHECK ((state = 'ENDED') = (ended_on IS NOT NULL)),
  CONSTRAINT term_extension_has_document CHECK (extension_months = 0 OR extension_document IS NOT NULL)
);
CREATE UNIQUE INDEX term_one_running_per_body ON term (body_id) WHERE state <> 'ENDED';
CREATE INDEX term_due_in_county ON term (county_code, ends_on, id) WHERE state <> 'ENDED';
CREATE INDEX term_due_in_town ON term (town_code, ends_on, id) WHERE state <> 'ENDED';
CREATE INDEX term_due ON term (ends_on, id) WHERE state <> 'ENDED';
CREATE INDEX term_by_organization ON term (org_id, id);

CREATE TABLE post (
  id uuid DEFAULT uuidv7(),
  body_id uuid NOT NULL CONSTRAINT post_body_exists REFERENCES leading_body (id),
  term_id uuid NOT NULL CONSTRAINT post_term_exists REFERENCES term (id),
  person_id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT post_kind_known CHECK (kind IN ('SECRETARY', 'DEPUTY_SECRETARY', 'FULLTIME_DEPUTY', 'ORG_MEMBER', 'PUBLICITY_MEMBER', 'DISCIPLINE_MEMBER', 'COMMITTEE_MEMBER', 'PART_TIME_MEMBER', 'DIRECTOR', 'DEPUTY_DIRECTOR', 'COMMITTEE_PERSON', 'CHAIR', 'GENERAL_MANAGER', 'PRESIDENT', 'HEADMASTER')),
  duty text,
  is_full_time boolean NOT NULL DEFAULT false,
  from_on date NOT NULL,
  -- the day from which the person no longer holds the post
  to_on date,
  end_reason text CONSTRAINT post_end_reason_known CHECK (end_reason IN ('TERM_END', 'ADJUSTED_INCOMPETENT', 'PROMOTED', 'RESIGNED', 'DISCIPLINE', 'DIED')),
  filing_no text,
  filing_level text,
  filed_on date,
  org_id uuid CONSTRAINT post_organization_exists REFERENCES party_organization (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT post_pkey PRIMARY KEY (id),
  CONSTRAINT post_dates_ordered CHECK (to_on IS NULL OR to_on > from_on),
  CONSTRAINT post_end_has_reason CHECK ((to_on IS NULL) = (end_reason IS NULL)),
  CONSTRAINT post_one_head_per_body EXCLUDE USING gist (body_id WITH =, kind WITH =, daterange(from_on, to_on) WITH &&)
    WHERE (kind IN ('SECRETARY', 'DIRECTOR', 'CHAIR')),
  CONSTRAINT post_once_per_person_and_body EXCLUDE USING gist (body_id WITH =, kind WITH =, person_id WITH =, daterange(from_on, to_on) WITH &&)
);
CREATE INDEX post_by_body ON post (body_id, kind, from_on);
-- who heads which body: asked with every list of organisations
CREATE INDEX post_heads ON post (body_id, kind, from_on) WHERE kind IN ('SECRETARY', 'DIRECTOR', 'CHAIR');
CREATE INDEX post_by_term ON post (term_id);
CREATE INDEX post_by_person ON post (person_id, from_on, id);
CREATE INDEX post_by_organization ON post (org_id, kind);
CREATE INDEX post_by_county ON post (county_code, from_on, id);
CREATE INDEX post_by_town ON post (town_code, from_on, id);
CREATE INDEX post_by_area ON post (area_code, from_on, id);
CREATE INDEX post_by_date ON post (from_on, id);

-- down
DROP TABLE post;
DROP TABLE term;
DROP TABLE leading_body;
