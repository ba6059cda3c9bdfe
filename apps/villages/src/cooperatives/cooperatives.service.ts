import { mayOn, must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, type Refusal } from '@jishi/errors';
import { cooperativeDissolved, cooperativeRegistered } from '@jishi/event-contracts';
import { normaliseCreditCode } from '@jishi/identifiers';
import { KnownOrganization } from '@jishi/known-register';
import { system } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { Context, DailyRun } from '@jishi/subgraph';
import { placeOfVillage, refuseIf, Village, villageMerged } from '../register';
import { Cooperative, CooperativeSeat, CooperativeYear, type CooperativeKind } from './cooperatives.entities';
import { judgeLead, notBeforeLast, recordHistory, tellChanged, toldOf } from './cooperatives.lead';
import {
  chairs,
  cooperativeSteps,
  dissolved,
  leaderUnfit,
  refuseMembers,
  refuseYear,
  stateByIncome,
  type CooperativeFacts,
} from './cooperatives.rules';

/** One step of a cooperative, which the caller saw in this version. */
export interface StepInput {
  readonly id: string;
  readonly version: number;
}

/** What a step gives back: which cooperative, and what to watch. */
export interface StepDone {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

export interface RecordCooperativeInput {
  /** Null for a new one. */
  readonly id?: string | null;
  readonly version?: number | null;
  readonly areaCode: string;
  readonly name: string;
  readonly kind: CooperativeKind;
  readonly memberCount: number;
  readonly farmerCount: number;
  readonly partyMemberCount?: number | null;
  readonly collectiveStake: number;
  readonly leadingOrgId?: string | null;
}

/** 筹备登记或变更: the facts of a cooperative; a new one is planned until it is registered. */
export const recordCooperative = (ctx: Context, input: RecordCooperativeInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { areaCode, kind, memberCount, farmerCount, collectiveStake } = input;
    must(tx.actor, 'cooperatives:keep', placeOfVillage(areaCode), tx.today);
    const name = input.name.trim();
    if (!name) throw invalidInput('name', { zh: '请填写合作社名称', en: 'Give the name of the cooperative' });
    const leadingOrgId = input.leadingOrgId ?? null;
    if (leadingOrgId !== null) await refuseUnfitLeader(tx, leadingOrgId);
    const facts = {
      ...{ name, kind, memberCount, farmerCount, collectiveStake, leadingOrgId },
      partyMemberCount: input.partyMemberCount ?? null,
    };
    if (!input.id) {
      refuseIf(villageMerged(await tx.get(Village, areaCode)));
      const row = await tx.insert(Cooperative, {
        ...facts,
        ...noLeadYet(leadingOrgId, tx.today),
        areaCode,
        state: 'PLANNED',
      });
      await recordHistory(tx, row, tx.today);
      return { id: row.id, warnings: [] };
    }
    const row = await tx.lock(Cooperative, input.id, input.version ?? 0);
    refuseIf(row.state === 'DISSOLVED' && dissolved);
    refuseIf(row.areaCode !== areaCode && otherVillage);
    const { collectiveStake: stakeBefore, ledByOrgId: ledBefore } = row;
    if (row.leadingOrgId === leadingOrgId) await tx.save(row, facts);
    else {
      await tx.save(row, { ...facts, ...noLeadYet(leadingOrgId, tx.today) });
      if (ledBefore !== null) await recordHistory(tx, row, await notBeforeLast(tx, row.id, tx.today));
    }
    await judgeLead(tx, row, tx.today);
    if (stakeBefore !== row.collectiveStake || ledBefore !== row.ledByOrgId) tellChanged(tx, row);
    const refusal = row.state !== 'PLANNED' && refuseMembers(row, tx.today);
    return { id: row.id, warnings: refusal ? [refusal] : [] };
  });

const otherVillage: Refusal = {
  code: 'COOPERATIVE_OF_ANOTHER_VILLAGE',
  field: 'areaCode',
  wording: { zh: '合作社属于另一个村', en: 'The cooperative belongs to another village' },
};

