-- up
-- How far a consumer has come in a partition, written in the transaction of the effect. Whoever is given the partition raises the
-- epoch; a member that lost it without noticing fails on the epoch and rolls back.
CREATE TABLE consumer_checkpoint (
  consumer text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL DEFAULT 0,
  epoch bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (consumer, topic, partition)
);

-- The newest version of each aggregate whose effect a consumer has applied: what is not above it was applied before.
CREATE TABLE consumer_high_water (
  consumer text COLLATE "C" NOT NULL,
  topic text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (consumer, topic, key)
) WITH (fillfactor = 80);

-- Events that a consumer could not apply, with the cause, until somebody replays or discards them. seq is the order of arrival.
CREATE TABLE dead_letter (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  consumer text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  aggregate_version bigint NOT NULL,
  event jsonb NOT NULL,
  cause text NOT NULL,
  attempts integer NOT NULL,
  -- True when the event itself is sound and only waits behind an earlier one of the same key.
  waits_behind boolean NOT NULL,
  state text NOT NULL DEFAULT 'WAITING' CONSTRAINT dead_letter_state CHECK (state IN ('WAITING', 'REPLAYED', 'DISCARDED')),
  reason text,
  at timestamptz NOT NULL,
  settled_at timestamptz,
  CONSTRAINT dead_letter_discarded_with_reason CHECK (state <> 'DISCARDED' OR reason <> '')
);
CREATE UNIQUE INDEX dead_letter_event_unique ON dead_letter (consumer, event_id);
CREATE INDEX dead_letter_waiting ON dead_letter (consumer, topic, key, seq) WHERE state = 'WAITING';

-- down
DROP TABLE dead_letter;
DROP TABLE consumer_high_water;
DROP TABLE consumer_checkpoint;
