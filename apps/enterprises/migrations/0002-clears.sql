-- 八个清: what was recorded of each of the eight items of an entity (ENT-02). Four of them follow from the registers; what was recorded
-- of those is only compared.

-- up
CREATE TABLE entity_clear (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  entity_id uuid NOT NULL CONSTRAINT entity_clear_entity REFERENCES entity (id),
  item text NOT NULL,
  clear boolean NOT NULL,
  as_of date NOT NULL,
  source text NOT NULL,
  -- the account that recorded it
  recorded_by text NOT NULL,
  -- where the entity stands
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT entity_clear_once UNIQUE (entity_id, item),
  CONSTRAINT entity_clear_item CHECK (item IN
    ('OPERATION', 'SET_UP', 'AFFILIATION', 'MEMBERS', 'OWNER_SECRETARY', 'ACTIVITY', 'VENUE', 'INSTRUCTOR')),
  CONSTRAINT entity_clear_source CHECK (source IN ('REGISTRATION', 'YEAR_REPORT', 'DISPATCH', 'SURVEY'))
);
CREATE INDEX entity_clear_as_of ON entity_clear (as_of, id);
CREATE INDEX entity_clear_county ON entity_clear (county_code, as_of, id);
CREATE INDEX entity_clear_town ON entity_clear (town_code, as_of, id);
CREATE INDEX entity_clear_area ON entity_clear (area_code, as_of, id);

-- down
DROP TABLE entity_clear;