/** Until the board has been looked at, a recorded branch does not lead. */
const noLeadYet = (leadingOrgId: string | null, on: CivilDate) => ({
  ledByOrgId: null,
  leadGap: leadingOrgId === null ? null : ('NO_SEAT' as const),
  leadGapSince: leadingOrgId === null ? null : on,
});

const leaders: ReadonlySet<string> = new Set(['BRANCH', 'JOINT_BRANCH', 'GENERAL_BRANCH', 'COMMITTEE']);

async function refuseUnfitLeader(tx: Tx, orgId: string): Promise<void> {
  // Any branch may be named as leading; whether it leads, its members on the board say.
  const organization = await tx.unscoped.get(KnownOrganization, orgId);
  refuseIf((organization.status !== 'ACTIVE' || !leaders.has(organization.kind)) && leaderUnfit);
}

export interface RegisterCooperativeInput extends StepInput {
  readonly uscc: string;
  readonly on?: CivilDate | null;
}

/** 登记: with its credit code; a farmers' cooperative has the members that the law demands. */
export const registerCooperative = (ctx: Context, input: RegisterCooperativeInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const { row, to, warnings } = await take(tx, 'register', input, { uscc: input.uscc, on });
    await tx.save(row, { state: to, uscc: normaliseCreditCode(input.uscc), registeredOn: on });
    await recordHistory(tx, row, on);
    tx.emit(cooperativeRegistered(toldOf(row), { areaCode: row.areaCode }));
    return { id: row.id, warnings };
  });

/** 开始运营. */
export const activateCooperative = (
  ctx: Context,
  input: StepInput & { readonly on?: CivilDate | null },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const { row, to, warnings } = await take(tx, 'activate', input, { on });
    await tx.save(row, { state: to, activeSince: on });
    await recordHistory(tx, row, on);
    return { id: row.id, warnings };
  });

/** 注销: with a reason; its credit code may then be used again. */
export const dissolveCooperative = (
  ctx: Context,
  input: StepInput & { readonly reason: string; readonly on?: CivilDate | null },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const { row, to, warnings } = await take(tx, 'dissolve', input, { on, reason: input.reason });
    const told = row.state !== 'PLANNED';
    await tx.save(row, { state: to, dissolvedOn: on, dissolveReason: input.reason.trim() });
    await recordHistory(tx, row, on);
    if (told)
      tx.emit(cooperativeDissolved({ cooperativeId: row.id, areaCode: row.areaCode, on }, { areaCode: row.areaCode }));
    return { id: row.id, warnings };
  });

export interface SetBoardInput extends StepInput {
  readonly on?: CivilDate | null;
  readonly seats: readonly { readonly personId: string; readonly chair: boolean }[];
}

/** 理事会换届或调整: who sits on the board from a day on; whoever is not named has left it. */
export const setCooperativeBoard = (ctx: Context, input: SetBoardInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const row = await tx.lock(Cooperative, input.id, input.version);
    must(tx.actor, 'cooperatives:keep', placeOfVillage(row.areaCode), tx.today);
    refuseIf(row.state === 'DISSOLVED' && dissolved);
    const given = new Map(input.seats.map(({ personId, chair }) => [personId, chair]));
    const heads = input.seats.filter(({ chair }) => chair).length;
    refuseIf((given.size !== input.seats.length || heads !== 1) && chairs);
    const seated = await tx.findAll(CooperativeSeat, { cooperativeId: row.id, toOn: null });
    const last = seated
      .map(({ fromOn }) => fromOn)
      .sort()
      .at(-1);
    refuseIf((on > tx.today || (last !== undefined && on < last)) && boardDay);
    for (const seat of seated) {
      if (given.get(seat.personId) === seat.chair) given.delete(seat.personId);
      else await tx.save(seat, { toOn: on });
    }
    for (const [personId, chair] of given)
      await tx.insert(CooperativeSeat, { cooperativeId: row.id, areaCode: row.areaCode, personId, chair, fromOn: on });
    // The board is part of the cooperative: whoever holds the version from before it changed has to look again.
    await tx.save(row, { boardRevision: row.boardRevision + 1 });
    if (await judgeLead(tx, row, on)) tellChanged(tx, row);
    return { id: row.id, warnings: [] };
  });

