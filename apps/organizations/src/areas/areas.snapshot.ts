import { areaChanged, type DomainEvent } from '@jishi/event-contracts';
import type { Tx } from '@jishi/database';
import { Area } from './areas.entities';

/** What an event says of an area. */
export const areaFacts = (area: Area) => ({
  code: area.code,
  name: area.name,
  level: area.level,
  parentCode: area.parentCode,
  kind: area.kind,
  validFrom: area.validFrom,
  validTo: area.validTo,
  replacedBy: [...area.replacedBy],
});

/** Every area as it is now, parents first, for a consumer that begins. */
export async function areaSnapshot(tx: Tx): Promise<DomainEvent[]> {
  const all = await tx.unscoped.findAll(Area, {}, { code: 'ASC' });
  return all.map((area) => areaChanged(areaFacts(area), { areaCode: area.code, snapshot: true }));
}
