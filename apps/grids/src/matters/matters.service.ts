import type { Context } from '@jishi/subgraph';
import { openCase, settle, take, withinLimit, type StepDone, type StepInput } from './matters.case';
import { beginLimit, dropLimits, endLimits, minutesTaken, shownLimit } from './matters.clock';
import { Matter } from './matters.entities';
import { tell, writeDown } from './matters.told';

// The steps of the community and the grid, and those with a matter as a whole.

/** 受理: within the limit, by the community (GRD-09). */
export const acceptMatter = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { to, warnings } = take(tx, open, 'accept');
    const changes = { state: to, acceptedAt: tx.now };
    await settle(tx, open, changes, { kind: 'accept' }, { next: { step: 'handle' } });
    return { id: input.id, warnings };
  });

export type RejectInput = StepInput & { readonly reason: string; readonly note: string };

/** 不予受理: with a coded reason, which the reporter was told. */
export const rejectMatter = (ctx: Context, input: RejectInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { to, warnings } = take(tx, open, 'reject', { reason: input.reason, note: input.note });
    await settle(tx, open, { state: to }, { kind: 'reject', note: `${input.reason}：${input.note}` });
    return { id: input.id, warnings };
  });

/** 自行处置: by the grid or the community. */
export const takeMatter = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { to, warnings } = take(tx, open, 'take');
    await withinLimit(tx, open, { state: to }, { kind: 'take' });
    return { id: input.id, warnings };
  });

export type NoteInput = StepInput & { readonly note: string };

/** 上交街道: what the community cannot solve, with a summary of what was tried. */
export const escalateMatter = (ctx: Context, input: NoteInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { to, warnings } = take(tx, open, 'escalate', { note: input.note });
    await settle(tx, open, { state: to }, { kind: 'escalate', note: input.note }, { next: { step: 'triage' } });
    return { id: input.id, warnings };
  });

export type ResultInput = StepInput & { readonly answer: string; readonly evidence: readonly string[] };

/** 处置完成（网格、社区）: with evidence and an answer. */
export const finishMatter = (ctx: Context, input: ResultInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { answer, evidence } = input;
    const { to, warnings } = take(tx, open, 'finish', { answer, evidence });
    const changes = { state: to, resolvedAt: tx.now, answer: answer.trim() };
    await settle(tx, open, changes, { kind: 'finish', note: answer, evidence }, { next: { step: 'feedback' } });
    return { id: input.id, warnings };
  });

/** 回访: asks the reporter, or checks on the spot; the note says which. */
export const askReporter = (ctx: Context, input: NoteInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { to, warnings } = take(tx, open, 'ask', { note: input.note });
    const changes = { state: to, askedAt: tx.now };
    await settle(tx, open, changes, { kind: 'ask', note: input.note }, { next: { step: 'close' } });
    return { id: input.id, warnings };
  });

export type CloseInput = StepInput & { readonly answer?: string | null; readonly rating?: number | null };

/** 办结: with the answer given, and a rating or days of silence. */
export const closeMatter = (ctx: Context, input: CloseInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const answer = input.answer?.trim() || open.matter.answer;
    const rating = input.rating ?? null;
    const { to, warnings } = take(tx, open, 'close', { answer, rating });
    const minutes = await minutesTaken(tx, open.matter, open.hours);
    await settle(tx, open, { state: to, answer, rating, closedAt: tx.now, minutes }, { kind: 'close', note: answer });
    return { id: input.id, warnings };
  });

export type ReasonInput = StepInput & { readonly reason: string };

/** 退回重办: the reporter is not satisfied; whoever handled it handles it again. */
export const reopenMatter = (ctx: Context, input: ReasonInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { matter } = open;
    const { to, warnings } = take(tx, open, 'reopen', { reason: input.reason });
    const round = matter.round + 1;
    const latest = new Map(open.legs.filter(({ state }) => state === 'RESOLVED').map((leg) => [leg.unitId, leg]));
    await endLimits(tx, matter, null);
    for (const leg of latest.values()) {
      await tx.save(leg, { state: 'REOPENED', round, resolvedAt: null });
      const began = { step: 'answer', legId: leg.id, unitId: leg.unitId, rework: true } as const;
      await beginLimit(tx, matter, began, open.type, open.hours);
    }
    if (latest.size === 0) await beginLimit(tx, matter, { step: 'handle', rework: true }, open.type, open.hours);
    await tx.save(matter, {
      state: to,
      reopened: matter.reopened + 1,
      round: latest.size > 0 ? round : matter.round,
      resolvedAt: null,
      askedAt: null,
      ...(await shownLimit(tx, matter)),
    });
    await writeDown(tx, matter, { kind: 'reopen', from: 'FEEDBACK', to, note: input.reason });
    tell(tx, matter, 'reopen');
    return { id: input.id, warnings };
  });

/** 街道决定: after the last reopening the street closes the matter, or takes it back for another dispatch. */
export const decideMatter = (ctx: Context, input: ReasonInput & { readonly close: boolean }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const step = input.close ? 'decideClosed' : 'decideAgain';
    const { to, warnings } = take(tx, open, step, { reason: input.reason });
    const said = { kind: step, note: input.reason } as const;
    if (input.close) {
      const minutes = await minutesTaken(tx, open.matter, open.hours);
      await settle(tx, open, { state: to, closedAt: tx.now, minutes }, said);
    } else {
      // What a grid or community did not solve is the street's from now on.
      const { level } = open.matter;
      const raised = level === 'GRID' || level === 'COMMUNITY' ? 'STREET' : level;
      const changes = { state: to, level: raised, askedAt: null, resolvedAt: null } as const;
      await settle(tx, open, changes, said, { next: { step: 'triage' } });
    }
    return { id: input.id, warnings };
  });

/** 合并: a matter of the same cause ends in another that is open. */
export const mergeMatter = (ctx: Context, input: StepInput & { readonly intoId: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const target = await tx.get(Matter, input.intoId);
    const facts = {
      itself: target.id === open.matter.id,
      open: !['REJECTED', 'CLOSED', 'MERGED', 'VOID'].includes(target.state),
      sameType: target.typeCode === open.matter.typeCode,
    };
    const { to, warnings } = take(tx, open, 'merge', { target: facts });
    await dropLimits(tx, open.matter, 'running');
    await settle(tx, open, { state: to, mergedInto: target.id }, { kind: 'merge', note: target.no });
    return { id: input.id, warnings };
  });

/** 作废: a case that should not have been one; no figure counts it. */
export const voidMatter = (ctx: Context, input: ReasonInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const open = await openCase(tx, input);
    const { to, warnings } = take(tx, open, 'void', { reason: input.reason });
    await dropLimits(tx, open.matter, 'all');
    await settle(tx, open, { state: to }, { kind: 'void', note: input.reason });
    return { id: input.id, warnings };
  });
