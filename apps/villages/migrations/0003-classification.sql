-- 村集体经济类别: every judgement of a village's class, with the measure, the figure, the threshold and what they stand on.

-- up
CREATE TABLE village_class (
  id uuid DEFAULT uuidv7() CONSTRAINT village_class_pkey PRIMARY KEY,
  area_code text NOT NULL CONSTRAINT village_class_village_exists REFERENCES village (area_code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  year integer NOT NULL,
  class text NOT NULL CONSTRAINT village_class_class_known CHECK (class IN ('SHELL', 'WEAK', 'BELOW', 'REACHED', 'GOOD', 'STAR')),
  -- whether the village has to be lifted
  weak boolean NOT NULL,
  -- the sentence that decided: its measure, the village's figure in it, and the bound, in fen
  measure text NOT NULL CONSTRAINT village_class_measure_known CHECK (measure IN ('TOTAL', 'OPERATING', 'OPERATING_SURPLUS')),
  value bigint NOT NULL,
  threshold bigint NOT NULL,
  rule_key text NOT NULL,
  rule_document text NOT NULL,
  rule_article text,
  -- the target whose bound decided; null when the rule set's own did
  target_id uuid,
  profile text,
  -- years in a row at or above the floor, and how many a weak village needs
  years_at_floor integer NOT NULL,
  years_needed integer NOT NULL,
  cause text NOT NULL CONSTRAINT village_class_cause_known CHECK (cause IN ('CLOSE', 'REVISION', 'TARGET')),
  -- the day whose rules and targets judged
  rules_on date NOT NULL,
  judged_on date NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system'
);
CREATE INDEX village_class_of_village ON village_class (area_code, year, id);
CREATE INDEX village_class_by_day ON village_class (area_code, judged_on, id);

-- the last day whose targets were applied to every village; targets that begin or end after it are applied by the daily clock
CREATE TABLE classification_clock (
  one boolean CONSTRAINT classification_clock_pkey PRIMARY KEY DEFAULT true CHECK (one),
  applied_on date NOT NULL
);

-- What the closed years say. A village that others were merged into within the year counts what they had taken in before, as long as
-- each of them has this one successor.
CREATE VIEW closed_income AS
SELECT a.area_code, a.county_code, a.town_code, a.year,
  (a.closed_total + coalesce(p.total, 0))::bigint AS total,
  (a.closed_operating + coalesce(p.operating, 0))::bigint AS operating,
  (a.closed_operating_surplus + coalesce(p.operating_surplus, 0))::bigint AS operating_surplus,
  p.area_code IS NOT NULL AS combined
FROM annual_income a
LEFT JOIN (
  SELECT v.replaced_by[1] AS area_code, o.year, sum(o.closed_total) AS total, sum(o.closed_operating) AS operating,
    sum(o.closed_operating_surplus) AS operating_surplus
  FROM village v
  JOIN annual_income o ON o.area_code = v.area_code AND o.year = extract(year FROM v.merged_on) AND o.closed_on IS NOT NULL
  WHERE v.status = 'MERGED' AND cardinality(v.replaced_by) = 1
  GROUP BY 1, 2
) p ON p.area_code = a.area_code AND p.year = a.year
WHERE a.closed_on IS NOT NULL;

-- down
DROP VIEW closed_income;
DROP TABLE classification_clock;
DROP TABLE village_class;
