import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import { villageChanged } from '@jishi/event-contracts';
import { normaliseCreditCode } from '@jishi/identifiers';
import { areaInUse } from '@jishi/known-register';
import type { Context } from '@jishi/subgraph';
import { ModelVillage, Village, VillageYear } from './register.entities';
import {
  modelSteps,
  notAVillage,
  refuseEconomicOrgCode,
  villageMerged,
  yearNotBegun,
  type ModelStep,
} from './register.rules';

export const refuseIf = (refusal: Refusal | false | null | undefined): void => {
  if (refusal) throw ruleBroken(refusal);
};

/** Where the rows of a village stand. */
export const placeOfVillage = (areaCode: string) => placeOf({ areaCode });

/** Tells the others of a village; its row is locked or was inserted by this transaction. */
export const tellOfVillage = (tx: Tx, village: Village): void =>
  tx.emit(
    villageChanged(
      {
        areaCode: village.areaCode,
        class: village.class,
        model: village.model,
        status: village.status,
        replacedBy: village.replacedBy,
      },
      { areaCode: village.areaCode },
    ),
  );

export interface RecordVillageInput {
  readonly areaCode: string;
  /** Null for a village that is not recorded yet. */
  readonly version?: number | null;
  readonly households: number;
  readonly population: number;
  /** Mu. */
  readonly farmland: number;
  readonly endowments?: string | null;
  readonly leadingTrade?: string | null;
  readonly economicOrgName?: string | null;
  readonly economicOrgUscc?: string | null;
  readonly economicOrgMembers?: number | null;
}

/** Records a village, or changes it (VIL-01). Its name, its town and its Party organisation are known elsewhere. */
export const recordVillage = (ctx: Context, input: RecordVillageInput): Promise<{ areaCode: string }> =>
  ctx.transact(async (tx) => {
    const { areaCode } = input;
    must(tx.actor, 'villages:keep', placeOfVillage(areaCode), tx.today);
    // Whether the code is taken is no secret to whoever keeps this place.
    const known = await tx.unscoped.find(Village, { areaCode });
    if (known) refuseIf(villageMerged(known));
    const area = await areaInUse(tx, areaCode, tx.today);
    refuseIf(notAVillage(area));
    if (input.economicOrgUscc) refuseIf(refuseEconomicOrgCode(input.economicOrgUscc));
    for (const field of ['households', 'population', 'farmland', 'economicOrgMembers'] as const)
      if ((input[field] ?? 0) < 0) throw negative(field);

    const facts = {
      households: input.households,
      population: input.population,
      farmland: input.farmland.toFixed(3),
      figuresBasis: 'RECORDED' as const,
      endowments: input.endowments ?? null,
      leadingTrade: input.leadingTrade ?? null,
      economicOrgName: input.economicOrgName ?? null,
      economicOrgUscc: input.economicOrgUscc ? normaliseCreditCode(input.economicOrgUscc) : null,
      economicOrgMembers: input.economicOrgMembers ?? null,
    };
    const village = known
      ? await tx.save(await tx.lock(Village, areaCode, input.version ?? 0), facts)
      : await tx.insert(Village, { areaCode, validFrom: area.validFrom, ...facts });
    tellOfVillage(tx, village);
    return { areaCode };
  });

const negative = (field: string) =>
  invalidInput(field, { zh: '不能是负数', en: 'This figure cannot be negative' }, { code: 'FIGURE_NEGATIVE' });

export interface RecordVillageYearInput {
  readonly areaCode: string;
  readonly year: number;
  readonly version?: number | null;
  readonly households: number;
  readonly population: number;
}

/** Records the yearly statistics of a village, or corrects them (VIL-01). */
export const recordVillageYear = (ctx: Context, input: RecordVillageYearInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const village = await tx.lock(Village, input.areaCode);
    must(tx.actor, 'villages:keep', placeOfVillage(village.areaCode), tx.today);
    refuseIf(yearNotBegun(input.year, tx.today));
    for (const field of ['households', 'population'] as const) if (input[field] < 0) throw negative(field);
    const { areaCode, year, households, population } = input;
    const known = await tx.find(VillageYear, { areaCode, year });
    const { id } = known
      ? await tx.save(await tx.lock(VillageYear, known.id, input.version ?? 0), { households, population })
      : await tx.insert(VillageYear, { areaCode, year, households, population });
    return { id };
  });

export interface NominateModelVillageInput {
  readonly areaCode: string;
  readonly reason: string;
}

/** 提名示范村, by the town (VIL-08). One open nomination or title at a time. */
export const nominateModelVillage = (ctx: Context, input: NominateModelVillageInput): Promise<{ areaCode: string }> =>
  ctx.transact(async (tx) => {
    const village = await tx.lock(Village, input.areaCode);
    must(tx.actor, 'villages:nominate', placeOfVillage(village.areaCode), tx.today);
    refuseIf(villageMerged(village));
    if (input.reason.trim() === '')
      throw invalidInput('reason', { zh: '提名须说明理由', en: 'A nomination needs a reason' });
    await tx.insert(ModelVillage, {
      areaCode: village.areaCode,
      state: 'NOMINATED',
      reason: input.reason,
      nominatedOn: tx.today,
      nominatedBy: tx.actor.account,
    });
    return { areaCode: village.areaCode };
  });

export interface NameModelVillageInput {
  readonly nominationId: string;
  readonly version: number;
  readonly step: Uppercase<ModelStep>;
  readonly reason?: string | null;
}

/** 命名、不予命名、撤销示范村, by the organisation department (VIL-08). */
export const nameModelVillage = (ctx: Context, input: NameModelVillageInput): Promise<{ areaCode: string }> =>
  ctx.transact(async (tx) => {
    const nomination = await tx.lock(ModelVillage, input.nominationId, input.version);
    const village = await tx.lock(Village, nomination.areaCode);
    const step = input.step.toLowerCase() as ModelStep;
    const { to } = modelSteps.take(step, { state: nomination.state, reason: input.reason }, (permission) => {
      must(tx.actor, permission, placeOfVillage(village.areaCode), tx.today);
      return true;
    });
    if (step === 'name') refuseIf(villageMerged(village));
    const by = tx.actor.account;
    const reason = input.reason ?? null;
    await tx.save(
      nomination,
      step === 'end'
        ? { state: to, endedOn: tx.today, endedBy: by, endedReason: reason }
        : { state: to, decidedOn: tx.today, decidedBy: by, decisionReason: reason },
    );
    const model = to === 'NAMED';
    if (model !== village.model) tellOfVillage(tx, await tx.save(village, { model }));
    return { areaCode: village.areaCode };
  });
