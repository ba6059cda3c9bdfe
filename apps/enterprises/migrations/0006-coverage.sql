-- 覆盖率口径: which entities stand below the line of coverage. The bounds themselves are rules; a scope names their keys.

-- up
CREATE TABLE scope_rule (
  key text PRIMARY KEY,
  zh text NOT NULL,
  en text NOT NULL,
  -- null: all that are not closed
  operating text[],
  -- null: all kinds, all sizes
  kinds text[],
  sizes text[],
  -- keys of the rules with the least number of employees and of full members; null: no bound
  employees_rule text,
  members_rule text,
  document text NOT NULL,
  place integer NOT NULL,
  CONSTRAINT scope_rule_operating CHECK (operating <@ ARRAY['OPEN', 'IDLE', 'SHELL', 'DUPLICATE', 'GONE']),
  CONSTRAINT scope_rule_place UNIQUE (place)
);
-- The first one holds where nobody chooses another.
INSERT INTO scope_rule (key, zh, en, operating, employees_rule, members_rule, document, place) VALUES
  ('OPERATING', '实体运营', 'really operating', ARRAY['OPEN'], NULL, NULL, '两新组织党组织覆盖率通行口径：不含僵尸、空壳、一企多照企业', 1),
  ('REGISTERED', '全部登记', 'all that are registered', NULL, NULL, NULL, '平台默认（覆盖率口径）', 2),
  ('WITH_MEMBERS', '实体运营且有正式党员', 'really operating, with full members', ARRAY['OPEN'], NULL, 'ent.scope.full-members', '平台默认（覆盖率口径）', 3),
  ('STAFF_MINIMUM', '实体运营且职工达到规定人数', 'really operating, with a minimum of staff', ARRAY['OPEN'], 'ent.scope.employees', NULL, '中办发〔2012〕11号', 4);

-- For the figures of a day: who was covered, by what.
CREATE INDEX entity_organization_open ON entity_organization (entity_id) INCLUDE (way) WHERE valid_to IS NULL;

-- down
DROP INDEX entity_organization_open;
DROP TABLE scope_rule;
