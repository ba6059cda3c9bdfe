-- 组建任务: who is to have an organisation set up, in which way, by when, and what stands in the way.

-- up
CREATE TABLE set_up_task (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  -- of a joint task the entity that leads
  lead_entity_id uuid NOT NULL CONSTRAINT set_up_task_lead_exists REFERENCES entity (id),
  area_code text NOT NULL,
  county_code text GENERATED ALWAYS AS (left(area_code, 6)) STORED,
  town_code text GENERATED ALWAYS AS (left(area_code, 9)) STORED,
  registrar text NOT NULL,
  way text NOT NULL CONSTRAINT set_up_task_way CHECK (way IN ('SINGLE', 'JOINT', 'TRADE', 'REGIONAL')),
  -- the tower, shopping area, market, park or trade association on which a joint one is built
  base_kind text CONSTRAINT set_up_task_base_kind CHECK (base_kind IN ('TOWER', 'SHOPPING_AREA', 'MARKET', 'PARK', 'ASSOCIATION')),
  base_name text,
  state text NOT NULL DEFAULT 'OPENED' CONSTRAINT set_up_task_state CHECK (state IN ('OPENED', 'IN_PROGRESS', 'WAITING', 'REPORTED', 'DONE', 'DROPPED')),
  blocker text CONSTRAINT set_up_task_blocker CHECK (blocker IN ('FEW_MEMBERS', 'OWNER', 'TURNOVER', 'OTHER')),
  note text,
  opened_on date NOT NULL,
  due_on date NOT NULL,
  reported_on date,
  report_document text,
  org_id uuid,
  closed_on date,
  drop_reason text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT set_up_task_due_after_opening CHECK (due_on >= opened_on),
  CONSTRAINT set_up_task_waits_for_something CHECK ((state = 'WAITING') = (blocker IS NOT NULL)),
  CONSTRAINT set_up_task_done_by_organisation CHECK ((state = 'DONE') = (org_id IS NOT NULL)),
  CONSTRAINT set_up_task_dropped_with_reason CHECK ((state = 'DROPPED') = (drop_reason IS NOT NULL)),
  CONSTRAINT set_up_task_closed CHECK ((state IN ('DONE', 'DROPPED')) = (closed_on IS NOT NULL)),
  CONSTRAINT set_up_task_base_whole CHECK ((base_kind IS NULL) = (base_name IS NULL))
);
CREATE INDEX set_up_task_county ON set_up_task (county_code, due_on, id);
CREATE INDEX set_up_task_town ON set_up_task (town_code, due_on, id);
CREATE INDEX set_up_task_due ON set_up_task (due_on, id);

CREATE TABLE set_up_task_entity (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  task_id uuid NOT NULL CONSTRAINT set_up_task_entity_task_exists REFERENCES set_up_task (id),
  entity_id uuid NOT NULL CONSTRAINT set_up_task_entity_exists REFERENCES entity (id),
  -- the task is neither done nor dropped, and the entity is still part of it
  is_open boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text
);
CREATE UNIQUE INDEX set_up_task_one_open ON set_up_task_entity (entity_id) WHERE is_open;
CREATE INDEX set_up_task_entity_task ON set_up_task_entity (task_id, id);
CREATE INDEX set_up_task_entity_entity ON set_up_task_entity (entity_id, id);

-- down
DROP TABLE set_up_task_entity;
DROP TABLE set_up_task;
