-- up
-- A fold of the events, one by one.
CREATE TABLE known_account (
  id uuid PRIMARY KEY,
  balance bigint NOT NULL,
  version bigint NOT NULL
);

-- The newest state that an event told.
CREATE TABLE newest_account (
  id uuid PRIMARY KEY,
  balance bigint NOT NULL,
  version bigint NOT NULL
);

-- Per account, so that batches of several partitions do not wait for each other's rows in different orders.
CREATE TABLE total (
  kind text NOT NULL,
  account uuid NOT NULL,
  events bigint NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (kind, account)
);

CREATE TABLE receipt (
  id uuid PRIMARY KEY,
  receipts integer NOT NULL,
  version integer NOT NULL DEFAULT 1
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
DROP TABLE receipt;
DROP TABLE total;
DROP TABLE newest_account;
DROP TABLE known_account;
