-- 单位: organs, institutions, state-owned enterprises, hospitals, schools, mass bodies.

-- up
CREATE TABLE public_unit (
  id uuid DEFAULT uuidv7(),
  name text NOT NULL CONSTRAINT public_unit_name_given CHECK (name <> ''),
  uscc text CONSTRAINT public_unit_uscc_shape CHECK (uscc ~ '^[0-9A-Z]{18}$'),
  kind text NOT NULL CONSTRAINT public_unit_kind_known CHECK (kind IN ('ORGAN', 'INSTITUTION', 'SOE', 'PUBLIC_HOSPITAL', 'SCHOOL', 'MASS_BODY')),
  area_code text NOT NULL CONSTRAINT public_unit_area_exists REFERENCES area (code),
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (CASE WHEN length(area_code) >= 9 THEN left(area_code, 9) END) STORED,
  leadership_mode text CONSTRAINT public_unit_leadership_mode_known CHECK (leadership_mode IN ('PARTY_LED_HEAD', 'HEAD_RESPONSIBLE', 'SOE_BOARD', 'ORGAN')),
  department_code text,
  status text NOT NULL DEFAULT 'ACTIVE' CONSTRAINT public_unit_status_known CHECK (status IN ('ACTIVE', 'CLOSED')),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT public_unit_pkey PRIMARY KEY (id),
  CONSTRAINT public_unit_uscc_unique UNIQUE (uscc)
);
CREATE INDEX public_unit_by_area ON public_unit (area_code, id);
CREATE INDEX public_unit_by_county ON public_unit (county_code, name, id);
CREATE INDEX public_unit_by_town ON public_unit (town_code, name, id);
CREATE INDEX public_unit_by_name ON public_unit (name, id);

-- down
DROP TABLE public_unit;
