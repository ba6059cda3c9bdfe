import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { Context } from '@jishi/subgraph';
import { admittedType, departmentOf, officeInBusiness, type MatterLevel, type Office } from '../matter-types';
import {
  followParts,
  openCase,
  settle,
  take,
  takePart,
  withinLimit,
  type Case,
  type StepDone,
  type StepInput,
} from './matters.case';
import { beginLimit, endLimits, pauseLimit, resumeLimit } from './matters.clock';
import { MatterLeg } from './matters.entities';
import type { ReasonInput, ResultInput } from './matters.service';

// The steps of the street, and of the units that a matter is sent to.

export type TriageInput = StepInput & {
  readonly level: MatterLevel;
  readonly ownerUnitId?: string | null;
  readonly note?: string | null;
};

/** 分级分流: the street says who solves it, by the owner that the list names unless another is given. */
export const triageMatter = (ctx: Context, input: TriageInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const owner = await ownerOf(tx, open, input.ownerUnitId);
    const { to, warnings } = take(tx, open, 'triage', { toLevel: input.level, ownerFound: owner !== undefined });
    const changes = { state: to, level: input.level, ownerUnitId: owner!.id };
    await withinLimit(tx, open, changes, { kind: 'triage', note: input.note });
    return { id: input.id, warnings };
  });

async function ownerOf(tx: Tx, { matter, type }: Case, given: string | null | undefined): Promise<Office | undefined> {
  const named = given ?? type.ownerUnitId;
  if (named) return officeInBusiness(tx.query, named, 'ownerUnitId');
  return departmentOf(tx.query, type.ownerDepartmentCode!, matter.areaCode.slice(0, 6));
}

export type SendDownInput = ReasonInput & { readonly level: MatterLevel };

/** 下派: what a grid or community should solve goes back down, if its type is admitted at this moment (GRD-07). */
export const sendMatterDown = (ctx: Context, input: SendDownInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { level, reason } = input;
    const { to, warnings } = take(tx, open, 'sendDown', { toLevel: level, reason });
    await admittedType(tx, open.matter.typeCode, open.matter.areaCode);
    await settle(
      tx,
      open,
      { state: to, level, ownerUnitId: null },
      { kind: 'sendDown', note: reason },
      { next: { step: 'handle' } },
    );
    return { id: input.id, warnings };
  });

export type DispatchInput = StepInput & { readonly unitIds?: readonly string[] | null; readonly note?: string | null };

/** 派单、协同派单: to the owner, or to the units that are named, each with its own limit and result. */
export const dispatchMatter = (ctx: Context, input: DispatchInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { matter } = open;
    const { to, warnings } = take(tx, open, 'dispatch');
    const offices = await officesFor(tx, receiversOf(input, matter.ownerUnitId));
    const round = matter.round + 1;
    const binding = matter.refused >= Number(ruleInForce('matter.refusals-max', tx.today).value);
    for (const office of offices) {
      const leg = await tx.insert(MatterLeg, {
        matterId: matter.id,
        areaCode: matter.areaCode,
        unitId: office.id,
        unitOrgId: office.orgId,
        round,
        binding,
        state: 'DISPATCHED',
        dispatchedAt: tx.now,
      });
      await beginLimit(tx, matter, { step: 'answer', legId: leg.id, unitId: office.id }, open.type, open.hours);
    }
    const unitIds = offices.map(({ id }) => id);
    await settle(
      tx,
      open,
      { state: to, round, assignedUnitId: unitIds[0]! },
      { kind: 'dispatch', note: input.note },
      { units: unitIds },
    );
    return { id: input.id, warnings };
  });

function receiversOf({ unitIds }: DispatchInput, ownerUnitId: string | null): readonly string[] {
  const named = [...new Set(unitIds ?? [])];
  if (named.length > 0) return named;
  if (ownerUnitId !== null) return [ownerUnitId];
  throw invalidInput('unitIds', { zh: '请指明派给哪个单位', en: 'Say to which unit' }, { code: 'OWNER_MISSING' });
}

/** How many units a joint dispatch may have: a list, not a broadcast. */
const mostUnits = 20;

async function officesFor(tx: Tx, unitIds: readonly string[]): Promise<Office[]> {
  if (unitIds.length > mostUnits)
    throw invalidInput('unitIds', { zh: '一次最多派给20个单位', en: 'A dispatch names at most 20 units' });
  const offices: Office[] = [];
  for (const id of unitIds) {
    const office = await officeInBusiness(tx.query, id, 'unitIds');
    if (office.orgId === null && office.departmentCode === null)
      throw ruleBroken({
        code: 'UNIT_CANNOT_RECEIVE',
        field: 'unitIds',
        wording: {
          zh: '该单位没有党组织，也没有部门代码，无人能够签收派单',
          en: 'This unit has neither a Party organisation nor a department code: nobody could answer the dispatch',
        },
      });
    offices.push(office);
  }
  return offices;
}

