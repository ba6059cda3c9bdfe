-- up
-- Snapshots that were asked for, one per topic: how far the newest one has come. It goes on where it was after an interruption.
CREATE TABLE snapshot_run (
  topic text COLLATE "C" PRIMARY KEY,
  id uuid NOT NULL DEFAULT uuidv7(),
  asked_by text NOT NULL,
  begun_at timestamptz NOT NULL,
  finished_at timestamptz,
  total bigint NOT NULL,
  done bigint NOT NULL DEFAULT 0,
  -- Fewer than done where an aggregate has meanwhile gone, or is in a state that nobody is told of.
  written bigint NOT NULL DEFAULT 0
);

-- The aggregates of an unfinished one in the order in which they are told, as they were when it began: one that changes place or
-- state meanwhile is still told.
CREATE TABLE snapshot_key (
  topic text COLLATE "C" NOT NULL,
  place bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  PRIMARY KEY (topic, place)
);

-- down
DROP TABLE snapshot_key;
DROP TABLE snapshot_run;
