-- Where a person works and since when; members are counted by it (ENT-01, P2).

-- up
ALTER TABLE person ADD COLUMN work_since date;
CREATE INDEX person_work_host ON person (work_host_id, work_host_kind) INCLUDE (id) WHERE work_host_id IS NOT NULL;

-- down
DROP INDEX person_work_host;
ALTER TABLE person DROP COLUMN work_since;
