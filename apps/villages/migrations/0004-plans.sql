-- 一村一策: the development plan of a village, from its draft to the plan that replaces it (VIL-09).

-- up
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE development_plan (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  area_code text NOT NULL CONSTRAINT development_plan_village_exists REFERENCES village (area_code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  base_year integer NOT NULL,
  first_year integer NOT NULL,
  last_year integer NOT NULL,
  investment_analysis text NOT NULL,
  income_analysis text NOT NULL,
  resource_analysis text NOT NULL,
  leading_trade text NOT NULL,
  way_of_operating text NOT NULL,
  -- [{year, total, operating}] in fen
  goals jsonb NOT NULL,
  -- [{no, content, responsible, dueOn, doneOn, result}]
  measures jsonb NOT NULL,
  -- the plan by which a weak village is lifted
  lifting boolean NOT NULL,
  state text NOT NULL,
  drafted_on date NOT NULL,
  village_decided_on date,
  village_document text,
  checked_on date,
  approved_on date,
  return_reason text,
  evaluated_on date,
  evaluation text,
  -- the days on which it is the plan of the village; valid_to is the first on which it no longer is
  valid_from date,
  valid_to date,
  -- the plan of a merged village that this one carries on
  continues_id uuid CONSTRAINT development_plan_continues REFERENCES development_plan (id),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT development_plan_state CHECK (state IN
    ('DRAFT', 'VILLAGE_REVIEWED', 'TOWN_CHECKED', 'APPROVED', 'RUNNING', 'EVALUATED', 'SUPERSEDED')),
  CONSTRAINT development_plan_years CHECK (base_year < first_year AND first_year <= last_year),
  CONSTRAINT development_plan_reviewed CHECK (state = 'DRAFT' OR (village_decided_on IS NOT NULL AND village_document IS NOT NULL)),
  CONSTRAINT development_plan_valid CHECK (
    (state IN ('APPROVED', 'RUNNING', 'EVALUATED', 'SUPERSEDED')) = (valid_from IS NOT NULL) AND valid_to >= valid_from),
  CONSTRAINT development_plan_one_valid EXCLUDE USING gist (area_code WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (valid_from IS NOT NULL)
);
CREATE INDEX development_plan_county ON development_plan (county_code, drafted_on DESC, id);
CREATE INDEX development_plan_town ON development_plan (town_code, drafted_on DESC, id);
CREATE INDEX development_plan_village ON development_plan (area_code, drafted_on DESC, id);
CREATE INDEX development_plan_newest ON development_plan (drafted_on DESC, id);

-- down
DROP TABLE development_plan;
