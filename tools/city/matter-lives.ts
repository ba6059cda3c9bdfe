import type { TimeLimit } from '@jishi/periods';
import type { Office } from './departments';
import { limitOf, type Type } from './matter-types';
import type { Chance } from './random';
import type { WorkingClock } from './working-clock';

export type MatterState =
  | 'REPORTED'
  | 'REJECTED'
  | 'ACCEPTED'
  | 'SELF_HANDLING'
  | 'ESCALATED'
  | 'TRIAGED'
  | 'DISPATCHED'
  | 'WORKING'
  | 'SUSPENDED'
  | 'RESOLVED'
  | 'FEEDBACK'
  | 'REOPENED'
  | 'CLOSED'
  | 'VOID';
type ClockStep = 'accept' | 'handle' | 'triage' | 'answer' | 'resolve' | 'feedback' | 'close';

/** A step that was taken. All moments are milliseconds. */
export interface Action {
  readonly kind: string;
  readonly from: MatterState | null;
  readonly to: MatterState;
  readonly at: number;
  readonly leg: Leg | null;
  readonly note: string | null;
  readonly evidence: boolean;
}

/** A unit's part. */
export interface Leg {
  readonly ordinal: number;
  readonly unit: Office;
  readonly binding: boolean;
  readonly dispatchedAt: number;
  round: number;
  state: 'DISPATCHED' | 'WORKING' | 'SUSPENDED' | 'RESOLVED' | 'REOPENED' | 'TRIAGED';
  suspensions: number;
  suspension: { readonly reason: string; readonly until: string } | null;
  resolvedAt: number | null;
}

/** The limit of a step; runs while `to` is null, stands still while `due` is null too. */
export interface Limit {
  readonly step: ClockStep;
  readonly unit: TimeLimit['unit'];
  readonly leg: Leg | null;
  readonly rework: boolean;
  readonly from: number;
  due: number | null;
  provisional: boolean;
  to: number | null;
  inTime: boolean | null;
  solved: boolean;
  pausedAt: number | null;
  minutesLeft: number | null;
  pausedMinutes: number;
}

