import type { Tx } from '@jishi/database';
import { acknowledgedBy, type Acknowledger } from '@jishi/erasures';
import { erasureCompleted } from '@jishi/event-contracts';
import { consumer, type Handler } from '@jishi/event-delivery';
import { system } from '@jishi/lifecycles';
import { Erasure } from './erasures.entities';
import { erasureSteps } from './erasures.rules';

/** Writes down what a service has told, once, and closes the erasure when it was the last one. */
const listenTo =
  (service: Acknowledger): Handler =>
  async (tx, event) => {
    const { erasureId, erased, kept, at } = acknowledgedBy[service].parse(event.data);
    // Acknowledgements are counted for nobody; the lock lets the last two see one another.
    const erasure = await tx.unscoped.lock(Erasure, erasureId);
    const written = await tx.query(
      `UPDATE erasure_answer SET acknowledged_at = $3, erased = $4, kept = $5
       WHERE erasure_id = $1 AND service = $2 AND acknowledged_at IS NULL RETURNING 1`,
      [erasureId, service, at, erased, kept],
    );
    if (written.length === 0 || erasureSteps.isFinal(erasure.state)) return;
    const outstanding = await outstandingOf(tx, erasureId);
    if (outstanding.length > 0) return;
    const { to } = erasureSteps.take('complete', { state: erasure.state, outstanding }, system);
    await tx.save(erasure, { state: to, doneAt: tx.now });
    tx.emit(erasureCompleted({ erasureId, personId: erasure.personId, at: tx.now.toISOString() }));
  };

async function outstandingOf(tx: Tx, erasureId: string): Promise<readonly string[]> {
  const rows = await tx.query<{ service: string }>(
    'SELECT service FROM erasure_answer WHERE erasure_id = $1 AND acknowledged_at IS NULL ORDER BY service',
    [erasureId],
  );
  return rows.map(({ service }) => service);
}

/** 回告: counts the acknowledgements of all services. */
export const followAcknowledgements = consumer(
  'members.erasure-acknowledgements',
  Object.fromEntries(
    (Object.keys(acknowledgedBy) as Acknowledger[]).map((service) => [acknowledgedBy[service].type, listenTo(service)]),
  ),
  // Each service acknowledges once; what else is told of an erasure is not waited for.
  { ordering: 'latest-wins' },
);
