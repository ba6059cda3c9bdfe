-- 八个清的党员队伍: probationary members count too, so the index of those who work at an entity holds all of them (ENT-02).

-- up
DROP INDEX counted_member_entity;
CREATE INDEX counted_member_entity ON counted_member (entity_id) INCLUDE (is_full);

-- down
DROP INDEX counted_member_entity;
CREATE INDEX counted_member_entity ON counted_member (entity_id) WHERE is_full;
