-- What this service has erased of a person, once for each erasure that members asked for. Ids and counts only.

-- up
CREATE TABLE erasure_acknowledgement (
  -- the erasure, as members call it
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  scope text NOT NULL,
  -- rows in which something was erased
  erased integer NOT NULL,
  -- rows that stay and name the person by id alone
  kept integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT erasure_acknowledgement_scope CHECK (scope IN ('ALL', 'CONTACT')),
  CONSTRAINT erasure_acknowledgement_counted CHECK (erased >= 0 AND kept >= 0)
);
CREATE INDEX erasure_acknowledgement_person ON erasure_acknowledgement (person_id);

-- down
DROP TABLE erasure_acknowledgement;
