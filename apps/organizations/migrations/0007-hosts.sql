-- 联合组建: what a joint, trade or regional organisation is attached to beside its first host, which stands in the register.

-- up
CREATE TABLE organization_joint_host (
  id uuid DEFAULT uuidv7(),
  org_id uuid NOT NULL CONSTRAINT organization_joint_host_organization_exists REFERENCES party_organization (id),
  host_kind text NOT NULL CONSTRAINT organization_joint_host_kind_known CHECK (host_kind IN ('UNIT', 'VILLAGE', 'COMMUNITY', 'ENTERPRISE', 'SOCIAL_ORG', 'COOPERATIVE', 'PROPERTY_PROVIDER', 'OWNERS_COMMITTEE', 'QUARTER', 'GRID', 'PROJECT', 'CLUSTER_BASE', 'ALLIANCE', 'AREA')),
  host_id text NOT NULL,
  valid_from date NOT NULL,
  -- the first day on which it is no longer attached
  valid_to date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT organization_joint_host_pkey PRIMARY KEY (id),
  CONSTRAINT organization_joint_host_period_ordered CHECK (valid_to >= valid_from),
  CONSTRAINT organization_joint_host_once EXCLUDE USING gist (org_id WITH =, host_kind WITH =, host_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX organization_joint_host_by_organization ON organization_joint_host (org_id, valid_from);
CREATE INDEX organization_joint_host_by_host ON organization_joint_host (host_kind, host_id);

-- Every host of every organisation with its days: the first one as the register's history has it, the others beside it.
CREATE VIEW organization_host AS
  SELECT org_id, host_kind, host_id, valid_from, valid_to FROM party_organization_history WHERE status <> 'DISSOLVED'
  UNION ALL
  SELECT org_id, host_kind, host_id, valid_from, valid_to FROM organization_joint_host;

-- down
DROP VIEW organization_host;
DROP TABLE organization_joint_host;
