-- Transfers of affiliation (MEM-03).

-- up
CREATE TABLE transfer (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL CONSTRAINT transfer_person REFERENCES person (id),
  -- null while somebody from outside the city has not been received
  member_id uuid CONSTRAINT transfer_member REFERENCES member (id),
  scope text NOT NULL,
  from_org_id uuid,
  to_org_id uuid,
  outside_name text,
  reason text NOT NULL,
  -- the committee with authority to approve admissions that issues or receives the letter
  issuing_org_id uuid,
  letter_no text,
  issued_on date,
  valid_days integer NOT NULL,
  valid_until date,
  -- what the letter of somebody from outside says of him
  incoming_joined_on date,
  incoming_confirmed_on date,
  arrived_on date,
  slip_on date,
  state text NOT NULL,
  reissues integer NOT NULL DEFAULT 0,
  reissue_reason text,
  refusal_reason text,
  batch_id uuid,
  opened_on date NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text,
  CONSTRAINT transfer_scope CHECK (scope IN ('INSIDE', 'IN', 'OUT')),
  CONSTRAINT transfer_state CHECK (state IN ('DRAFT', 'ISSUED', 'ARRIVED', 'CLOSED', 'EXPIRED', 'REFUSED', 'CANCELLED')),
  CONSTRAINT transfer_reason CHECK (reason IN ('WORK', 'MOVE', 'RELOCATION', 'SOE_RETIREMENT', 'STUDY', 'REORGANISATION', 'FOUND_NEW_EMPLOYMENT')),
  CONSTRAINT transfer_refusal_reason CHECK (refusal_reason IN ('NOT_OF_THIS_PLACE', 'PAPERS_INCOMPLETE', 'DUES_UNSETTLED', 'WRONG_BRANCH', 'WITHDRAWN_BY_MEMBER')),
  CONSTRAINT transfer_sides CHECK (
    (scope = 'INSIDE' AND from_org_id IS NOT NULL AND to_org_id IS NOT NULL AND from_org_id <> to_org_id AND outside_name IS NULL)
    OR (scope = 'IN' AND from_org_id IS NULL AND to_org_id IS NOT NULL AND outside_name IS NOT NULL AND incoming_joined_on IS NOT NULL)
    OR (scope = 'OUT' AND from_org_id IS NOT NULL AND to_org_id IS NULL AND outside_name IS NOT NULL)),
  CONSTRAINT transfer_member_known CHECK (member_id IS NOT NULL OR scope = 'IN'),
  CONSTRAINT transfer_valid_days CHECK (valid_days > 0),
  CONSTRAINT transfer_letter CHECK (state IN ('DRAFT', 'CANCELLED') OR (issued_on IS NOT NULL AND valid_until >= issued_on)),
  CONSTRAINT transfer_reissues CHECK (reissues >= 0)
);
-- One open transfer per person: between opening and arrival nobody is under way to two places.
CREATE UNIQUE INDEX transfer_one_under_way ON transfer (person_id) WHERE state IN ('DRAFT', 'ISSUED');
CREATE UNIQUE INDEX transfer_letter_no_unique ON transfer (letter_no) WHERE scope <> 'IN' AND letter_no IS NOT NULL;
CREATE INDEX transfer_member ON transfer (member_id, opened_on);
CREATE INDEX transfer_from ON transfer (from_org_id, opened_on DESC, id);
CREATE INDEX transfer_to ON transfer (to_org_id, opened_on DESC, id);
CREATE INDEX transfer_opened ON transfer (opened_on DESC, id);
CREATE INDEX transfer_letters_out ON transfer (valid_until) WHERE state = 'ISSUED';

-- One running number of letters per issuing committee and year.
CREATE TABLE letter_book (
  org_id uuid NOT NULL,
  year integer NOT NULL,
  last_no integer NOT NULL,
  PRIMARY KEY (org_id, year)
);

-- down
DROP TABLE letter_book;
DROP TABLE transfer;
