import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken, type Refusal } from '@jishi/errors';
import { system } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { changePropertyMode, Quarter, type PropertyMode } from '../quarters';
import { PropertyAlert, PropertyContract, QuarterMode } from './modes.entities';
import {
  companyIsLeaving,
  endedBy,
  lastDayOf,
  refuseContract,
  refuseMode,
  type ModeChange,
  type ModeFacts,
} from './modes.rules';
import { PropertyProvider } from './providers.entities';
import { providerSteps } from './providers.rules';
import { standingFacts } from './providers.facts';

export interface SetPropertyModeInput {
  readonly quarterId: string;
  readonly version: number;
  readonly mode: PropertyMode;
  readonly from: CivilDate;
  readonly providerId?: string | null;
  readonly contractId?: string | null;
}

/** 登记物业管理方式: from a day on; the mode before lasts until the day before (GRD-21). */
export const setPropertyMode = (ctx: Context, input: SetPropertyModeInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { quarterId, version, mode, from, providerId = null, contractId = null } = input;
    const seen = await tx.get(Quarter, quarterId);
    must(tx.actor, 'property:keep', placeOf(seen), tx.today);
    // Companies before quarters, as in an exit: whoever changes both waits for the other instead of blocking him.
    if (providerId !== null) await tx.get(PropertyProvider, providerId);
    const companies = await tx.lockAll(
      PropertyProvider,
      [seen.providerId, providerId].filter((id) => id !== null),
    );
    const quarter = await tx.lock(Quarter, quarterId, version);
    const leaving = companies.find(({ id }) => id === quarter.providerId)?.state === 'EXITING';
    if (leaving) throw ruleBroken(companyIsLeaving);
    await takeMode(tx, quarter, { mode, from, providerId, contractId }, (refusal) => refusal);
    return { id: quarter.id };
  });

/**
 * Changes the mode of a locked quarter: the stretch before ends, contracts of a company that leaves end, the alert opens or closes.
 * The company that follows is locked by the caller.
 */
export async function takeMode(
  tx: Tx,
  quarter: Quarter,
  change: ModeChange,
  say: (refusal: Refusal) => Refusal,
): Promise<void> {
  const current = await tx.find(QuarterMode, { quarterId: quarter.id, validTo: null });
  const refusal = refuseMode(change, await factsOf(tx, quarter, current, change));
  if (refusal) throw ruleBroken(say(refusal));
  const { mode, from, providerId, contractId } = change;
  const companyBefore = current?.providerId ?? null;
  if (current?.validFrom === from) {
    // A correction on the first day: there was no day on which the other mode held.
    await tx.save(current, { mode, providerId, contractId });
  } else {
    if (current) await tx.save(current, { validTo: from });
    const follows = current ? from : null;
    await tx.insert(QuarterMode, { quarterId: quarter.id, mode, providerId, contractId, validFrom: from, follows });
  }
  if (companyBefore !== null && companyBefore !== providerId) await endContracts(tx, quarter.id, companyBefore, from);
  await settleAlert(tx, quarter.id, mode, from);
  await changePropertyMode(tx, quarter, { propertyMode: mode, providerId, from });
}

async function factsOf(
  tx: Tx,
  quarter: Quarter,
  current: QuarterMode | null,
  { providerId, contractId }: ModeChange,
): Promise<ModeFacts> {
  return {
    today: tx.today,
    quarterId: quarter.id,
    current,
    provider: providerId === null ? null : await tx.get(PropertyProvider, providerId),
    contract: contractId === null ? null : await tx.get(PropertyContract, contractId),
  };
}

async function endContracts(tx: Tx, quarterId: string, providerId: string, from: CivilDate): Promise<void> {
  for (const contract of await tx.findAll(PropertyContract, { quarterId, providerId }))
    if (lastDayOf(contract) >= from) await tx.save(contract, { endedOn: endedBy(from, contract.startsOn) });
}

/** A quarter without management has an open alert from its first day; the facts close it, nobody else. */
async function settleAlert(tx: Tx, quarterId: string, mode: PropertyMode, on: CivilDate): Promise<void> {
  const open = await tx.find(PropertyAlert, { quarterId, closedOn: null });
  if (mode === 'NONE' && !open) await tx.insert(PropertyAlert, { quarterId, openedOn: on });
  if (mode !== 'NONE' && open) await tx.save(open, { closedOn: on });
}

export interface RecordPropertyContractInput {
  readonly quarterId: string;
  readonly providerId: string;
  readonly startsOn: CivilDate;
  readonly endsOn: CivilDate;
  readonly fee: number;
  readonly terms?: string | null;
  readonly document: string;
}

/** 登记物业服务合同: the first one lets an admitted company begin to serve (GRD-21, GRD-26). */
export const recordPropertyContract = (ctx: Context, input: RecordPropertyContractInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { quarterId, providerId, startsOn, endsOn, fee, terms = null, document } = input;
    const quarter = await tx.get(Quarter, quarterId);
    must(tx.actor, 'property:keep', placeOf(quarter), tx.today);
    const provider = await tx.lock(PropertyProvider, providerId);
    const manages = quarter.providerId === provider.id;
    const refusal = refuseContract({ today: tx.today, startsOn, endsOn, provider, manages });
    if (refusal) throw ruleBroken(refusal);
    const contract = await tx.insert(PropertyContract, {
      quarterId,
      providerId,
      startsOn,
      endsOn,
      fee,
      terms,
      document,
    });
    if (provider.state === 'ADMITTED') {
      const { to } = providerSteps.take('serve', standingFacts(provider, tx.today), system);
      await tx.save(provider, { state: to });
    }
    return { id: contract.id };
  });
