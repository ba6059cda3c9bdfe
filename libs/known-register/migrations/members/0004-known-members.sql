-- Read model of the members' register: who is a member, where he belongs and where he works. Ids only; fed by events only.

-- up
CREATE TABLE known_member (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  org_id uuid NOT NULL,
  status text NOT NULL,
  member_class text NOT NULL,
  work_host_kind text,
  work_host_id text
);
CREATE INDEX known_member_person ON known_member (person_id);
CREATE INDEX known_member_organization ON known_member (org_id);
CREATE INDEX known_member_work ON known_member (work_host_id, work_host_kind) WHERE work_host_id IS NOT NULL;

-- down
DROP TABLE known_member;
