import type { Tx } from '@jishi/database';
import { NotArrivedYet } from '@jishi/event-delivery';
import { areaOf } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { ModelVillage, Village } from './register.entities';
import { summed } from './register.rules';
import { tellOfVillage } from './register.service';

/** A village whose code is no longer in use from a day on, and the codes that took its place. */
export interface Merger {
  readonly code: string;
  readonly on: CivilDate;
  readonly replacedBy: readonly string[];
}

/**
 * A village was merged away: it keeps its history under the old code and names its successors. With one successor, its households,
 * people and land are added to what the successor has, which says so (SUMMED); what becomes of a village that was divided, people
 * record. Gives the successors; hearing of the same merger again does nothing and gives none (P11).
 */
export async function mergeVillage(tx: Tx, { code, on, replacedBy }: Merger): Promise<readonly string[]> {
  // Who may merge areas does so for all that stands in them.
  const known = await tx.unscoped.find(Village, { areaCode: code });
  if (!known || known.status === 'MERGED') return [];
  const successors = await successorsOf(tx, replacedBy);
  const old = await tx.unscoped.lock(Village, code);
  await tx.save(old, { status: 'MERGED', mergedOn: on, replacedBy: [...replacedBy], model: false });
  const open = await tx.unscoped.find(ModelVillage, { areaCode: code, state: ['NOMINATED', 'NAMED'] });
  if (open) {
    const by = tx.actor.account;
    const decided = { decidedOn: open.decidedOn ?? on, decidedBy: open.decidedBy ?? by };
    const nomination = await tx.unscoped.lock(ModelVillage, open.id);
    await tx.save(nomination, {
      ...decided,
      state: 'ENDED',
      endedOn: on,
      endedBy: by,
      endedReason: '行政村合并',
    });
  }
  tellOfVillage(tx, old);
  for (const successor of successors) tellOfVillage(tx, await succeed(tx, successor, on, old, successors.length === 1));
  return successors;
}

/** The successors that are villages; a village may also become part of a community, which is registered elsewhere. */
async function successorsOf(tx: Tx, codes: readonly string[]): Promise<string[]> {
  const villages: string[] = [];
  for (const code of codes) {
    const area = await areaOf(tx, code);
    if (!area) throw new NotArrivedYet(`the area ${code} has not been told yet`);
    if (code.length === 12 && area.kind !== 'COMMUNITY') villages.push(code);
  }
  return villages.sort();
}

async function succeed(tx: Tx, areaCode: string, on: CivilDate, old: Village, alone: boolean): Promise<Village> {
  const nothing = { households: null, population: null, farmland: null };
  // The merger gives the successor its row, whoever looks after that place.
  const { find, lock } = tx.unscoped;
  const known = await find(Village, { areaCode });
  const village = known
    ? await lock(Village, areaCode)
    : await tx.insert(Village, { areaCode, validFrom: on, figuresBasis: 'SUMMED', ...nothing });
  return alone ? tx.save(village, { ...summed(village, old), figuresBasis: 'SUMMED' }) : village;
}