export type PartInput = StepInput & { readonly legId?: string | null };

/** 签收并开始处置: ends the limit for the answer and begins that of the resolution. */
export const startMatter = (ctx: Context, input: PartInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { leg, warnings } = takePart(tx, open, 'start', input.legId);
    const rework = leg.state === 'REOPENED';
    await tx.save(leg, { state: 'WORKING' });
    await endLimits(tx, open.matter, leg.id);
    const began = { step: 'resolve', legId: leg.id, unitId: leg.unitId, rework } as const;
    await beginLimit(tx, open.matter, began, open.type, open.hours);
    await followParts(tx, open, {}, { kind: 'start', legId: leg.id });
    return { id: input.id, warnings };
  });

/** 拒收: once and with a basis; after it the street's decision binds. 退单: within the limit of the rule, with a reason. */
export const giveBackMatter = (
  ctx: Context,
  step: 'refuse' | 'return',
  input: PartInput & { readonly reason: string },
): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { matter } = open;
    const { leg, warnings } = takePart(tx, open, step, input.legId, { reason: input.reason });
    await tx.save(leg, { state: 'TRIAGED', suspensionReason: null, suspensionUntil: null });
    await endLimits(tx, matter, leg.id);
    const counted = step === 'refuse' ? { refused: matter.refused + 1 } : { returned: matter.returned + 1 };
    await followParts(tx, open, counted, { kind: step, legId: leg.id, note: input.reason });
    return { id: input.id, warnings };
  });

export type AskSuspensionInput = PartInput & { readonly reason: string; readonly until: CivilDate };

/** 申请挂账: why, and from which day on work goes on; the limit runs until the street agrees. */
export const askForSuspension = (ctx: Context, input: AskSuspensionInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { reason, until } = input;
    const { leg, warnings } = takePart(tx, open, 'askSuspension', input.legId, { reason, until });
    await tx.save(leg, { suspensionReason: reason.trim(), suspensionUntil: until });
    await followParts(tx, open, {}, { kind: 'askSuspension', legId: leg.id, note: `${reason.trim()}（至${until}）` });
    return { id: input.id, warnings };
  });

/** 同意挂账: the limit stands still with the minutes that are left. */
export const suspendMatter = (ctx: Context, input: PartInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { leg, warnings } = takePart(tx, open, 'suspend', input.legId);
    await tx.save(leg, { state: 'SUSPENDED', suspensions: leg.suspensions + 1 });
    await pauseLimit(tx, leg.id, open.hours);
    await followParts(tx, open, {}, { kind: 'suspend', legId: leg.id, note: leg.suspensionReason });
    return { id: input.id, warnings };
  });

/** 不同意挂账: work goes on within the same limit. */
export const declineSuspension = (ctx: Context, input: PartInput & { readonly reason: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { leg, warnings } = takePart(tx, open, 'declineSuspension', input.legId, { reason: input.reason });
    await tx.save(leg, { suspensionReason: null, suspensionUntil: null });
    await followParts(tx, open, {}, { kind: 'declineSuspension', legId: leg.id, note: input.reason });
    return { id: input.id, warnings };
  });

/** 恢复处置: by the unit. */
export const resumeMatter = (ctx: Context, input: PartInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { leg, warnings } = takePart(tx, open, 'resume', input.legId);
    await resume(tx, open, leg, 'resume');
    return { id: input.id, warnings };
  });

/** The limit runs on from now with the minutes that were left. */
export async function resume(tx: Tx, open: Case, leg: MatterLeg, kind: 'resume' | 'resumeByClock'): Promise<void> {
  await tx.save(leg, { state: 'WORKING', suspensionReason: null, suspensionUntil: null });
  await resumeLimit(tx, leg.id, open.hours);
  await followParts(tx, open, {}, { kind, legId: leg.id });
}

/** 处置完成（单位）: with evidence and an answer; the matter is resolved when all its units have resolved their part. */
export const resolveMatter = (ctx: Context, input: PartInput & ResultInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { answer, evidence } = input;
    const { leg, warnings } = takePart(tx, open, 'resolve', input.legId, { answer, evidence });
    const changes = { answer: answer.trim(), resolvedAt: tx.now, suspensionReason: null, suspensionUntil: null };
    await tx.save(leg, { state: 'RESOLVED', ...changes });
    await endLimits(tx, open.matter, leg.id, true);
    await followParts(tx, open, {}, { kind: 'resolve', legId: leg.id, note: answer, evidence });
    return { id: input.id, warnings };
  });
