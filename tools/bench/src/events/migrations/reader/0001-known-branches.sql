-- up
CREATE TABLE known_branch (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  members integer NOT NULL
);

-- down
DROP TABLE known_branch;
