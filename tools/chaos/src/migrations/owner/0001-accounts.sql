-- up
CREATE TABLE account (
  id uuid PRIMARY KEY,
  balance bigint NOT NULL,
  version integer NOT NULL DEFAULT 1
);

-- What each accepted command changed: the truth that everything else is compared with.
CREATE TABLE movement (
  command text NOT NULL,
  n integer NOT NULL,
  account uuid NOT NULL,
  kind text NOT NULL,
  amount integer NOT NULL,
  PRIMARY KEY (command, n)
);

-- Receipts of the other service that came back.
CREATE TABLE heard (
  id uuid PRIMARY KEY,
  receipts integer NOT NULL
);

-- Every effect as it was made, without any guard against a second one: who applied twice is seen here.
CREATE TABLE applied (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  consumer text NOT NULL,
  key uuid NOT NULL,
  version bigint NOT NULL,
  event_id uuid NOT NULL
);

-- down
DROP TABLE applied;
DROP TABLE heard;
DROP TABLE movement;
DROP TABLE account;
