-- First secretaries and village teams (VIL-19): who is stationed where, and which villages must have a first secretary.

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE stationed_assignment (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  -- a person of the service members; nothing else of him is stored here
  person_id uuid NOT NULL,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  role text NOT NULL,
  sender_unit_id uuid NOT NULL,
  -- the organisation of the sending unit, through which its officers see the assignment; null where none is known
  sender_org_id uuid,
  tasks text[] NOT NULL DEFAULT '{}',
  planned_from date NOT NULL,
  planned_to date NOT NULL,
  state text NOT NULL,
  nominated_on date NOT NULL,
  decided_on date,
  rejection_reason text,
  posted_on date,
  leave_since date,
  leave_reason text,
  -- first day no longer on the post
  ended_on date,
  end_kind text,
  end_reason text,
  recall_kind text,
  -- the evaluation, survey or report on which a recall stands
  evaluation text,
  successor_plan text,
  successor_by date,
  -- the assignment that this one follows
  predecessor_id uuid CONSTRAINT stationed_predecessor REFERENCES stationed_assignment (id),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT stationed_area CHECK (area_code ~ '^[0-9]{12}$'),
  CONSTRAINT stationed_role CHECK (role IN ('FIRST_SECRETARY', 'TEAM_LEADER', 'TEAM_MEMBER')),
  CONSTRAINT stationed_state CHECK (state IN ('NOMINATED', 'APPROVED', 'REJECTED', 'ON_POST', 'ON_LEAVE', 'ENDED', 'RECALLED')),
  CONSTRAINT stationed_end_kind CHECK (end_kind IN ('TERM', 'REASSIGNED', 'PROMOTED', 'HEALTH', 'RETIRED', 'AREA_MERGED', 'OTHER')),
  CONSTRAINT stationed_recall_kind CHECK (recall_kind IN ('EVALUATION_FAILED', 'SATISFACTION_LOW', 'VILLAGE_UNCHANGED')),
  CONSTRAINT stationed_planned CHECK (planned_to > planned_from),
  CONSTRAINT stationed_posted CHECK ((posted_on IS NOT NULL) = (state IN ('ON_POST', 'ON_LEAVE', 'ENDED', 'RECALLED'))),
  CONSTRAINT stationed_ended CHECK ((ended_on IS NOT NULL) = (state IN ('ENDED', 'RECALLED')) AND ended_on >= posted_on),
  CONSTRAINT stationed_leave CHECK ((state = 'ON_LEAVE') = (leave_since IS NOT NULL)),
  CONSTRAINT stationed_recalled CHECK (state <> 'RECALLED' OR (recall_kind IS NOT NULL AND evaluation IS NOT NULL AND successor_plan IS NOT NULL)),
  CONSTRAINT stationed_rejected CHECK ((state = 'REJECTED') = (rejection_reason IS NOT NULL)),
  -- Invariant 3 of the villages: one first secretary on post per village, one post per person, on any day.
  CONSTRAINT stationed_one_first_secretary EXCLUDE USING gist (area_code WITH =, daterange(posted_on, ended_on) WITH &&)
    WHERE (role = 'FIRST_SECRETARY' AND posted_on IS NOT NULL),
  CONSTRAINT stationed_one_post_per_person EXCLUDE USING gist (person_id WITH =, daterange(posted_on, ended_on) WITH &&)
    WHERE (posted_on IS NOT NULL)
);
CREATE UNIQUE INDEX stationed_one_candidate ON stationed_assignment (area_code)
  WHERE role = 'FIRST_SECRETARY' AND state IN ('NOMINATED', 'APPROVED');
CREATE UNIQUE INDEX stationed_nominated_once ON stationed_assignment (person_id) WHERE state IN ('NOMINATED', 'APPROVED');
CREATE UNIQUE INDEX stationed_one_successor ON stationed_assignment (predecessor_id) WHERE state <> 'REJECTED';
CREATE INDEX stationed_county ON stationed_assignment (county_code, nominated_on DESC, id);
CREATE INDEX stationed_town ON stationed_assignment (town_code, nominated_on DESC, id);
CREATE INDEX stationed_village ON stationed_assignment (area_code, nominated_on DESC, id);
CREATE INDEX stationed_newest ON stationed_assignment (nominated_on DESC, id);
CREATE INDEX stationed_sender ON stationed_assignment (sender_unit_id, nominated_on DESC, id);
CREATE INDEX stationed_sender_organization ON stationed_assignment (sender_org_id);
CREATE INDEX stationed_person ON stationed_assignment (person_id, nominated_on DESC, id);
CREATE INDEX stationed_ending ON stationed_assignment (planned_to) WHERE state IN ('ON_POST', 'ON_LEAVE');

-- Which villages must have a first secretary beside the weak ones, and since when.
CREATE TABLE stationed_requirement (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  reason text NOT NULL,
  valid_from date NOT NULL,
  -- first day on which it no longer holds
  valid_to date,
  lift_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT stationed_requirement_area CHECK (area_code ~ '^[0-9]{12}$'),
  CONSTRAINT stationed_requirement_order CHECK (valid_to >= valid_from),
  CONSTRAINT stationed_requirement_one_at_a_time EXCLUDE USING gist (area_code WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX stationed_requirement_county ON stationed_requirement (county_code);
CREATE INDEX stationed_requirement_town ON stationed_requirement (town_code);

-- down
DROP TABLE stationed_requirement;
DROP TABLE stationed_assignment;
