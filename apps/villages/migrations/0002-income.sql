-- 村集体收入: the year of a village with its sums by kind, the entries they come from, and who did what with a year (VIL-02).

-- up
CREATE TABLE annual_income (
  id uuid DEFAULT uuidv7() CONSTRAINT annual_income_pkey PRIMARY KEY,
  area_code text NOT NULL CONSTRAINT annual_income_village_exists REFERENCES village (area_code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  year integer NOT NULL CONSTRAINT annual_income_year_plausible CHECK (year BETWEEN 1949 AND 2200),
  state text NOT NULL DEFAULT 'OPEN' CONSTRAINT annual_income_state_known CHECK (state IN ('OPEN', 'CLOSED', 'REVISED')),
  -- sums of the approved and locked entries, in fen
  operation bigint NOT NULL DEFAULT 0,
  contract bigint NOT NULL DEFAULT 0,
  investment bigint NOT NULL DEFAULT 0,
  lease bigint NOT NULL DEFAULT 0,
  service bigint NOT NULL DEFAULT 0,
  coop_share bigint NOT NULL DEFAULT 0,
  asset_sale bigint NOT NULL DEFAULT 0,
  grants bigint NOT NULL DEFAULT 0,
  other bigint NOT NULL DEFAULT 0,
  total bigint GENERATED ALWAYS AS
    (operation + contract + investment + lease + service + coop_share + asset_sale + grants + other) STORED,
  -- of the entries that count as operating, whatever their kind
  operating bigint NOT NULL DEFAULT 0,
  -- null until somebody has stated them; 0 is a statement too
  operating_expense bigint CONSTRAINT annual_income_operating_expense_not_negative CHECK (operating_expense >= 0),
  management_expense bigint CONSTRAINT annual_income_management_expense_not_negative CHECK (management_expense >= 0),
  other_expense bigint NOT NULL DEFAULT 0 CONSTRAINT annual_income_other_expense_not_negative CHECK (other_expense >= 0),
  operating_surplus bigint GENERATED ALWAYS AS (operating - operating_expense - management_expense) STORED,
  -- quarters that take no new entries any more, counted from the first
  closed_quarters integer NOT NULL DEFAULT 0 CONSTRAINT annual_income_closed_quarters CHECK (closed_quarters BETWEEN 0 AND 4),
  cash_counted bigint,
  cash_booked bigint,
  cash_checked_on date,
  cash_checked_by text,
  town_signed_by text,
  town_signed_at timestamptz,
  agriculture_signed_by text,
  agriculture_signed_at timestamptz,
  -- what the newest close said; indicators read these, also while the year is being revised
  closed_total bigint,
  closed_operating bigint,
  closed_operating_surplus bigint,
  first_closed_on date,
  closed_on date,
  revision integer CONSTRAINT annual_income_revision_counted CHECK (revision >= 0),
  revision_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT annual_income_unique UNIQUE (area_code, year),
  CONSTRAINT annual_income_closed_whole CHECK (
    (closed_on IS NULL) = (closed_total IS NULL) AND (closed_on IS NULL) = (closed_operating IS NULL)
    AND (closed_on IS NULL) = (closed_operating_surplus IS NULL) AND (closed_on IS NULL) = (revision IS NULL)
    AND (state = 'OPEN') = (closed_on IS NULL))
);
CREATE INDEX annual_income_by_county ON annual_income (county_code, year, area_code);
CREATE INDEX annual_income_by_town ON annual_income (town_code, year, area_code);
CREATE INDEX annual_income_by_year ON annual_income (year, area_code);
CREATE INDEX annual_income_not_closed ON annual_income (year, area_code) WHERE state <> 'CLOSED';

CREATE TABLE income_entry (
  id uuid DEFAULT uuidv7() CONSTRAINT income_entry_pkey PRIMARY KEY,
  year_id uuid NOT NULL CONSTRAINT income_entry_year_exists REFERENCES annual_income (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  -- 2026-05
  period text NOT NULL CONSTRAINT income_entry_period_is_month CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  kind text NOT NULL CONSTRAINT income_entry_kind_known CHECK (kind IN
    ('OPERATION', 'CONTRACT', 'INVESTMENT', 'LEASE', 'SERVICE', 'COOP_SHARE', 'ASSET_SALE', 'GRANT', 'OTHER')),
  -- fen; below 0 only for a counter-entry
  amount bigint NOT NULL,
  operating boolean NOT NULL,
  -- why it counts otherwise than its kind does; null when it counts as its kind
  operating_reason text,
  source_kind text,
  source_id text,
  cooperative_id uuid,
  proof text,
  summary text,
  reversal_of uuid CONSTRAINT income_entry_reverses REFERENCES income_entry (id),
  state text NOT NULL CONSTRAINT income_entry_state_known CHECK (state IN
    ('DRAFT', 'SUBMITTED', 'REVIEWED', 'APPROVED', 'LOCKED', 'DISCARDED')),
  author text NOT NULL,
  submitted_by text,
  reviewed_by text,
  approved_by text,
  return_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT income_entry_amount_sign CHECK (CASE WHEN reversal_of IS NULL THEN amount > 0 ELSE amount < 0 END),
  CONSTRAINT income_entry_share_names_cooperative CHECK (kind <> 'COOP_SHARE' OR cooperative_id IS NOT NULL),
  CONSTRAINT income_entry_source_whole CHECK ((source_kind IS NULL) = (source_id IS NULL))
);
CREATE INDEX income_entry_of_year ON income_entry (year_id, period, id);
CREATE INDEX income_entry_by_county ON income_entry (county_code, period, id);
CREATE INDEX income_entry_by_town ON income_entry (town_code, period, id);
CREATE INDEX income_entry_by_village ON income_entry (area_code, period, id);
CREATE INDEX income_entry_waiting ON income_entry (state, period, id) WHERE state IN ('DRAFT', 'SUBMITTED', 'REVIEWED');
CREATE INDEX income_entry_of_cooperative ON income_entry (cooperative_id, period) WHERE cooperative_id IS NOT NULL;
CREATE INDEX income_entry_reversals ON income_entry (reversal_of) WHERE reversal_of IS NOT NULL;

-- who did what with a year, never changed afterwards
CREATE TABLE annual_income_step (
  id uuid DEFAULT uuidv7() CONSTRAINT annual_income_step_pkey PRIMARY KEY,
  year_id uuid NOT NULL CONSTRAINT annual_income_step_year_exists REFERENCES annual_income (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  step text NOT NULL CONSTRAINT annual_income_step_known CHECK (step IN
    ('OPENED', 'EXPENSES_STATED', 'CASH_CHECKED', 'QUARTER_CLOSED', 'SIGNED_BY_TOWN', 'SIGNED_BY_AGRICULTURE', 'SIGNATURE_VOID', 'CLOSED', 'REVISED')),
  by text NOT NULL,
  at timestamptz NOT NULL,
  reason text,
  quarter integer,
  revision integer,
  -- for CLOSED: what the close before said, null for the first; and what this one says
  from_total bigint,
  from_operating bigint,
  from_operating_surplus bigint,
  to_total bigint,
  to_operating bigint,
  to_operating_surplus bigint
);
CREATE INDEX annual_income_step_of_year ON annual_income_step (year_id, id);

-- down
DROP TABLE annual_income_step;
DROP TABLE income_entry;
DROP TABLE annual_income;
