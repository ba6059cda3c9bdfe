import { entityChanged, entityClosed, entityRegistered } from '@jishi/event-contracts';
import { consumer, type Handler } from '@jishi/event-delivery';

const learn: Handler = async (tx, event) => {
  const { entityId, uscc, operating } = entityRegistered.parse(event.data);
  // A record that is only suspected to be another's duplicate has no code, and manages nothing.
  if (uscc === null) return;
  const status = operating === 'CLOSED' || operating === 'DUPLICATE' ? 'CLOSED' : 'OPEN';
  await tx.query(know, [entityId, uscc, status]);
};
const know = `INSERT INTO known_entity (entity_id, uscc, status) VALUES ($1, $2, $3)
  ON CONFLICT (entity_id) DO UPDATE SET uscc = excluded.uscc, status = excluded.status`;

/** Which firms exist: a property company's registration facts belong to the service enterprises (GRD-26). */
export const followFirms = consumer(
  'grids.known-entities',
  {
    [entityRegistered.type]: learn,
    [entityChanged.type]: learn,
    [entityClosed.type]: async (tx, event) => {
      const { entityId, uscc } = entityClosed.parse(event.data);
      if (uscc !== null) await tx.query(know, [entityId, uscc, 'CLOSED']);
    },
  },
  { ordering: 'latest-wins', start: 'snapshot', projection: ['known_entity'] },
);
