-- 事项曾在的社区: where a matter was before its village or community merged, so that figures of those days stay as they were (P11).

-- up
CREATE TABLE matter_place (
  matter_id uuid NOT NULL CONSTRAINT matter_place_matter_exists REFERENCES matter (id),
  area_code text NOT NULL CONSTRAINT matter_place_area_shape CHECK (area_code ~ '^[0-9]{12}$'),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  -- the moment of the merger; the matter was there until then, since the merger before it or since it was reported
  until timestamptz NOT NULL,
  since timestamptz,
  CONSTRAINT matter_place_pkey PRIMARY KEY (matter_id, until),
  CONSTRAINT matter_place_period_ordered CHECK (since < until)
);
CREATE INDEX matter_place_of_area ON matter_place (area_code);
CREATE INDEX matter_place_of_town ON matter_place (town_code);
CREATE INDEX matter_place_of_county ON matter_place (county_code);

-- down
DROP TABLE matter_place;
