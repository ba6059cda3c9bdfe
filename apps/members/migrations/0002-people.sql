-- Persons: only people who hold a role are recorded, each once (MEM-01).

-- up
CREATE TABLE person (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL,
  citizen_id text NOT NULL,
  gender text NOT NULL,
  birth_date date NOT NULL,
  education text NOT NULL,
  degree text,
  phone text,
  home_area_code text,
  work_title text,
  work_host_kind text,
  work_host_id text,
  created_for text NOT NULL DEFAULT 'MEMBER',
  -- the organisation that keeps the record, its superiors and its area as stamped from known_organization
  org_id uuid NOT NULL,
  ancestor_1 uuid, ancestor_2 uuid, ancestor_3 uuid, ancestor_4 uuid, ancestor_5 uuid, ancestor_6 uuid, ancestor_7 uuid,
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  merged_into_id uuid CONSTRAINT person_merged_into REFERENCES person (id),
  synthetic boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT person_gender CHECK (gender IN ('1', '2')),
  CONSTRAINT person_education CHECK (education IN ('10', '11', '14', '20', '21', '30', '40', '60', '70', '80', '90')),
  CONSTRAINT person_citizen_id_shape CHECK (citizen_id ~ '^[0-9]{17}[0-9X]$'),
  CONSTRAINT person_birth_date_of_citizen_id CHECK (to_char(birth_date, 'YYYYMMDD') = substr(citizen_id, 7, 8)),
  CONSTRAINT person_gender_of_citizen_id CHECK (gender = CASE WHEN substr(citizen_id, 17, 1)::integer % 2 = 1 THEN '1' ELSE '2' END),
  CONSTRAINT person_phone_shape CHECK (phone ~ '^1[3-9][0-9]{9}$'),
  CONSTRAINT person_work_host CHECK ((work_host_kind IS NULL) = (work_host_id IS NULL)),
  CONSTRAINT person_created_for CHECK (created_for IN ('APPLICANT', 'MEMBER', 'CADRE', 'GRID_WORKER', 'COMMUNITY_WORKER', 'INSTRUCTOR', 'OWNER_SEAT', 'ENTITY_CONTACT'))
);
-- One living record per citizen id: a merged record keeps the id it was found under.
CREATE UNIQUE INDEX person_citizen_id_unique ON person (citizen_id) WHERE merged_into_id IS NULL;
CREATE INDEX person_name ON person (name text_pattern_ops, id);
CREATE INDEX person_org ON person (org_id, id);

-- down
DROP TABLE person;
