-- 督导抽查名单: villages to look at first, put on the list and taken off it by what they earned; and what was said of each last.

-- up
CREATE TABLE supervision_sample (
  id uuid DEFAULT uuidv7(),
  area_code text NOT NULL CONSTRAINT supervision_sample_area_exists REFERENCES area (code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  reason text NOT NULL CONSTRAINT supervision_sample_reason_known CHECK (reason IN ('WEAK_VILLAGE')),
  -- the closed year by which it was put on the list, and the class that the village had by it last
  year integer NOT NULL,
  village_class text NOT NULL CONSTRAINT supervision_sample_class_known CHECK (village_class IN ('SHELL', 'WEAK', 'BELOW', 'REACHED', 'GOOD', 'STAR')),
  opened_on date NOT NULL,
  closed_on date,
  -- what took it off: a closed year that is no longer weak, or a merger of areas
  closed_by text CONSTRAINT supervision_sample_closed_by_known CHECK (closed_by IN ('CLASS', 'AREA_MERGED')),
  closed_year integer,
  note text,
  exemption_reason text,
  exemption_until date,
  exemption_by text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT supervision_sample_pkey PRIMARY KEY (id),
  CONSTRAINT supervision_sample_closes_after_it_opens CHECK (closed_on >= opened_on),
  CONSTRAINT supervision_sample_closed_by_something CHECK ((closed_on IS NULL) = (closed_by IS NULL)),
  CONSTRAINT supervision_sample_exemption_whole CHECK (
    (exemption_reason IS NULL) = (exemption_by IS NULL) AND (exemption_until IS NULL OR exemption_reason IS NOT NULL))
);
CREATE UNIQUE INDEX supervision_sample_one_open ON supervision_sample (area_code, reason) WHERE closed_on IS NULL;
CREATE INDEX supervision_sample_by_area ON supervision_sample (area_code, opened_on, id);
CREATE INDEX supervision_sample_by_town ON supervision_sample (town_code, opened_on, id);
CREATE INDEX supervision_sample_by_county ON supervision_sample (county_code, opened_on, id);
CREATE INDEX supervision_sample_open ON supervision_sample (opened_on, id) WHERE closed_on IS NULL;

-- The newest closed year that villages has told of each village: a correction of an older year decides nothing any more.
CREATE TABLE village_last_judged (
  area_code text CONSTRAINT village_last_judged_pkey PRIMARY KEY,
  year integer NOT NULL
);

-- down
DROP TABLE village_last_judged;
DROP TABLE supervision_sample;
