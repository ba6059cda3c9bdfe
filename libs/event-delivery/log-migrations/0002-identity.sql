-- up
-- Which log this is; a copy of it is the same log up to the moment of copying.
CREATE TABLE bus.identity (id uuid NOT NULL, one boolean PRIMARY KEY DEFAULT true CHECK (one));
INSERT INTO bus.identity (id) VALUES (gen_random_uuid());

-- down
DROP TABLE bus.identity;
