-- 指标目标: what a figure should be in an area from one day to another. Never changed in place: a change ends one and opens another.

-- up
CREATE TABLE indicator_target (
  id uuid DEFAULT uuidv7(),
  key text NOT NULL,
  area_code text NOT NULL CONSTRAINT indicator_target_area_exists REFERENCES area (code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  -- the plan it came with; null when it was set by hand
  profile text,
  -- which of several targets of one figure it is, made from its parameters
  facet text NOT NULL DEFAULT '',
  comparator text NOT NULL CONSTRAINT indicator_target_comparator_known CHECK (comparator IN ('AT_LEAST', 'AT_MOST', 'EXACTLY', 'RISE', 'REPORT')),
  value double precision,
  unit text NOT NULL,
  parameters jsonb NOT NULL DEFAULT '{}',
  due_on date,
  document text NOT NULL,
  article text,
  note text,
  valid_from date NOT NULL,
  -- the first day on which it no longer holds; equal to valid_from when it was replaced before it had begun
  valid_to date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT indicator_target_pkey PRIMARY KEY (id),
  CONSTRAINT indicator_target_value_compared CHECK ((value IS NULL) = (comparator IN ('RISE', 'REPORT'))),
  CONSTRAINT indicator_target_period_ordered CHECK (valid_to >= valid_from),
  CONSTRAINT indicator_target_one_at_a_time EXCLUDE USING gist (
    area_code WITH =, key WITH =, (coalesce(profile, '')) WITH =, facet WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX indicator_target_by_area ON indicator_target (area_code, key, valid_from DESC, id);
CREATE INDEX indicator_target_by_key ON indicator_target (key, area_code, valid_from);

-- down
DROP TABLE indicator_target;
