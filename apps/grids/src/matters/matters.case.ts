import { mayAnywhere, mayOn, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, notAllowed, type Refusal } from '@jishi/errors';
import { system } from '@jishi/lifecycles';
import { workingMinutesBetween, type WorkHours } from '@jishi/periods';
import { editionOf, mayFor, officesByIds, type Office, type TypeInForce } from '../matter-types';
import { beginLimit, daysSince, endLimits, shownLimit, type Began } from './matters.clock';
import { Matter, MatterLeg } from './matters.entities';
import type { MatterFacts } from './matters.guards';
import { hoursOf, type Read } from './matters.hours';
import { matterSteps, stateOfParts, type MatterStep } from './matters.rules';
import { tell, writeDown, type Said } from './matters.told';

/** One step of a matter, which the caller saw in this version. */
export interface StepInput {
  readonly id: string;
  readonly version: number;
}

/** What a step gives back: which matter, and what to watch. */
export interface StepDone {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

/** A matter that is being worked on in a transaction, with everything that decides its steps. */
export interface Case {
  readonly matter: Matter;
  readonly type: TypeInForce;
  readonly hours: WorkHours;
  /** Parts of units, oldest first. */
  readonly legs: readonly MatterLeg[];
  readonly offices: ReadonlyMap<string, Office>;
  /** When the limit of a part ends, by the part's id; absent while none runs. */
  readonly dues: ReadonlyMap<string, Date>;
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Locks a matter of the caller's place, or one that was sent to the caller's unit. NOT_FOUND, STALE_VERSION. */
export async function openCase(
  tx: Tx,
  { id, version }: { readonly id: string; readonly version?: number },
): Promise<Case> {
  const handles = mayAnywhere(tx.actor, 'matters:work', tx.today) && isUuid(id);
  const sentToCaller = handles && (await tx.find(MatterLeg, { matterId: id })) !== null;
  // Outside the place of the unit's people: the dispatch gives the authority.
  const matter = sentToCaller ? await tx.unscoped.lock(Matter, id, version) : await tx.lock(Matter, id, version);
  return caseOf(tx, matter);
}

/** The same for the clock, which has locked the matter. */
export async function caseOf(tx: Tx, matter: Matter): Promise<Case> {
  // Who may take a step of a matter may know which units have a part in it.
  const legs = await tx.unscoped.findAll(MatterLeg, { matterId: matter.id }, { round: 'ASC', id: 'ASC' });
  const offices = await officesByIds(
    tx.query,
    legs.map(({ unitId }) => unitId),
  );
  return {
    matter,
    legs,
    offices: new Map(offices.map((office) => [office.id, office])),
    dues: new Map((await duesOf(tx.query, [matter.id])).map(({ legId, dueAt }) => [legId, dueAt])),
    type: await editionOf(tx, matter.typeCode, matter.typeEdition),
    hours: await hoursOf(tx.query, matter.areaCode.slice(0, 6)),
  };
}

/** When the limits of the parts of these matters end. */
export const duesOf = (read: Read, matterIds: readonly string[]) =>
  read<{ readonly legId: string; readonly dueAt: Date }>(
    `SELECT leg_id AS "legId", due_at AS "dueAt" FROM matter_step
     WHERE matter_id = ANY($1) AND leg_id IS NOT NULL AND ended_at IS NULL AND due_at IS NOT NULL`,
    [matterIds],
  );

/** The parts of the last dispatch. */
export const partsNow = ({ matter, legs }: Pick<Case, 'matter' | 'legs'>): readonly MatterLeg[] =>
  legs.filter(({ round }) => round === matter.round);

/** A unit's part as the table of steps considers it. */
export type Part = Pick<
  MatterLeg,
  | 'id'
  | 'unitId'
  | 'round'
  | 'state'
  | 'binding'
  | 'dispatchedAt'
  | 'suspensions'
  | 'suspensionReason'
  | 'suspensionUntil'
>;

/** What decides the steps of a matter. */
export interface Considered extends Pick<Case, 'hours' | 'dues'> {
  readonly matter: Pick<Matter, 'state' | 'level' | 'reopened' | 'dueAt' | 'askedAt'>;
  readonly legs: readonly Part[];
}

/** What the table of steps looks at: of the matter, or of one part of it. */
export function factsOf(
  { matter, legs, hours, dues }: Considered,
  leg: Part | null,
  { today, now }: Pick<Tx, 'today' | 'now'>,
): MatterFacts {
  const dueAt = leg ? dues.get(leg.id) : matter.dueAt;
  return {
    // Nothing is done in a part of a matter that has ended: a void one keeps its parts as they were.
    state: leg && !matterSteps.isFinal(matter.state) ? leg.state : matter.state,
    today,
    level: matter.level,
    reopened: matter.reopened,
    handledByUnits: legs.length > 0,
    limitPassed: dueAt != null && dueAt < now,
    daysAsked: daysSince(matter.askedAt, now),
    ...(leg && {
      binding: leg.binding,
      returnedBefore: legs.some(
        ({ id, unitId, state }) => id !== leg.id && unitId === leg.unitId && state === 'TRIAGED',
      ),
      minutesSinceDispatch: workingMinutesBetween(leg.dispatchedAt, now, hours),
      suspensions: leg.suspensions,
      suspensionAsked: leg.state === 'WORKING' && leg.suspensionReason !== null,
      suspensionUntil: leg.suspensionUntil,
    }),
  };
}

/** May the caller do this with the matter, or with a unit's part of it? */
export const mayTake =
  (actor: Tx['actor'], matter: Pick<Matter, 'areaCode'>, office: Office | undefined, today: Tx['today']) =>
  (permission: string): boolean =>
    permission === 'matters:work'
      ? office !== undefined && mayFor(actor, permission, office, today)
      : mayOn(actor, permission, placeOf(matter), today);

/** Takes a step of the matter itself, or says why not. */
export function take(tx: Tx, open: Case, step: MatterStep, given: Partial<MatterFacts> = {}) {
  const may = tx.actor.system ? system : mayTake(tx.actor, open.matter, undefined, tx.today);
  return matterSteps.take(step, { ...factsOf(open, null, tx), ...given }, may);
}

/**
 * The part that a step is about: the one named, else the only one of the last dispatch that the caller acts for, else the only
 * undone one. LEG_MISSING when several could be meant.
 */
export function partFor(tx: Tx, open: Case, step: MatterStep, legId?: string | null): MatterLeg | null {
  const parts = partsNow(open);
  if (legId) {
    const named = parts.find(({ id }) => id === legId);
    if (named) return named;
    throw invalidInput('legId', {
      zh: '没有这个派单，或已不是当前一轮',
      en: 'There is no such part in the last dispatch',
    });
  }
  const own = parts.filter(({ unitId }) =>
    mayTake(tx.actor, open.matter, open.offices.get(unitId), tx.today)('matters:work'),
  );
  const undone = parts.filter(({ state }) => state !== 'RESOLVED' && state !== 'TRIAGED');
  const asked = parts.filter(({ suspensionReason }) => suspensionReason !== null);
  const byStreet = step === 'suspend' || step === 'declineSuspension';
  const choice = byStreet ? (asked.length > 0 ? asked : undone) : own.length > 0 ? own : undone;
  if (choice.length > 1)
    throw invalidInput(
      'legId',
      { zh: '协同派单有多个承办单位，请指明是哪一个', en: 'Several units have a part in this matter: say which' },
      { code: 'LEG_MISSING' },
    );
  return choice[0] ?? null;
}

/** Takes a step of a unit's part, or says why not. */
export function takePart(
  tx: Tx,
  open: Case,
  step: MatterStep,
  legId: string | null | undefined,
  given: Partial<MatterFacts> = {},
) {
  const leg = partFor(tx, open, step, legId);
  const may = tx.actor.system
    ? system
    : mayTake(tx.actor, open.matter, leg ? open.offices.get(leg.unitId) : undefined, tx.today);
  const taken = matterSteps.take(step, { ...factsOf(open, leg, tx), ...given }, may);
  if (!leg) throw notAllowed('matters:work');
  return { leg, ...taken };
}

/**
 * Ends a step of the matter itself: its limit ends, the next begins, the matter shows its new limit, the step is written down and
 * told.
 */
export async function settle(
  tx: Tx,
  open: Case,
  changes: Partial<Matter>,
  said: Omit<Said, 'from' | 'to'>,
  { next = null, units }: { readonly next?: Began | null; readonly units?: readonly string[] } = {},
): Promise<void> {
  const { matter } = open;
  const from = matter.state;
  await endLimits(tx, matter, null, said.kind === 'finish');
  if (next) await beginLimit(tx, matter, next, open.type, open.hours);
  await show(tx, open, from, changes, said, units);
}

/** A step within the limit that runs already: accepting began the time for handling, sending up that for grading and dispatch. */
export async function withinLimit(
  tx: Tx,
  { matter }: Case,
  changes: Partial<Matter>,
  said: Omit<Said, 'from' | 'to'>,
): Promise<void> {
  const from = matter.state;
  await tx.save(matter, changes);
  await writeDown(tx, matter, { ...said, from, to: matter.state });
  tell(tx, matter, said.kind);
}

/** The matter follows its parts after one of them has changed: its state, its limit, its history, its event. */
export async function followParts(
  tx: Tx,
  open: Case,
  changes: Partial<Matter>,
  said: Omit<Said, 'from' | 'to'>,
): Promise<void> {
  const { matter } = open;
  const from = matter.state;
  const state = stateOfParts(partsNow(open).map((leg) => leg.state));
  if (state === 'TRIAGED') await beginLimit(tx, matter, { step: 'triage' }, open.type, open.hours);
  if (state === 'RESOLVED') await beginLimit(tx, matter, { step: 'feedback' }, open.type, open.hours);
  const resolved = state === 'RESOLVED' ? { resolvedAt: tx.now, answer: answerOf(open) } : {};
  await show(tx, open, from, { state, ...resolved, ...changes }, said);
}

/** What the units answered, each in its turn; the last answer of a unit counts. */
function answerOf({ legs }: Case): string {
  const answers = new Map(
    legs.flatMap(({ unitId, state, answer }) => (state === 'RESOLVED' && answer ? [[unitId, answer]] : [])),
  );
  return [...answers.values()].join('\n');
}

async function show(
  tx: Tx,
  { matter }: Case,
  from: Matter['state'],
  changes: Partial<Matter>,
  said: Omit<Said, 'from' | 'to'>,
  units?: readonly string[],
): Promise<void> {
  const limit = await shownLimit(tx, matter);
  await tx.save(matter, { ...changes, ...limit });
  await writeDown(tx, matter, { ...said, from, to: matter.state });
  tell(tx, matter, said.kind, units);
}
