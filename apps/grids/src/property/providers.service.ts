import { mayOn, must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import { providerAdmitted, providerWarned } from '@jishi/event-contracts';
import { checkCreditCode, normaliseCreditCode } from '@jishi/identifiers';
import { areaInUse } from '@jishi/known-register';
import type { May } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { QuarterMode } from './modes.entities';
import { PropertyProvider, PropertyWarning } from './providers.entities';
import { factsOfProviders } from './providers.facts';
import { closedFirm, providerSteps, type ProviderFacts, type ProviderStep } from './providers.rules';

/** One step of a company, which the caller saw in this version. */
export interface StepInput {
  readonly id: string;
  readonly version: number;
}

export interface StepDone {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

/** Only the housing office of the county that admits decides about a company. */
export const mayDecide =
  (tx: Pick<Tx, 'actor' | 'today'>, provider: PropertyProvider): Exclude<May, symbol> =>
  (permission) =>
    mayOn(tx.actor, permission, placeOf(provider), tx.today);

/** Locks a company and takes a step of it, or says why not. */
export async function takeStep(tx: Tx, step: ProviderStep, { id, version }: StepInput, more: Partial<ProviderFacts>) {
  const provider = await tx.lock(PropertyProvider, id, version);
  const [facts] = await factsOfProviders((sql, values) => tx.query(sql, values), [provider], tx.today);
  return { provider, ...providerSteps.take(step, { ...facts!, ...more }, mayDecide(tx, provider)) };
}

/** The ids of the quarters that a company manages now. */
export const quarterIdsOf = async (tx: Tx, providerId: string): Promise<string[]> =>
  (await tx.findAll(QuarterMode, { providerId, validTo: null }, { quarterId: 'ASC' })).map(
    ({ quarterId }) => quarterId,
  );

/** 申请准入: recorded by the housing office; a company that left may apply again when its ban is over (GRD-26). */
export const applyPropertyProvider = (
  ctx: Context,
  input: { readonly uscc: string; readonly areaCode: string },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { areaCode } = input;
    must(tx.actor, 'property:admit', { area: areaCode, ofArea: true }, tx.today);
    const wrong = checkCreditCode(input.uscc);
    if (wrong) throw invalidInput('uscc', wrong.wording, wrong);
    const { level } = await areaInUse(tx, areaCode, tx.today);
    if (level !== 'COUNTY')
      throw invalidInput(
        'areaCode',
        { zh: '准入由区县住建部门办理，请填写6位区县代码', en: 'A county admits: give its code of 6 digits' },
        { code: 'NOT_A_COUNTY' },
      );
    const uscc = normaliseCreditCode(input.uscc);
    const known = await tx.find(PropertyProvider, { uscc });
    if (known) return applyAgain(tx, known, areaCode);
    const [firm] = await tx.query<{ closed: boolean | null }>(
      `SELECT bool_and(status = 'CLOSED') AS closed FROM known_entity WHERE uscc = $1`,
      [uscc],
    );
    if (firm?.closed) throw ruleBroken(closedFirm);
    const provider = await tx.insert(PropertyProvider, { uscc, areaCode, state: 'APPLIED', appliedOn: tx.today });
    return { id: provider.id, warnings: firm?.closed === false ? [] : [notRecorded] };
  });

const notRecorded: Refusal = {
  code: 'ENTITY_NOT_RECORDED',
  field: 'uscc',
  wording: {
    zh: '该企业尚未在企业库登记，登记后才显示名称',
    en: 'The firm is not recorded in the register of firms yet; its name appears once it is',
  },
};

async function applyAgain(tx: Tx, { id, version }: PropertyProvider, areaCode: string): Promise<StepDone> {
  const provider = await tx.lock(PropertyProvider, id, version);
  const [facts] = await factsOfProviders((sql, values) => tx.query(sql, values), [provider], tx.today);
  // The county that now takes the application is the one that the caller was checked for.
  const { to, warnings } = providerSteps.take('applyAgain', facts!, () => true);
  await tx.save(provider, {
    state: to,
    areaCode,
    appliedOn: tx.today,
    admissionNo: null,
    admittedOn: null,
    admissionConditions: [],
    correctBy: null,
    correctionPlan: null,
    exitReason: null,
    exitBegunOn: null,
    exitedOn: null,
  });
  return { id, warnings };
}

/** 准入: with its number and the conditions that were checked. */
export const admitPropertyProvider = (
  ctx: Context,
  input: StepInput & { readonly admissionNo: string; readonly conditions: readonly string[] },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { admissionNo, conditions } = input;
    const { provider, to, warnings } = await takeStep(tx, 'admit', input, { admissionNo, conditions });
    await tx.save(provider, {
      state: to,
      admissionNo,
      admittedOn: tx.today,
      admissionConditions: conditions.filter((condition) => condition.trim() !== ''),
    });
    tx.emit(
      providerAdmitted(
        { providerId: provider.id, uscc: provider.uscc, quarterIds: [], on: tx.today },
        { areaCode: provider.areaCode },
      ),
    );
    return { id: provider.id, warnings };
  });

/** 警告: for a serious complaint that was confirmed in writing; a low score warns by itself. */
export const warnPropertyProvider = (
  ctx: Context,
  input: StepInput & { readonly document: string },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { document } = input;
    const { provider, to, warnings } = await takeStep(tx, 'warn', input, { document });
    await tx.save(provider, { state: to });
    await tx.insert(PropertyWarning, { providerId: provider.id, ground: 'COMPLAINT', onDate: tx.today, document });
    await tellOfWarning(tx, provider);
    return { id: provider.id, warnings };
  });

export async function tellOfWarning(tx: Tx, { id, uscc, areaCode }: PropertyProvider): Promise<void> {
  const quarterIds = await quarterIdsOf(tx, id);
  tx.emit(providerWarned({ providerId: id, uscc, quarterIds, on: tx.today }, { areaCode }));
}

/** 责令整改: what is to be put right, and until when. */
export const beginCorrection = (
  ctx: Context,
  input: StepInput & { readonly plan: string; readonly dueOn: CivilDate },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { plan, dueOn } = input;
    const { provider, to, warnings } = await takeStep(tx, 'beginCorrection', input, { plan, dueOn });
    await tx.save(provider, { state: to, correctionPlan: plan, correctBy: dueOn });
    return { id: provider.id, warnings };
  });

/** 确认整改完成: lifts the warnings; not once the company is due to leave. */
export const confirmCorrection = (ctx: Context, input: StepInput & { readonly document: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { document } = input;
    const { provider, to, warnings } = await takeStep(tx, 'confirmCorrection', input, { document });
    await tx.save(provider, { state: to, correctionPlan: null, correctBy: null });
    for (const warning of await tx.findAll(PropertyWarning, { providerId: provider.id, liftedOn: null }))
      await tx.save(warning, { liftedOn: tx.today, liftedDocument: document });
    return { id: provider.id, warnings };
  });
