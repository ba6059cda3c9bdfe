-- up
CREATE TABLE branch (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  members integer NOT NULL,
  version integer NOT NULL DEFAULT 1
);

-- down
DROP TABLE branch;
