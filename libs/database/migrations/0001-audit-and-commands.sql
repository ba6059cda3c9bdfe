-- up
CREATE TABLE audit_entry (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  account text NOT NULL,
  action text NOT NULL CONSTRAINT audit_entry_action CHECK (action IN ('INSERT', 'UPDATE')),
  entity text NOT NULL,
  entity_id text NOT NULL,
  changes jsonb NOT NULL,
  correlation_id text
);
CREATE INDEX audit_entry_of_row ON audit_entry (entity, entity_id, seq);
CREATE INDEX audit_entry_of_actor ON audit_entry (actor, seq);

-- A mutation repeated with the same clientMutationId within a day gets the first answer again.
CREATE TABLE idempotent_command (
  actor text NOT NULL,
  client_mutation_id text NOT NULL,
  mutation text NOT NULL,
  reply jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (actor, client_mutation_id)
);
CREATE INDEX idempotent_command_at ON idempotent_command (at);

-- down
DROP TABLE idempotent_command;
DROP TABLE audit_entry;
