-- 设置调整: founding, moving, merging, splitting, renaming and dissolving organisations, proposed below and approved above.

-- up
CREATE TABLE organization_change (
  id uuid DEFAULT uuidv7(),
  kind text NOT NULL CONSTRAINT organization_change_kind_known CHECK (kind IN ('ESTABLISH', 'REASSIGN', 'MERGE', 'SPLIT', 'RENAME', 'DISSOLVE')),
  -- the organisation it is about; of a merger the one that remains; null until a founding takes effect
  org_id uuid CONSTRAINT organization_change_organization_exists REFERENCES party_organization (id),
  -- every organisation touched; of a merger those that close come first
  org_ids uuid[] NOT NULL DEFAULT '{}',
  first_org_id uuid GENERATED ALWAYS AS (org_ids[1]) STORED,
  target_superior_id uuid CONSTRAINT organization_change_target_exists REFERENCES party_organization (id),
  reason text NOT NULL CONSTRAINT organization_change_reason_given CHECK (reason <> ''),
  document text,
  member_plan jsonb,
  archive_plan text,
  effective_on date NOT NULL,
  state text NOT NULL DEFAULT 'DRAFT' CONSTRAINT organization_change_state_known CHECK (state IN ('DRAFT', 'SUBMITTED', 'APPROVED', 'EFFECTIVE', 'REJECTED')),
  proposal jsonb NOT NULL DEFAULT '{}',
  decision_reason text,
  submitted_on date,
  decided_on date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT organization_change_pkey PRIMARY KEY (id),
  CONSTRAINT organization_change_subject_given CHECK (kind = 'ESTABLISH' OR org_id IS NOT NULL),
  CONSTRAINT organization_change_target_given CHECK (kind NOT IN ('ESTABLISH', 'REASSIGN') OR target_superior_id IS NOT NULL),
  CONSTRAINT organization_change_rejection_has_reason CHECK (state <> 'REJECTED' OR decision_reason IS NOT NULL)
);
CREATE INDEX organization_change_by_organization ON organization_change (org_id, id);
CREATE INDEX organization_change_by_first_organization ON organization_change (first_org_id, id);
CREATE INDEX organization_change_by_target ON organization_change (target_superior_id, id);
CREATE INDEX organization_change_by_organizations ON organization_change USING gin (org_ids);
CREATE INDEX organization_change_waiting ON organization_change (effective_on, id) WHERE state = 'APPROVED';
CREATE INDEX organization_change_by_state ON organization_change (state, id);

-- down
DROP TABLE organization_change;
