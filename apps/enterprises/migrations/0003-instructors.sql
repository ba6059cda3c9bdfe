-- 党建指导员、联络员: who is sent to which enterprises and social organisations, from when to when (ENT-09).

-- up
CREATE TABLE instructor (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL,
  kind text NOT NULL,
  -- the unit that sends him, a public unit of the organisation register
  source_unit_id uuid,
  -- entities he may have at once; null: as the rule says
  max_load integer,
  -- the area whose entities he serves
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  since date NOT NULL,
  left_on date,
  leave_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT instructor_kind CHECK (kind IN ('INSTRUCTOR', 'LIAISON')),
  CONSTRAINT instructor_max_load CHECK (max_load > 0),
  CONSTRAINT instructor_left_after CHECK (left_on >= since)
);
CREATE UNIQUE INDEX instructor_person_once ON instructor (person_id, kind) WHERE left_on IS NULL;
CREATE INDEX instructor_since ON instructor (since, id);
CREATE INDEX instructor_county ON instructor (county_code, since, id);
CREATE INDEX instructor_town ON instructor (town_code, since, id);
CREATE INDEX instructor_area ON instructor (area_code, since, id);

CREATE TABLE instructor_assignment (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  instructor_id uuid NOT NULL CONSTRAINT instructor_assignment_instructor REFERENCES instructor (id),
  entity_id uuid NOT NULL CONSTRAINT instructor_assignment_entity REFERENCES entity (id),
  -- of the instructor, kept beside the assignment for the rule of one of each kind
  kind text NOT NULL,
  person_id uuid NOT NULL,
  -- where the entity stands; of ended assignments where it stood
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  state text NOT NULL DEFAULT 'PROPOSED',
  proposed_on date NOT NULL,
  started_on date,
  -- last day of the term; null without end
  until date,
  ended_on date,
  end_way text,
  end_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT instructor_assignment_kind CHECK (kind IN ('INSTRUCTOR', 'LIAISON')),
  CONSTRAINT instructor_assignment_state CHECK (state IN ('PROPOSED', 'ACTIVE', 'ENDED')),
  CONSTRAINT instructor_assignment_started CHECK (state <> 'ACTIVE' OR started_on IS NOT NULL),
  CONSTRAINT instructor_assignment_ended CHECK ((state = 'ENDED') = (ended_on IS NOT NULL)),
  CONSTRAINT instructor_assignment_order CHECK (ended_on >= started_on),
  CONSTRAINT instructor_assignment_end_way CHECK (end_way IN
    ('TERM_ENDED', 'REASSIGNED', 'WITHDRAWN', 'LEFT', 'ENTITY_CLOSED', 'ENTITY_MERGED'))
);
CREATE UNIQUE INDEX instructor_assignment_once ON instructor_assignment (instructor_id, entity_id) WHERE state <> 'ENDED';
CREATE UNIQUE INDEX instructor_assignment_one_active ON instructor_assignment (entity_id, kind) WHERE state = 'ACTIVE';
CREATE INDEX instructor_assignment_instructor_open ON instructor_assignment (instructor_id, state);
CREATE INDEX instructor_assignment_of_entity ON instructor_assignment (entity_id, proposed_on DESC, id);
CREATE INDEX instructor_assignment_person ON instructor_assignment (person_id, proposed_on DESC, id);
CREATE INDEX instructor_assignment_term ON instructor_assignment (until) WHERE state = 'ACTIVE';
CREATE INDEX instructor_assignment_proposed ON instructor_assignment (proposed_on, id);
CREATE INDEX instructor_assignment_county ON instructor_assignment (county_code, proposed_on, id);
CREATE INDEX instructor_assignment_town ON instructor_assignment (town_code, proposed_on, id);
CREATE INDEX instructor_assignment_area ON instructor_assignment (area_code, proposed_on, id);

-- down
DROP TABLE instructor_assignment;
DROP TABLE instructor;
