import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { providerExited } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { Quarter, type PropertyMode } from '../quarters';
import { PropertyHandover, QuarterMode } from './modes.entities';
import { takeMode } from './modes.service';
import { PropertyProvider } from './providers.entities';
import { factsOfProviders } from './providers.facts';
import { providerSteps, type LeftQuarter } from './providers.rules';
import { mayDecide, takeStep, type StepDone, type StepInput } from './providers.service';

/** 启动退出: from here on the company takes no new quarter, and its quarters change all at once. */
export const beginExit = (ctx: Context, input: StepInput & { readonly reason: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { reason } = input;
    const { provider, to, warnings } = await takeStep(tx, 'beginExit', input, { reason });
    await tx.save(provider, { state: to, exitReason: reason, exitBegunOn: tx.today });
    return { id: provider.id, warnings };
  });

export interface RecordHandoverInput {
  readonly quarterId: string;
  readonly on: CivilDate;
  readonly keys: boolean;
  readonly accounts: boolean;
  readonly document: string;
}

/** 登记交接: keys and accounts of one quarter of a leaving company; recorded again when the rest follows. */
export const recordPropertyHandover = (ctx: Context, input: RecordHandoverInput): Promise<{ quarterId: string }> =>
  ctx.transact(async (tx) => {
    const { quarterId, on, keys, accounts, document } = input;
    const quarter = await tx.get(Quarter, quarterId);
    must(tx.actor, 'property:keep', placeOf(quarter), tx.today);
    const provider = quarter.providerId && (await tx.lock(PropertyProvider, quarter.providerId));
    if (!provider || provider.state !== 'EXITING')
      throw ruleBroken({
        code: 'NO_EXIT_UNDER_WAY',
        field: 'quarterId',
        wording: {
          zh: '该小区没有正在退出的物业企业，无需交接',
          en: 'No property company is leaving this quarter; there is nothing to hand over',
        },
      });
    const stretch = await tx.find(QuarterMode, { quarterId, providerId: provider.id, validTo: null });
    if (on > tx.today || !stretch || on < stretch.validFrom)
      throw invalidInput(
        'on',
        { zh: '交接日期须在企业服务期内且不晚于今天', en: 'The hand-over lies within the service and not after today' },
        { code: 'HANDOVER_DATE' },
      );
    const known = await tx.find(PropertyHandover, { modeId: stretch.id });
    if (known) await tx.save(known, { onDate: on, keys, accounts, document });
    else
      await tx.insert(PropertyHandover, {
        modeId: stretch.id,
        quarterId,
        providerId: provider.id,
        onDate: on,
        keys,
        accounts,
        document,
      });
    return { quarterId };
  });

/** Who follows in one quarter, from the day of exit when nothing else is said. */
export interface Successor {
  readonly quarterId: string;
  readonly mode: PropertyMode;
  readonly providerId?: string | null;
  readonly contractId?: string | null;
  readonly from?: CivilDate | null;
}

export interface CompleteExitInput extends StepInput {
  readonly on: CivilDate;
  readonly barUntil?: CivilDate | null;
  readonly successors: readonly Successor[];
}

/**
 * 完成退出 (P9): every quarter of the company gets its successor in this transaction, or none does. The exit is the authority over
 * all its quarters, also those in another county.
 */
export const completeExit = (ctx: Context, input: CompleteExitInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { id, version, on, barUntil = null, successors } = input;
    const seen = await tx.get(PropertyProvider, id);
    must(tx.actor, 'property:admit', placeOf(seen), tx.today);
    // Companies before quarters, each in the order of their ids.
    const following = [...new Set(successors.flatMap(({ providerId }) => providerId ?? []))];
    for (const each of following) await tx.get(PropertyProvider, each);
    await tx.lockAll(PropertyProvider, [id, ...following]);
    const provider = await tx.lock(PropertyProvider, id, version);

    const [facts] = await factsOfProviders((sql, values) => tx.query(sql, values), [provider], tx.today);
    const plan = planOf(facts!.quarters, successors, on);
    const step = barUntil === null ? 'exit' : 'bar';
    const { to, warnings } = providerSteps.take(
      step,
      { ...facts!, on, barUntil, quarters: plan.map(({ left, successor }) => ({ ...left, successor })) },
      mayDecide(tx, provider),
    );

    await handOn(tx, plan);
    await tx.save(provider, { state: to, exitedOn: on, barredUntil: barUntil });
    const quarterIds = plan.map(({ left }) => left.quarterId);
    tx.emit(
      providerExited(
        { providerId: id, uscc: provider.uscc, quarterIds, on, barred: barUntil !== null },
        { areaCode: provider.areaCode },
      ),
    );
    return { id, warnings };
  });

interface Planned {
  readonly left: LeftQuarter;
  readonly successor: {
    readonly mode: PropertyMode;
    readonly providerId: string | null;
    readonly contractId: string | null;
    readonly from: CivilDate;
  } | null;
}

/** Puts the plan beside the quarters; a quarter named twice, or of another company, is a mistake of the plan. */
function planOf(quarters: readonly LeftQuarter[], successors: readonly Successor[], on: CivilDate): Planned[] {
  const own = new Set(quarters.map(({ quarterId }) => quarterId));
  const named = new Set<string>();
  for (const { quarterId } of successors) {
    if (named.has(quarterId) || !own.has(quarterId))
      throw invalidInput(
        'successors',
        {
          zh: '退出方案中的小区（{quarterId}）重复，或者不由该企业管理',
          en: 'The plan names the quarter {quarterId} twice, or the company does not manage it',
        },
        { code: 'PLAN_QUARTER_WRONG', params: { quarterId } },
      );
    named.add(quarterId);
  }
  return quarters.map((left) => {
    const found = successors.find(({ quarterId }) => quarterId === left.quarterId);
    return {
      left,
      successor: found
        ? {
            mode: found.mode,
            providerId: found.providerId ?? null,
            contractId: found.contractId ?? null,
            from: found.from ?? on,
          }
        : null,
    };
  });
}

async function handOn(tx: Tx, plan: readonly Planned[]): Promise<void> {
  const ids = plan.map(({ left }) => left.quarterId);
  // The exit of a company is the authority over its quarters, wherever they lie.
  const quarters = await tx.unscoped.lockAll(Quarter, ids);
  for (const quarter of quarters) {
    const planned = plan.find(({ left }) => left.quarterId === quarter.id);
    if (!planned?.successor) throw new Error(`no successor was planned for the quarter ${quarter.id}`);
    await takeMode(tx, quarter, planned.successor, (refusal) => ({
      ...refusal,
      field: 'successors',
      wording: { zh: `小区“{quarter}”：${refusal.wording.zh}`, en: `Quarter "{quarter}": ${refusal.wording.en}` },
      params: { ...refusal.params, quarter: quarter.name },
    }));
  }
}
