-- up
CREATE TABLE bus.topic (
  name text COLLATE "C" PRIMARY KEY,
  -- Never changed in place: another count would move keys to other partitions and break their order.
  partitions integer NOT NULL CONSTRAINT topic_partitions CHECK (partitions > 0)
);

-- An append holds the row until it commits, so offsets are dense and appear in order: a reader may simply go on from its last one.
CREATE TABLE bus.partition (
  topic text COLLATE "C" NOT NULL REFERENCES bus.topic,
  partition integer NOT NULL,
  first_offset bigint NOT NULL DEFAULT 0,
  next_offset bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

CREATE TABLE bus.record (
  topic text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  event_id uuid NOT NULL,
  -- The CloudEvents attributes, and the data apart from them.
  attributes jsonb NOT NULL,
  data jsonb,
  appended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (topic, partition, record_offset)
);
CREATE UNIQUE INDEX record_event_unique ON bus.record (topic, event_id);

-- The newest epoch of each sender: an older one is refused.
CREATE TABLE bus.producer (
  name text PRIMARY KEY,
  epoch bigint NOT NULL
);

CREATE TABLE bus.member (
  group_name text NOT NULL,
  member uuid NOT NULL,
  topics text[] NOT NULL,
  lease_until timestamptz NOT NULL,
  PRIMARY KEY (group_name, member)
) WITH (fillfactor = 50);

-- Which member of a group reads a partition, and how far the group has come.
CREATE TABLE bus.claim (
  group_name text COLLATE "C" NOT NULL,
  topic text COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  member uuid,
  epoch bigint NOT NULL DEFAULT 0,
  next_offset bigint NOT NULL,
  PRIMARY KEY (group_name, topic, partition)
) WITH (fillfactor = 50);

CREATE FUNCTION bus.append(of_topic text, producer_name text, producer_epoch bigint, records jsonb) RETURNS integer
LANGUAGE plpgsql AS $body$
DECLARE
  known bigint;
  appended integer;
BEGIN
  IF producer_name IS NOT NULL THEN
    INSERT INTO bus.producer (name, epoch) VALUES (producer_name, producer_epoch) ON CONFLICT DO NOTHING;
    SELECT epoch INTO known FROM bus.producer WHERE name = producer_name FOR UPDATE;
    IF known > producer_epoch THEN
      RAISE EXCEPTION 'sender % has epoch % and was replaced by epoch %', producer_name, producer_epoch, known
        USING ERRCODE = 'JB001';
    END IF;
    IF known < producer_epoch THEN
      UPDATE bus.producer SET epoch = producer_epoch WHERE name = producer_name;
    END IF;
  END IF;

  PERFORM 1 FROM bus.partition
    WHERE topic = of_topic AND partition IN (SELECT (r ->> 'partition')::integer FROM jsonb_array_elements(records) r)
    ORDER BY partition FOR UPDATE;

  -- An event always falls into the same partition, whose lock is held: what was appended before is visible now.
  WITH incoming AS (
    SELECT n, r.partition, r.id, r.attributes, r.data
    FROM ROWS FROM (jsonb_to_recordset(records) AS (partition integer, id uuid, attributes jsonb, data jsonb))
      WITH ORDINALITY AS r (partition, id, attributes, data, n)
    WHERE NOT EXISTS (SELECT 1 FROM bus.record known WHERE known.topic = of_topic AND known.event_id = r.id)
  ), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY partition ORDER BY n) - 1 AS place FROM incoming
  ), moved AS (
    UPDATE bus.partition p SET next_offset = p.next_offset + fresh.records
    FROM (SELECT partition, count(*) AS records FROM incoming GROUP BY partition) fresh
    WHERE p.topic = of_topic AND p.partition = fresh.partition
    RETURNING p.partition, p.next_offset - fresh.records AS base
  )
  INSERT INTO bus.record (topic, partition, record_offset, event_id, attributes, data)
  SELECT of_topic, partition, moved.base + numbered.place, id, attributes, data
  FROM numbered JOIN moved USING (partition);
  GET DIAGNOSTICS appended = ROW_COUNT;
  RETURN appended;
END
$body$;

-- down
DROP FUNCTION bus.append;
DROP TABLE bus.claim;
DROP TABLE bus.member;
DROP TABLE bus.producer;
DROP TABLE bus.record;
DROP TABLE bus.partition;
DROP TABLE bus.topic;
