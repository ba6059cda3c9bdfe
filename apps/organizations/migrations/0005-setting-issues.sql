-- 设置问题: opened and closed by facts, exempted in writing by the superior; and the numbers that members tells of each branch.

-- up
CREATE TABLE known_roster (
  org_id uuid CONSTRAINT known_roster_pkey PRIMARY KEY,
  full_members integer NOT NULL CONSTRAINT known_roster_full_members_counted CHECK (full_members >= 0),
  probationary integer NOT NULL CONSTRAINT known_roster_probationary_counted CHECK (probationary >= 0),
  total integer NOT NULL CONSTRAINT known_roster_total_counted CHECK (total >= 0),
  as_of date NOT NULL,
  version_seen bigint NOT NULL
);

CREATE TABLE setting_issue (
  id uuid DEFAULT uuidv7(),
  org_id uuid NOT NULL CONSTRAINT setting_issue_organization_exists REFERENCES party_organization (id),
  kind text NOT NULL CONSTRAINT setting_issue_kind_known CHECK (kind IN ('OVERSIZE', 'BELOW_MINIMUM')),
  -- what was counted when it was last judged, and the bound of the rule it was judged by
  measured integer NOT NULL,
  ceiling integer NOT NULL,
  rule_document text NOT NULL,
  rule_article text,
  opened_on date NOT NULL,
  closed_on date,
  exemption_reason text,
  exemption_until date,
  exemption_by text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL DEFAULT 'system',
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT 'system',
  CONSTRAINT setting_issue_pkey PRIMARY KEY (id),
  CONSTRAINT setting_issue_closes_after_it_opens CHECK (closed_on >= opened_on),
  CONSTRAINT setting_issue_exemption_whole CHECK (
    (exemption_reason IS NULL) = (exemption_by IS NULL) AND (exemption_until IS NULL OR exemption_reason IS NOT NULL)
  )
);
CREATE UNIQUE INDEX setting_issue_one_open ON setting_issue (org_id, kind) WHERE closed_on IS NULL;
CREATE INDEX setting_issue_open_by_kind ON setting_issue (kind, opened_on, id) WHERE closed_on IS NULL;
CREATE INDEX setting_issue_by_organization ON setting_issue (org_id, opened_on, id);

-- down
DROP TABLE setting_issue;
DROP TABLE known_roster;
