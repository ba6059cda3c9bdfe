-- Members and, by day, what was true of each: branch, status, class and the facts a structure table counts (MEM-01, MEM-02).

-- up
CREATE TABLE member (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL CONSTRAINT member_person REFERENCES person (id),
  -- the branch of today, its superiors and its area as stamped from known_organization
  org_id uuid NOT NULL,
  ancestor_1 uuid, ancestor_2 uuid, ancestor_3 uuid, ancestor_4 uuid, ancestor_5 uuid, ancestor_6 uuid, ancestor_7 uuid,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  status text NOT NULL,
  joined_on date NOT NULL,
  confirmed_on date,
  suspended_on date,
  left_on date,
  leave_reason text,
  member_class text NOT NULL,
  rural_flag boolean NOT NULL DEFAULT false,
  in_post_flag boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT member_person_unique UNIQUE (person_id),
  CONSTRAINT member_status CHECK (status IN ('PROBATIONARY', 'FULL', 'SUSPENDED', 'LEFT', 'MOVED_OUT', 'DECEASED')),
  CONSTRAINT member_class CHECK (member_class IN ('IN_POST', 'RETIRED', 'RURAL', 'COMMUNITY', 'MOBILE', 'STUDENT', 'JOB_SEEKING', 'NEW_EMPLOYMENT', 'UNABLE')),
  CONSTRAINT member_confirmed_after_joining CHECK (confirmed_on >= joined_on),
  CONSTRAINT member_probationary_is_unconfirmed CHECK (status <> 'PROBATIONARY' OR confirmed_on IS NULL)
);
CREATE INDEX member_org ON member (org_id, id);
CREATE INDEX member_ancestor_2 ON member (ancestor_2, joined_on, id);
CREATE INDEX member_ancestor_3 ON member (ancestor_3, joined_on, id);
CREATE INDEX member_ancestor_4 ON member (ancestor_4, joined_on, id);
CREATE INDEX member_ancestor_5 ON member (ancestor_5, joined_on, id);
CREATE INDEX member_joined ON member (joined_on, id);
CREATE INDEX member_county ON member (county_code, joined_on, id);
CREATE INDEX member_town ON member (town_code, joined_on, id);
CREATE INDEX member_area ON member (area_code, joined_on, id);

-- valid_to is the first day on which the interval no longer holds; valid_to = valid_from is an interval that was replaced on
-- its own first day. Everything that a table of some day counts is in this one row, so that no later change can alter that day.
CREATE TABLE member_history (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  member_id uuid NOT NULL CONSTRAINT member_history_member REFERENCES member (id),
  valid_from date NOT NULL,
  valid_to date,
  org_id uuid NOT NULL,
  status text NOT NULL,
  member_class text NOT NULL,
  gender text NOT NULL,
  birth_date date NOT NULL,
  education text NOT NULL,
  joined_on date NOT NULL,
  reason text NOT NULL,
  transfer_id uuid,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT member_history_order CHECK (valid_to >= valid_from),
  CONSTRAINT member_history_open_status CHECK (status IN ('PROBATIONARY', 'FULL', 'SUSPENDED')),
  -- every member is in exactly one branch on any date
  CONSTRAINT member_history_one_branch EXCLUDE USING gist (member_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX member_history_member_from ON member_history (member_id, valid_from);
CREATE INDEX member_history_org ON member_history (org_id, valid_from, valid_to)
  INCLUDE (member_id, status, member_class, gender, birth_date, education, joined_on);

-- down
DROP TABLE member_history;
DROP TABLE member;
