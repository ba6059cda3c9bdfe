-- Members counted per branch, changed in the transaction of the change that it counts (ORG-04 listens to it).

-- up
CREATE TABLE roster (
  org_id uuid PRIMARY KEY,
  full_members integer NOT NULL DEFAULT 0,
  probationary integer NOT NULL DEFAULT 0,
  total integer NOT NULL DEFAULT 0,
  -- not in the total; a branch is empty only when nobody of these is left either
  suspended integer NOT NULL DEFAULT 0,
  as_of date NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT roster_total CHECK (total = full_members + probationary),
  CONSTRAINT roster_not_negative CHECK (full_members >= 0 AND probationary >= 0 AND suspended >= 0)
);

-- down
DROP TABLE roster;
