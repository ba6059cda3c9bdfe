import { must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken } from '@jishi/errors';
import type { Context } from '@jishi/subgraph';
import { alreadyClosed, entityPlace, NonPublicEntity, type EntityFollower } from '../entities';
import { judgePartyState } from '../party-states';
import { EntityClear } from './clears.entities';
import { refuseTold, type Told } from './clears.rules';

export interface RecordEightClearsInput {
  readonly entityId: string;
  readonly items: readonly Told[];
}

/** Records what was found of some of the eight items, each with its day and its source (ENT-02). */
export const recordEightClears = (ctx: Context, input: RecordEightClearsInput): Promise<{ entityId: string }> =>
  ctx.transact(async (tx) => {
    const entity = await tx.lock(NonPublicEntity, input.entityId);
    must(tx.actor, 'clears:keep', entityPlace(entity), tx.today);
    if (entity.closedOn !== null) throw ruleBroken({ ...alreadyClosed(entity.closedOn), field: 'entityId' });
    const known = new Map((await tx.findAll(EntityClear, { entityId: entity.id })).map((row) => [row.item, row]));
    const refusal = refuseTold(input.items, known, tx.today);
    if (refusal) throw ruleBroken(refusal);
    for (const told of input.items) await keep(tx, entity, known.get(told.item), told, tx.actor.account);
    await judgePartyState(tx, entity.id);
    return { entityId: entity.id };
  });

async function keep(
  tx: Tx,
  entity: NonPublicEntity,
  known: EntityClear | undefined,
  { item, clear, asOf, source }: Told,
  recordedBy: string,
): Promise<void> {
  if (known) await tx.save(known, { clear, asOf, source, recordedBy });
  else
    await tx.insert(EntityClear, {
      entityId: entity.id,
      areaCode: entity.areaCode,
      item,
      clear,
      asOf,
      source,
      recordedBy,
    });
}

/** What happens to the eight clears when a record of the database changes. */
export const withEntities: EntityFollower = {
  async changed(tx, { id, areaCode }) {
    await tx.query('UPDATE entity_clear SET area_code = $2 WHERE entity_id = $1 AND area_code <> $2', [id, areaCode]);
  },
  async areaMoved(tx, code, successor) {
    await tx.query(
      `UPDATE entity_clear c SET area_code = $2 FROM entity e
       WHERE e.id = c.entity_id AND e.closed_on IS NULL AND c.area_code = $1`,
      [code, successor],
    );
  },
  async merged(tx, merged, kept) {
    // Whoever may put two records together does so for all that is known of them; the newer of two findings stays.
    const known = new Map(
      (await tx.unscoped.findAll(EntityClear, { entityId: kept.id })).map((row) => [row.item, row]),
    );
    const others = await tx.unscoped.findAll(EntityClear, { entityId: merged.id }, { item: 'ASC' });
    for (const other of others) {
      const own = known.get(other.item);
      if (!own || own.asOf < other.asOf) await keep(tx, kept, own, other, other.recordedBy);
    }
    if (others.length > 0) await judgePartyState(tx, kept.id);
  },
};
