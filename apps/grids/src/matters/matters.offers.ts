import type { Context } from '@jishi/subgraph';
import { notAdmitted, matterTypesByCodes, officesByIds } from '../matter-types';
import type { WorkHours } from '@jishi/periods';
import { factsOf, mayTake, type Considered, type Part } from './matters.case';
import { hoursOfCounties, type Read } from './matters.hours';
import { legsOf, type LegRow, type MatterRow } from './matters.queries';
import { matterSteps, stepsOfParts } from './matters.rules';

/**
 * What the caller may do with each matter now, and for every other step why not. Steps of units are those of the caller's own part,
 * or of the only one.
 */
export async function offeredSteps(ctx: Context, matters: readonly MatterRow[]) {
  const read: Read = (sql, values) => ctx.query('matter-offers', sql, values);
  const legs = await legsOf(
    ctx,
    matters.map(({ id }) => id),
  );
  const offices = new Map(
    (
      await officesByIds(
        read,
        legs.flat().map(({ unitId }) => unitId),
      )
    ).map((office) => [office.id, office]),
  );
  const hours = await hoursOfCounties(
    read,
    matters.map(({ areaCode }) => areaCode.slice(0, 6)),
  );
  const types = await matterTypesByCodes(
    ctx,
    matters.map(({ typeCode }) => typeCode),
  );

  return matters.map((matter, index) => {
    const open = caseFrom(matter, legs[index]!, hours.get(matter.areaCode.slice(0, 6))!);
    const type = types[index];
    const gate = notAdmitted(matter.typeCode, type ?? undefined, matter.areaCode);
    const mayFor = (leg: Part | null) =>
      mayTake(ctx.actor, matter, leg ? offices.get(leg.unitId) : undefined, ctx.today);
    const parts = open.legs.filter(({ round }) => round === matter.round);
    const own = parts.filter((leg) => mayFor(leg)('matters:work'));
    const part = own.length === 1 ? own[0]! : parts.length === 1 ? parts[0]! : null;
    const ofMatter = matterSteps.offer({ ...factsOf(open, null, ctx), gate }, mayFor(null));
    const ofPart = matterSteps.offer(factsOf(open, part, ctx), mayFor(part));
    return ofMatter.map((offer, at) => (stepsOfParts.has(offer.step) ? ofPart[at]! : offer));
  });
}

const caseFrom = (matter: MatterRow, legs: readonly LegRow[], hours: WorkHours): Considered => ({
  matter,
  legs,
  hours,
  dues: new Map(legs.flatMap(({ id, dueAt }) => (dueAt ? [[id, dueAt] as const] : []))),
});