/** What became of a matter up to now. */
export interface Life {
  state: MatterState;
  readonly reportedAt: number;
  acceptedAt: number | null;
  resolvedAt: number | null;
  askedAt: number | null;
  closedAt: number | null;
  /** Working minutes from report to close, without the time for which it stood still. */
  minutes: number | null;
  owner: Office | null;
  round: number;
  refused: number;
  returned: number;
  reopened: number;
  rating: number | null;
  readonly actions: Action[];
  readonly legs: Leg[];
  readonly limits: Limit[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export interface Circumstances {
  readonly luck: Chance;
  readonly clock: WorkingClock;
  readonly type: Type;
  readonly reportedAt: number;
  /** Nothing happens after it. */
  readonly now: number;
  /** Who answers for the type, then others of the county, to which it may be sent first by mistake. */
  readonly offices: readonly Office[];
}

/**
 * The life of a matter from its report up to now, step by step as the state machine of grids takes it: the same words, limits that
 * begin and end with the same steps, days and hours on which offices work. Some are late, given back, suspended or opened again.
 */
export function livedSince({ luck, clock, type, reportedAt, now, offices }: Circumstances): Life {
  const life: Life = {
    state: 'REPORTED',
    reportedAt,
    acceptedAt: null,
    resolvedAt: null,
    askedAt: null,
    closedAt: null,
    minutes: null,
    owner: null,
    round: 0,
    refused: 0,
    returned: 0,
    reopened: 0,
    rating: null,
    actions: [],
    legs: [],
    limits: [],
  };
  let at = reportedAt;
  const act = (kind: string, to: MatterState, leg: Leg | null = null, note: string | null = null): void => {
    const evidence = kind === 'finish' || kind === 'resolve';
    const first = life.actions.length === 0;
    life.actions.push({ kind, from: first ? null : life.state, to, at, leg, note, evidence });
    life.state = to;
  };
  const minutesOf = ({ unit, amount }: TimeLimit): number =>
    unit === 'WORKING_DAYS' ? amount * clock.minutesOfDay : amount;
  /** So much of a limit later, in working time; natural hours run day and night. */
  const after = (from: number, limit: TimeLimit, share: number): number =>
    limit.unit === 'NATURAL_HOURS'
      ? from + Math.max(5, Math.round(share * limit.amount * 60)) * minute
      : clock.add(from, Math.max(3, Math.round(share * minutesOf(limit))));
  /** Mostly within the limit, now and then far beyond it. */
  const pace = (): number => 0.1 + luck.next() * 0.75 + (luck.happens(0.06) ? 0.6 + luck.next() * 1.6 : 0);
  const begin = (step: ClockStep, leg: Leg | null = null, rework = false): Limit => {
    const { unit, amount } = limitOf(type, step);
    const from = step === 'close' ? clock.startOfDay(at) + 8 * day : at;
    const { at: due, provisional } = clock.due(from, { unit, amount });
    const limit: Limit = {
      step,
      unit,
      leg,
      rework,
      from: at,
      due,
      provisional,
      to: null,
      inTime: null,
      solved: false,
      pausedAt: null,
      minutesLeft: null,
      pausedMinutes: 0,
    };
    life.limits.push(limit);
    return limit;
  };
  /** The platform tells once that a limit has passed, some minutes after it. */
  const tellPassed = ({ due, step, leg }: Limit, until: number): void => {
    if (due === null || due + 5 * minute >= until) return;
    const told = due + 5 * minute;
    if (life.actions.some((action) => action.kind === 'overdue' && action.at === told)) return;
    life.actions.push({
      kind: 'overdue',
      from: life.state,
      to: life.state,
      at: told,
      leg,
      note: step,
      evidence: false,
    });
  };
  /** Something happens within a limit that goes on running; false when that still lies ahead. */
  const within = (limit: Limit, moment: number): boolean => {
    tellPassed(limit, Math.min(moment, now));
    if (moment > now) return false;
    at = moment;
    return true;
  };
  const end = (limit: Limit, moment: number, solved = false): boolean => {
    const ends = Math.max(moment, at + minute);
    if (!within(limit, ends)) return false;
    limit.to = ends;
    limit.inTime = limit.due === null || ends <= limit.due;
    limit.solved = solved;
    return true;
  };

  const accepting = (): boolean => {
    act('report', 'REPORTED');
    const accept = begin('accept');
    if (!end(accept, after(at, limitOf(type, 'accept'), pace()))) return false;
    if (luck.happens(0.025)) {
      act('reject', 'REJECTED', null, 'UNCLEAR：现场未发现所报情形');
      return false;
    }
    life.acceptedAt = at;
    act('accept', 'ACCEPTED');
    return true;
  };

  const handledHere = (rework: boolean): boolean => {
    const handle = begin('handle', null, rework);
    const done = after(at, limitOf(type, 'handle'), pace());
    if (!rework && luck.happens(0.008)) {
      if (!end(handle, clock.add(at, 30))) return false;
      act('void', 'VOID', null, '重复录入');
      return false;
    }
    if (!within(handle, clock.add(at, luck.between(2, 8)))) return false;
    act('take', 'SELF_HANDLING');
    if (!end(handle, done, true)) return false;
    life.resolvedAt = at;
    act('finish', 'RESOLVED', null, `已处置：${type.name}已解决`);
    return true;
  };

  const dispatchTo = (unit: Office, triage: Limit, binding: boolean): Leg | null => {
    if (!end(triage, after(at, limitOf(type, 'triage'), pace() * 0.6))) return null;
    life.round += 1;
    const leg: Leg = {
      ...{ ordinal: life.legs.length, unit, binding, dispatchedAt: at, round: life.round, state: 'DISPATCHED' },
      ...{ suspensions: 0, suspension: null, resolvedAt: null },
    };
    life.legs.push(leg);
    act('dispatch', 'DISPATCHED');
    return leg;
  };

  /** The street grades it and sends it to a unit, which may give it back once. */
  const sentUp = (): Leg | null => {
    const handle = begin('handle');
    if (!end(handle, after(at, limitOf(type, 'handle'), 0.01 + luck.next() * 0.06))) return null;
    act('escalate', 'ESCALATED', null, '网格、社区无力处置');
    let triage = begin('triage');
    if (!within(triage, after(at, limitOf(type, 'triage'), 0.1 + luck.next() * 0.3))) return null;
    const [owner, other] = offices as readonly [Office, Office];
    life.owner = owner;
    act('triage', 'TRIAGED');
    const mistaken = luck.next();
    if (mistaken < 0.04) {
      const leg = dispatchTo(other, triage, false);
      if (!leg) return null;
      const answer = begin('answer', leg);
      if (!end(answer, clock.add(at, luck.between(20, 200)))) return null;
      const kind = mistaken < 0.03 ? 'return' : 'refuse';
      if (kind === 'return') life.returned += 1;
      else life.refused += 1;
      leg.state = 'TRIAGED';
      act(kind, 'TRIAGED', leg, '不属本单位职责');
      triage = begin('triage');
    }
    return dispatchTo(owner, triage, life.refused > 0);
  };

  /** A suspension; gives the moment from which work goes on, or null while it lies ahead. */
  const suspended = (resolve: Limit, leg: Leg): boolean => {
    const asked = after(at, limitOf(type, 'resolve'), 0.15);
    const agreed = clock.add(asked, 40);
    if (resolve.due === null || agreed >= resolve.due) return true;
    const until = clock.startOfDay(agreed) + luck.between(3, 25) * day;
    const reason = luck.pick(['等待配件到货', '等待产权单位确认', '雨天无法施工', '等待专项资金批复']);
    if (!within(resolve, asked)) return false;
    leg.suspension = { reason, until: clock.dateOf(until) };
    act('askSuspension', 'WORKING', leg, `${reason}（至${leg.suspension.until}）`);
    if (!within(resolve, agreed)) return false;
    resolve.minutesLeft =
      resolve.unit === 'NATURAL_HOURS' ? Math.ceil((resolve.due - at) / minute) : clock.between(at, resolve.due);
    Object.assign(leg, { suspensions: 1, state: 'SUSPENDED' });
    Object.assign(resolve, { due: null, pausedAt: at });
    act('suspend', 'SUSPENDED', leg, reason);
    if (!within(resolve, until + 10 * minute)) return false;
    const left = resolve.minutesLeft;
    Object.assign(resolve, {
      due: resolve.unit === 'NATURAL_HOURS' ? at + left * minute : clock.add(at, left),
      pausedMinutes: clock.between(resolve.pausedAt!, at),
      pausedAt: null,
      minutesLeft: null,
    });
    Object.assign(leg, { suspension: null, state: 'WORKING' });
    act('resumeByClock', 'WORKING', leg);
    return true;
  };

  const handledByUnit = (leg: Leg, rework: boolean): boolean => {
    const answer = begin('answer', leg, rework);
    if (!end(answer, after(at, limitOf(type, 'answer'), pace()))) return false;
    leg.state = 'WORKING';
    act('start', 'WORKING', leg);
    const resolve = begin('resolve', leg, rework);
    if (!rework && luck.happens(0.06) && !suspended(resolve, leg)) return false;
    if (!end(resolve, after(at, limitOf(type, 'resolve'), pace() * (resolve.pausedMinutes > 0 ? 0.7 : 1)), true))
      return false;
    Object.assign(leg, { state: 'RESOLVED', resolvedAt: at });
    life.resolvedAt = at;
    act('resolve', 'RESOLVED', leg, `${type.name}已处置完毕`);
    return true;
  };

  /** The reporter is asked; true when he wants it done again. */
  const notSatisfied = (): boolean => {
    const feedback = begin('feedback');
    if (!end(feedback, after(at, limitOf(type, 'feedback'), pace()))) return false;
    life.askedAt = at;
    act('ask', 'FEEDBACK', null, '电话回访');
    const close = begin('close');
    const again = luck.happens(life.reopened === 0 ? 0.035 : 0.12) && life.reopened < 2;
    const rating = luck.happens(0.7) ? luck.pick([5, 5, 5, 4, 4, 3, 2]) : null;
    // Without an answer it may be closed after seven days of silence, on the next day of work.
    const silent = clock.add(clock.startOfDay(at) + 8 * day, luck.between(10, 300));
    if (!end(close, again || rating !== null ? clock.add(at, luck.between(30, 900)) : silent)) return false;
    if (again) return true;
    const stood = Math.max(0, ...life.limits.map(({ pausedMinutes }) => pausedMinutes));
    Object.assign(life, { rating, closedAt: at, minutes: Math.max(0, clock.between(reportedAt, at) - stood) });
    act('close', 'CLOSED', null, `已处置：${type.name}已解决`);
    return false;
  };

  const reopen = (leg: Leg | null): void => {
    life.reopened += 1;
    Object.assign(life, { resolvedAt: null, askedAt: null });
    if (leg) {
      life.round += 1;
      Object.assign(leg, { state: 'REOPENED', round: life.round, resolvedAt: null });
    }
    act('reopen', 'REOPENED', null, '问题没有彻底解决');
  };

  const live = (): void => {
    if (!accepting()) return;
    const here = type.level === 'GRID' || type.level === 'COMMUNITY' || offices.length < 2;
    const leg = here ? null : sentUp();
    if (!here && !leg) return;
    for (let rework = false; ; rework = true) {
      if (!(leg ? handledByUnit(leg, rework) : handledHere(rework))) return;
      if (!notSatisfied()) return;
      reopen(leg);
    }
  };
  live();
  const running = life.limits.at(-1);
  if (running && running.to === null) tellPassed(running, now);
  return life;
}
