-- up
-- The newest version of every aggregate that ever said something: gap-free, and the lock that keeps the events of one aggregate in order.
CREATE TABLE aggregate_version (
  topic text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  version bigint NOT NULL CONSTRAINT aggregate_version_not_negative CHECK (version >= 0),
  PRIMARY KEY (topic, key)
);

-- Events of committed transactions. seq is handed out while the aggregate's version is locked (and not cached), so within one
-- aggregate it grows with the version; across aggregates it may arrive out of order, which is why nobody reads by "seq > last".
CREATE TABLE outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
  event_id uuid NOT NULL DEFAULT uuidv7(),
  type text NOT NULL,
  topic text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  aggregate_version bigint NOT NULL,
  data jsonb NOT NULL CONSTRAINT outbox_data_size CHECK (octet_length(data::text) <= 262144),
  org_path text,
  area_code text,
  actor text NOT NULL,
  correlation_id text,
  causation_id text,
  traceparent text,
  data_class text NOT NULL CONSTRAINT outbox_data_class CHECK (data_class IN ('public', 'internal', 'personal')),
  snapshot boolean NOT NULL DEFAULT false,
  occurred_at timestamptz NOT NULL,
  published_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
CREATE UNIQUE INDEX outbox_version_unique ON outbox (topic, key, aggregate_version) WHERE NOT snapshot;
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE published_at IS NULL;

-- Who may publish: a new leader raises the epoch, an old one fails on it.
CREATE TABLE relay_leader (
  only_one boolean PRIMARY KEY DEFAULT true CONSTRAINT relay_leader_one CHECK (only_one),
  epoch bigint NOT NULL,
  since timestamptz NOT NULL
);
INSERT INTO relay_leader (epoch, since) VALUES (0, 'epoch');

-- down
DROP TABLE relay_leader;
DROP TABLE outbox;
DROP TABLE aggregate_version;
