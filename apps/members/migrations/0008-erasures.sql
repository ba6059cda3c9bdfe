-- Erasure of a person's data (X-27, PIPL art. 47): who asked, and which service has not acknowledged yet.

-- up
CREATE TABLE erasure (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL CONSTRAINT erasure_person REFERENCES person (id),
  -- the organisation that kept the record when it was asked
  org_id uuid NOT NULL,
  -- ALL: everything; CONTACT: only how to reach a former member, whose entry in the roll is kept by law
  scope text NOT NULL,
  ground text NOT NULL,
  document text NOT NULL,
  state text NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  due_at timestamptz(3) NOT NULL,
  done_at timestamptz(3),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT erasure_scope CHECK (scope IN ('ALL', 'CONTACT')),
  CONSTRAINT erasure_ground CHECK (ground IN ('PURPOSE_ENDED', 'RETENTION_OVER', 'CONSENT_WITHDRAWN', 'UNLAWFUL', 'OTHER_LAW')),
  CONSTRAINT erasure_state CHECK (state IN ('REQUESTED', 'DONE')),
  CONSTRAINT erasure_done CHECK ((state = 'DONE') = (done_at IS NOT NULL))
);
CREATE UNIQUE INDEX erasure_one_under_way ON erasure (person_id) WHERE state = 'REQUESTED';
CREATE INDEX erasure_of_person ON erasure (person_id);
CREATE INDEX erasure_requested ON erasure (requested_at DESC, id);
CREATE INDEX erasure_due ON erasure (due_at) WHERE state = 'REQUESTED';

-- Who has to acknowledge, as it was when the erasure was asked for.
CREATE TABLE erasure_answer (
  erasure_id uuid NOT NULL CONSTRAINT erasure_answer_to REFERENCES erasure (id),
  service text NOT NULL,
  acknowledged_at timestamptz,
  erased integer,
  kept integer,
  PRIMARY KEY (erasure_id, service),
  CONSTRAINT erasure_answer_whole CHECK ((acknowledged_at IS NULL) = (erased IS NULL) AND (erased IS NULL) = (kept IS NULL))
);
CREATE INDEX erasure_answer_outstanding ON erasure_answer (service, erasure_id) WHERE acknowledged_at IS NULL;

-- The record that is or was erased as a whole: nobody works with it any more, and it may be without its facts.
ALTER TABLE person ADD COLUMN erasure_id uuid CONSTRAINT person_erasure REFERENCES erasure (id),
  ALTER COLUMN name DROP NOT NULL,
  ALTER COLUMN citizen_id DROP NOT NULL,
  ALTER COLUMN gender DROP NOT NULL,
  ALTER COLUMN birth_date DROP NOT NULL,
  ALTER COLUMN education DROP NOT NULL,
  ADD CONSTRAINT person_facts CHECK (erasure_id IS NOT NULL OR num_nulls(name, citizen_id, gender, birth_date, education) = 0);

-- down
ALTER TABLE person DROP CONSTRAINT person_facts,
  ALTER COLUMN name SET NOT NULL,
  ALTER COLUMN citizen_id SET NOT NULL,
  ALTER COLUMN gender SET NOT NULL,
  ALTER COLUMN birth_date SET NOT NULL,
  ALTER COLUMN education SET NOT NULL,
  DROP COLUMN erasure_id;
DROP TABLE erasure_answer;
DROP TABLE erasure;
