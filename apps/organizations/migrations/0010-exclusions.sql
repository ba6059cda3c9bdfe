-- up
-- Exclusion constraints stand on expressions, so that no statement reads by their indexes: decision 0008.
-- Built anew over every row: a city takes longer than a statement usually may.
SET LOCAL statement_timeout = 0;
ALTER TABLE indicator_target DROP CONSTRAINT indicator_target_one_at_a_time,
  ADD CONSTRAINT indicator_target_one_at_a_time EXCLUDE USING gist (
    greatest(area_code) WITH =, greatest(key) WITH =, coalesce(profile, '') WITH =, greatest(facet) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE organization_joint_host DROP CONSTRAINT organization_joint_host_once,
  ADD CONSTRAINT organization_joint_host_once EXCLUDE USING gist (
    greatest(org_id) WITH =, greatest(host_kind) WITH =, greatest(host_id) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE party_organization_history DROP CONSTRAINT party_organization_history_one_a_day,
  ADD CONSTRAINT party_organization_history_one_a_day EXCLUDE USING gist (
    greatest(org_id) WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE post DROP CONSTRAINT post_once_per_person_and_body,
  ADD CONSTRAINT post_once_per_person_and_body EXCLUDE USING gist (
    greatest(body_id) WITH =, greatest(kind) WITH =, greatest(person_id) WITH =, daterange(from_on, to_on) WITH &&);
ALTER TABLE post DROP CONSTRAINT post_one_head_per_body,
  ADD CONSTRAINT post_one_head_per_body EXCLUDE USING gist (
    greatest(body_id) WITH =, greatest(kind) WITH =, daterange(from_on, to_on) WITH &&) WHERE (kind = ANY (ARRAY['SECRETARY', 'DIRECTOR', 'CHAIR']));

-- down
SET LOCAL statement_timeout = 0;
ALTER TABLE indicator_target DROP CONSTRAINT indicator_target_one_at_a_time,
  ADD CONSTRAINT indicator_target_one_at_a_time EXCLUDE USING gist (
    area_code WITH =, key WITH =, coalesce(profile, '') WITH =, facet WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE organization_joint_host DROP CONSTRAINT organization_joint_host_once,
  ADD CONSTRAINT organization_joint_host_once EXCLUDE USING gist (
    org_id WITH =, host_kind WITH =, host_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE party_organization_history DROP CONSTRAINT party_organization_history_one_a_day,
  ADD CONSTRAINT party_organization_history_one_a_day EXCLUDE USING gist (org_id WITH =, daterange(valid_from, valid_to) WITH &&);
ALTER TABLE post DROP CONSTRAINT post_once_per_person_and_body,
  ADD CONSTRAINT post_once_per_person_and_body EXCLUDE USING gist (
    body_id WITH =, kind WITH =, person_id WITH =, daterange(from_on, to_on) WITH &&);
ALTER TABLE post DROP CONSTRAINT post_one_head_per_body,
  ADD CONSTRAINT post_one_head_per_body EXCLUDE USING gist (
    body_id WITH =, kind WITH =, daterange(from_on, to_on) WITH &&) WHERE (kind = ANY (ARRAY['SECRETARY', 'DIRECTOR', 'CHAIR']));