const boardDay: Refusal = {
  code: 'BOARD_DAY_OUT_OF_ORDER',
  field: 'on',
  wording: {
    zh: '理事会调整日期不能晚于今天，也不能早于上一次调整',
    en: 'The board changes neither later than today nor before its last change',
  },
};

export interface RecordYearInput extends StepInput {
  readonly year: number;
  readonly income: number;
  readonly dividend: number;
  readonly collectiveDividend: number;
}

/** 年度收入与分红: of a year that is over; recorded again it replaces what stood there. Says by itself whether the cooperative is dormant. */
export const recordCooperativeYear = (ctx: Context, input: RecordYearInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const row = await tx.lock(Cooperative, input.id, input.version);
    must(tx.actor, 'cooperatives:keep', placeOfVillage(row.areaCode), tx.today);
    refuseIf(row.state === 'DISSOLVED' && dissolved);
    const { year, income, dividend, collectiveDividend } = input;
    refuseIf(refuseYear(input, row, tx.today));
    // The year may stand under the code that the village had before it was merged.
    const known = await tx.unscoped.find(CooperativeYear, { cooperativeId: row.id, year });
    if (known) await tx.save(known, { income, dividend, collectiveDividend });
    else
      await tx.insert(CooperativeYear, {
        ...{ year, income, dividend, collectiveDividend },
        cooperativeId: row.id,
        areaCode: row.areaCode,
      });
    await judgeState(tx, row);
    return { id: row.id, warnings: [] };
  });

/** Takes the step that the yearly income says; the row is locked. */
async function judgeState(tx: Tx, row: Cooperative): Promise<void> {
  const years = await tx.query<{ year: number; income: number }>(
    'SELECT year, income FROM cooperative_year WHERE cooperative_id = $1',
    [row.id],
  );
  const judged = stateByIncome(row, years, tx.today);
  if (judged === row.state) return;
  const { to } = cooperativeSteps.take(judged === 'DORMANT' ? 'fallDormant' : 'resume', factsOf(row, tx.today), system);
  await tx.save(row, { state: to, dormantSince: to === 'DORMANT' ? tx.today : null });
  await recordHistory(tx, row, await notBeforeLast(tx, row.id, tx.today));
}

const slice = 200;

/** The clock of every day: a cooperative that has earned nothing for as long as the rule allows is dormant. */
export async function markDormant(run: DailyRun): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const last = await run.transact(async (tx) => {
      const found = await tx.query<{ id: string }>(
        `SELECT id FROM cooperative WHERE state = 'ACTIVE' AND id > $1 ORDER BY id LIMIT ${slice}`,
        [after],
      );
      // The clock acts for nobody; the calendar and the figures are the authority.
      const rows = await tx.unscoped.lockAll(
        Cooperative,
        found.map(({ id }) => id),
      );
      for (const row of rows) await judgeState(tx, row);
      return found.at(-1)?.id ?? null;
    });
    if (last === null) return;
    after = last;
  }
}

export const factsOf = (row: Cooperative, today: CivilDate): CooperativeFacts => ({
  today,
  state: row.state,
  kind: row.kind,
  memberCount: row.memberCount,
  farmerCount: row.farmerCount,
  registeredOn: row.registeredOn,
  activeSince: row.activeSince,
});

export const mayOnCooperative =
  ({ actor, today }: Pick<Context, 'actor' | 'today'>, { areaCode }: Cooperative) =>
  (permission: string): boolean =>
    mayOn(actor, permission, placeOfVillage(areaCode), today);

/** Locks a cooperative and takes a step of it, or says why not. */
async function take(
  tx: Tx,
  step: (typeof cooperativeSteps.steps)[number],
  { id, version }: StepInput,
  more: Partial<CooperativeFacts>,
) {
  const row = await tx.lock(Cooperative, id, version);
  const facts = { ...factsOf(row, tx.today), ...more };
  return { row, ...cooperativeSteps.take(step, facts, mayOnCooperative(tx, row)) };
}
