import { mayOn, must, placeOf, type Place } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { DomainError, invalidInput, ruleBroken, say, type Refusal } from '@jishi/errors';
import {
  changeApproved,
  changeEffective,
  changeRejected,
  changeSubmitted,
  organizationEstablished,
  organizationReopened,
} from '@jishi/event-contracts';
import { system } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import type { Context, DailyRun } from '@jishi/subgraph';
import { KnownRoster } from '../known-rosters';
import {
  aboutOf,
  attachHosts,
  changeOrganization,
  firstHostOf,
  jointHostsOn,
  lockTree,
  othersThan,
  PartyOrganization,
  sameHosts,
  type Host,
} from '../register';
import { judgeSetting } from '../setting-issues';
import { carryOut, readIn, setUpFacts } from './changes.effects';
import { OrganizationChange } from './changes.entities';
import { changeFacts, organizationFacts } from './changes.facts';
import { proposalOf, type ProposeInput } from './changes.proposal';
import { changeSteps, type ChangeFacts } from './changes.rules';
import { organizationSteps } from './organization.rules';

export interface StepInput {
  readonly id: string;
  readonly version?: number | null;
  readonly document?: string | null;
  readonly reason?: string | null;
}
export interface ActivateInput {
  readonly id: string;
  readonly version?: number | null;
  readonly on: CivilDate;
  readonly membersFrom?: string | null;
  readonly memberIds?: readonly string[] | null;
  readonly jointHosts?: readonly { readonly host: Host; readonly fullMembers: number }[] | null;
  readonly projectMonths?: number | null;
}

/** What a step gives back: which record, and what to watch. */
export interface Done {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

/** Proposes a change as a draft (ORG-03). Whoever proposes stands above what is to change. */
export const proposeChange = (ctx: Context, input: ProposeInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const proposed = proposalOf(input);
    const touched = proposed.orgIds.length > 0 ? proposed.orgIds : [proposed.targetSuperiorId!];
    for (const id of touched) {
      const organization = await tx.get(PartyOrganization, id);
      must(tx.actor, 'changes:propose', placeOf(organization), tx.today);
    }
    // The superior to be, or who receives the members, may lie outside the proposer's own scope; the approver answers for both.
    const others = [proposed.targetSuperiorId, proposed.memberPlan?.toOrgId];
    for (const id of others) if (id) await tx.unscoped.get(PartyOrganization, id);
    const { id } = await tx.insert(OrganizationChange, { ...proposed, state: 'DRAFT' });
    return { id, warnings: [] };
  });

