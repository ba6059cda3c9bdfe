-- Who joined while he stood in which branch: the newest of each branch is read from the index (MEM-14).

-- up
CREATE INDEX member_history_admission ON member_history (org_id, joined_on DESC)
  WHERE valid_from <= joined_on AND (valid_to IS NULL OR valid_to > joined_on);

-- down
DROP INDEX member_history_admission;