/** Where the organisations of a change stand, those it is about first: whoever decides must stand above all of them. */
async function placesOf(tx: Tx, { orgIds, targetSuperiorId, memberPlan }: OrganizationChange): Promise<Place[]> {
  const ids = [...orgIds, targetSuperiorId, memberPlan?.toOrgId].filter((id) => id != null);
  const found = await tx.unscoped.findAll(PartyOrganization, { id: ids });
  const byId = new Map(found.map((organization) => [organization.id, placeOf(organization)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const mayInAll =
  (tx: Tx, places: readonly Place[]) =>
  (permission: string): boolean =>
    places.length > 0 && places.every((place) => mayOn(tx.actor, permission, place, tx.today));

/** Who proposed may submit what he proposed, wherever the superior to be stands. */
const mayFor = (tx: Tx, change: OrganizationChange, places: readonly Place[]) => (permission: string) =>
  permission === 'changes:propose' && change.orgIds.length > 0
    ? mayInAll(tx, places.slice(0, change.orgIds.length))(permission)
    : mayInAll(tx, places)(permission);

async function factsOf(tx: Tx, change: OrganizationChange): Promise<ChangeFacts> {
  const [facts] = await changeFacts(readIn(tx), [change], tx.today as CivilDate);
  return facts!;
}

const eventOf = (change: OrganizationChange) => ({
  changeId: change.id,
  kind: change.kind,
  orgIds: change.orgIds,
  effectiveOn: change.effectiveOn,
});

async function begin(
  tx: Tx,
  { id, version }: StepInput,
): Promise<{ change: OrganizationChange; facts: ChangeFacts; may: (permission: string) => boolean }> {
  const change = await tx.lock(OrganizationChange, id, version ?? undefined);
  await lockTree(tx);
  const places = await placesOf(tx, change);
  return { change, facts: await factsOf(tx, change), may: mayFor(tx, change, places) };
}

/** Submits a draft to the superior; every guard of its kind has its say already (ORG-03). */
export const submitChange = (ctx: Context, input: StepInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const { change, facts, may } = await begin(tx, input);
    const { to, warnings } = changeSteps.take('submitOrganizationChange', facts, may);
    await tx.save(change, { state: to, submittedOn: ctx.today });
    tx.emit(changeSubmitted(eventOf(change)));
    return { id: change.id, warnings };
  });

/** Approves a change; when its day has come it takes effect in the same transaction (ORG-03). */
export const approveChange = (ctx: Context, input: StepInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const { change, facts, may } = await begin(tx, input);
    const { to, warnings } = changeSteps.take('approveOrganizationChange', facts, may);
    await tx.save(change, { state: to, decidedOn: ctx.today, document: input.document ?? change.document });
    tx.emit(changeApproved(eventOf(change)));
    if (change.effectiveOn <= ctx.today) await takeEffect(tx, change, { ...facts, state: to });
    return { id: change.id, warnings };
  });

/** Sends a change back with a reason (ORG-03). */
export const rejectChange = (ctx: Context, input: StepInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const { change, facts, may } = await begin(tx, input);
    const { to } = changeSteps.take('rejectOrganizationChange', { ...facts, reason: input.reason }, may);
    await reject(tx, change, to, input.reason ?? '');
    return { id: change.id, warnings: [] };
  });

async function reject(tx: Tx, change: OrganizationChange, state: 'REJECTED' | string, reason: string): Promise<void> {
  await tx.save(change, {
    state: state as OrganizationChange['state'],
    decidedOn: tx.today as CivilDate,
    decisionReason: reason,
  });
  tx.emit(changeRejected(eventOf(change)));
}

async function takeEffect(tx: Tx, change: OrganizationChange, facts: ChangeFacts): Promise<void> {
  const { to } = changeSteps.take('takeEffect', facts, system);
  const outcome = await carryOut(tx, change);
  await tx.save(change, { ...outcome, state: to });
  tx.emit(changeEffective(eventOf(change)));
}

/**
 * The clock of ORG-03: approved changes take effect on their day. One that the facts no longer allow is rejected with the reason,
 * so that nobody waits for it.
 */
export async function takeDueEffects(run: DailyRun): Promise<void> {
  const due = await run.transact((tx) =>
    tx.query<{ id: string }>(
      `SELECT id FROM organization_change WHERE state = 'APPROVED' AND effective_on <= $1 ORDER BY effective_on, id`,
      [tx.today],
    ),
  );
  for (const { id } of due) {
    try {
      await run.transact(async (tx) => {
        // The clock acts on the approval, for everybody.
        const change = await tx.unscoped.lock(OrganizationChange, id);
        if (change.state !== 'APPROVED') return;
        await lockTree(tx);
        await takeEffect(tx, change, await factsOf(tx, change));
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { wording, params } = error.refusal;
      await run.transact(async (tx) => {
        // As above: the clock sees every change.
        const change = await tx.unscoped.lock(OrganizationChange, id);
        if (change.state !== 'APPROVED') return;
        const reason = say(wording, 'zh', params);
        const { to } = changeSteps.take('lapse', { ...(await factsOf(tx, change)), reason }, system);
        await reject(tx, change, to, reason);
      });
    }
  }
}

/** Makes a prepared organisation active: its founding members and its secretary are there (ORG-03, P2). */
export const activateOrganization = (ctx: Context, input: ActivateInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const organization = await tx.lock(PartyOrganization, input.id, input.version ?? undefined);
    await lockTree(tx);
    const memberIds = [...new Set(input.memberIds ?? [])];
    if (memberIds.length > 0 && !input.membersFrom)
      throw invalidInput('membersFrom', {
        zh: '请说明首批党员由哪个党组织转入',
        en: 'Say from which organisation the first members come',
      });
    if (input.membersFrom) await refuseSource(tx, input.membersFrom);

    const known = (await organizationFacts(readIn(tx), [organization.id], ctx.today)).get(organization.id)!;
    const proposed = (await jointHostsOn(readIn(tx), [organization.id], ctx.today)).get(organization.id);
    const covered = input.jointHosts?.map(({ host }) => host) ?? [];
    const { to, warnings } = organizationSteps.take(
      'activateOrganization',
      {
        ...known,
        on: input.on,
        fullMembers: known.fullMembers + memberIds.length,
        comingIn: memberIds.length,
        jointHosts: input.jointHosts?.map(({ fullMembers }) => fullMembers) ?? null,
        jointHostsDiffer:
          covered.length > 0 && proposed !== undefined && !sameHosts(covered, [firstHostOf(organization), ...proposed]),
        projectMonths: input.projectMonths ?? null,
      },
      (permission) => mayOn(tx.actor, permission, placeOf(organization), tx.today),
    );
    await changeOrganization(tx, organization, { status: to }, input.on, null);
    if (!proposed) await attachHosts(tx, organization.id, othersThan(firstHostOf(organization), covered), input.on);
    const transfersIn =
      input.membersFrom && memberIds.length > 0 ? { fromOrgId: input.membersFrom, memberIds } : undefined;
    tx.emit(
      organizationEstablished(
        {
          ...(await setUpFacts(tx, organization, input.on)),
          activeFrom: input.on,
          ...(transfersIn && { transfersIn }),
        },
        aboutOf(organization),
      ),
    );
    // The numbers of an organisation that the caller has just activated.
    const roster = await tx.unscoped.find(KnownRoster, { orgId: organization.id });
    if (roster && !transfersIn)
      await judgeSetting(tx, organization.id, { full: roster.fullMembers, total: roster.total }, ctx.today);
    return { id: organization.id, warnings };
  });

async function refuseSource(tx: Tx, id: string): Promise<void> {
  // Whoever founds a branch with members of another one stands above both.
  const source = await tx.unscoped.get(PartyOrganization, id);
  must(tx.actor, 'organizations:activate', placeOf(source), tx.today);
  if (source.status === 'ACTIVE' || source.status === 'CLOSING') return;
  throw ruleBroken({
    code: 'ORGANISATION_NOT_ACTIVE',
    field: 'membersFrom',
    wording: { zh: '“{name}”没有可转出的党员', en: '"{name}" has no members to give' },
    params: { name: source.name },
  });
}

/** Withdraws a closing before the first member has left (ORG-03). */
export const withdrawClosing = (ctx: Context, input: StepInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const organization = await tx.lock(PartyOrganization, input.id, input.version ?? undefined);
    await lockTree(tx);
    const known = (await organizationFacts(readIn(tx), [organization.id], ctx.today)).get(organization.id)!;
    const { to, warnings } = organizationSteps.take('withdrawClosing', known, (permission) =>
      mayOn(tx.actor, permission, placeOf(organization), tx.today),
    );
    await changeOrganization(tx, organization, { status: to, mergedIntoId: null }, ctx.today, null);
    tx.emit(organizationReopened({ orgId: organization.id, effectiveOn: ctx.today }, aboutOf(organization)));
    // The numbers of an organisation that the caller has just reopened.
    const roster = await tx.unscoped.find(KnownRoster, { orgId: organization.id });
    if (roster) await judgeSetting(tx, organization.id, { full: roster.fullMembers, total: roster.total }, ctx.today);
    return { id: organization.id, warnings };
  });
