import { must, mayOnRow, placeOf } from '@jishi/access';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import {
  memberConfirmed,
  memberLeft,
  memberReclassified,
  memberRecorded,
  memberRestored,
  memberSuspended,
  personCorrected,
} from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import type { Tx } from '@jishi/database';
import type { Context } from '@jishi/subgraph';
import { KnownOrganization, standsIn } from '@jishi/known-register';
import { checkedPerson, codeOf, educations, Person, recordErased, workHostOf, type Education } from '../people';
import { countRosters } from '../rosters';
import { Member, type MemberClass, type OpenStatus } from './membership.entities';
import { recordFrom } from './membership.history';
import {
  branchNotActive,
  datesOutOfOrder,
  holdsNoMembers,
  memberSteps,
  membershipNotOpen,
  suggestedClass,
  type LeaveReason,
  type MemberFacts,
  type SuspensionReason,
} from './membership.rules';

interface Step {
  readonly id: string;
  readonly version: number;
}

export interface RegisterMemberInput {
  readonly personId: string;
  readonly orgId: string;
  readonly joinedOn: CivilDate;
  readonly confirmedOn?: CivilDate | null;
  readonly branchSince?: CivilDate | null;
  readonly memberClass?: MemberClass | null;
}

export interface Entry {
  readonly person: Person;
  readonly branch: KnownOrganization;
  readonly joinedOn: CivilDate;
  readonly confirmedOn: CivilDate | null;
  readonly branchSince: CivilDate;
  readonly memberClass?: MemberClass | null;
  readonly reason: string;
  readonly transferId?: string;
}

/** What a step gives back: which member. The reply of a repeated command is kept, so it holds no facts of a person. */
export interface Done {
  readonly id: string;
}

const refuseIf = (refusal: Refusal | false | undefined): void => {
  if (refusal) throw ruleBroken(refusal);
};

/** 登记入册 (MEM-01): enters somebody who is a member already; admission is another case. */
export const registerMember = (ctx: Context, input: RegisterMemberInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const person = await tx.lock(Person, input.personId);
    const branch = await tx.get(KnownOrganization, input.orgId);
    must(tx.actor, 'members:keep', placeOf(branch), tx.today);
    const { id } = await enterMember(tx, {
      person,
      branch,
      joinedOn: input.joinedOn,
      confirmedOn: input.confirmedOn ?? null,
      branchSince: input.branchSince ?? ctx.today,
      memberClass: input.memberClass,
      reason: 'REGISTERED',
    });
    return { id };
  });

/** Enters a person as a member of a branch; somebody who had moved out of the city is taken up again. */
export async function enterMember(tx: Tx, entry: Entry): Promise<Member> {
  const { person, branch, joinedOn, confirmedOn, branchSince } = entry;
  refuseIf(recordErased(person));
  refuseIf(holdsNoMembers(branch));
  refuseIf(branchNotActive(branch));
  refuseIf(datesOutOfOrder({ today: tx.today, birthDate: person.birthDate, joinedOn, confirmedOn, branchSince }));

  await tx.save(person, { orgId: branch.id, areaCode: branch.areaCode });
  const status: OpenStatus = confirmedOn ? 'FULL' : 'PROBATIONARY';
  const facts = { orgId: branch.id, areaCode: branch.areaCode, status, joinedOn, confirmedOn };
  const memberClass = entry.memberClass ?? suggestedClass({ ...classFactsOf(person, branch), today: tx.today });
  // Who moved out keeps his record; it stands outside every scope of today.
  const former = await tx.unscoped.find(Member, { personId: person.id, status: 'MOVED_OUT' });
  const member = former
    ? await tx.save(await tx.unscoped.lock(Member, former.id), {
        ...facts,
        memberClass,
        ruralFlag: memberClass === 'RURAL',
        suspendedOn: null,
        leftOn: null,
      })
    : await tx.insert(Member, { ...facts, personId: person.id, memberClass, ruralFlag: memberClass === 'RURAL' });

  await stillActive(tx, branch.id);
  await recordFrom(tx, [member.id], branchSince, entry.reason, entry.transferId);
  tx.emit(
    memberRecorded(
      {
        memberId: member.id,
        personId: person.id,
        orgId: branch.id,
        status,
        memberClass: member.memberClass,
        areaCode: branch.areaCode,
        workHost: workHostOf(person),
      },
      standsIn(branch),
    ),
  );
  await countRosters(tx, [branch.id]);
  return member;
}

const classFactsOf = (person: Person, branch: KnownOrganization) => ({
  birthDate: person.birthDate,
  gender: person.gender,
  hasWork: person.workTitle !== null || person.workHostId !== null,
  branchHostKind: branch.hostKind,
});

/** Moves a member and his record to another branch on a day, in the caller's transaction; the rosters are counted by the caller. */
export async function moveMember(tx: Tx, member: Member, to: KnownOrganization, transferId: string): Promise<void> {
  // The record follows the member; whoever may move the member may move it, also where it then leaves his scope.
  const person = await tx.unscoped.lock(Person, member.personId);
  await tx.save(person, { orgId: to.id, areaCode: to.areaCode });
  await tx.save(member, { orgId: to.id, areaCode: to.areaCode });
  await stillActive(tx, to.id);
  await recordFrom(tx, [member.id], tx.today, 'TRANSFERRED', transferId);
}

/** Stamping the row has locked the branch: what its status is now, it stays until this transaction ends (P1). */
async function stillActive(tx: Tx, branchId: string): Promise<void> {
  // The branch was judged before; this only looks whether a closing came in between.
  refuseIf(branchNotActive(await tx.unscoped.get(KnownOrganization, branchId)));
}

const factsOf = (member: Member, tx: Tx): MemberFacts => ({
  state: member.status,
  today: tx.today,
  joinedOn: member.joinedOn,
  suspendedOn: member.suspendedOn,
});
const mayOn = (tx: Tx, member: Member) => (permission: string) => mayOnRow(tx.actor, permission, member, tx.today);

/** 转正: not before the probation is over (member.probation). */
export const confirmMember = (ctx: Context, input: Step & { readonly confirmedOn: CivilDate }): Promise<Done> =>
  ctx.transact(async (tx) => {
    const member = await tx.lock(Member, input.id, input.version);
    const on = input.confirmedOn;
    const { to } = memberSteps.take('confirm', { ...factsOf(member, tx), on }, mayOn(tx, member));
    await tx.save(member, { status: to, confirmedOn: on });
    await recordFrom(tx, [member.id], on, 'CONFIRMED');
    tx.emit(memberConfirmed({ memberId: member.id, orgId: member.orgId, confirmedOn: on }, standsIn(member)));
    await countRosters(tx, [member.orgId]);
    return { id: member.id };
  });

/** 停止党籍: lost contact, settled abroad, or abroad for study beyond the limit. */
export const suspendMember = (
  ctx: Context,
  input: Step & { readonly reason: SuspensionReason; readonly since: CivilDate },
): Promise<Done> =>
  ctx.transact(async (tx) => {
    const member = await tx.lock(Member, input.id, input.version);
    const { reason, since } = input;
    const { to } = memberSteps.take('suspend', { ...factsOf(member, tx), reason, since }, mayOn(tx, member));
    await tx.save(member, { status: to, suspendedOn: tx.today });
    await recordFrom(tx, [member.id], tx.today, reason);
    tx.emit(memberSuspended({ memberId: member.id, orgId: member.orgId, on: tx.today }, standsIn(member)));
    await countRosters(tx, [member.orgId]);
    return { id: member.id };
  });

/** 恢复党籍: found again and checked. */
export const restoreMember = (ctx: Context, input: Step & { readonly reason: string }): Promise<Done> =>
  ctx.transact(async (tx) => {
    const member = await tx.lock(Member, input.id, input.version);
    const { reason } = input;
    const { to } = memberSteps.take('restore', { ...factsOf(member, tx), reason }, mayOn(tx, member));
    await tx.save(member, { status: to, suspendedOn: null });
    await recordFrom(tx, [member.id], tx.today, 'RESTORED');
    tx.emit(memberRestored({ memberId: member.id, orgId: member.orgId, on: tx.today }, standsIn(member)));
    await countRosters(tx, [member.orgId]);
    return { id: member.id };
  });

const departures = { LEFT: 'leave', MOVED_OUT: 'moveOut', DECEASED: 'decease' } as const;

export interface RecordDepartureInput extends Step {
  readonly departure: keyof typeof departures;
  readonly leaveReason?: LeaveReason | null;
  readonly on: CivilDate;
}

/** 减员: the member no longer counts from the day on. */
export const recordDeparture = (ctx: Context, input: RecordDepartureInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const member = await tx.lock(Member, input.id, input.version);
    if (input.departure === 'LEFT' && !input.leaveReason)
      throw invalidInput('leaveReason', { zh: '请填写出党情形', en: 'Say how the member left the Party' });
    const facts = { ...factsOf(member, tx), on: input.on, reason: input.leaveReason ?? undefined };
    memberSteps.take(departures[input.departure], facts, mayOn(tx, member));
    await endMembership(tx, member, input.departure, input.on, input.leaveReason ?? null);
    return { id: member.id };
  });

/** Ends a membership on a day, in the caller's transaction: by a departure, or by the slip of a transfer out of the city. */
export async function endMembership(
  tx: Tx,
  member: Member,
  departure: keyof typeof departures,
  on: CivilDate,
  leaveReason: string | null,
): Promise<void> {
  await tx.save(member, { status: departure, leftOn: on, leaveReason });
  await recordFrom(tx, [member.id], on, departure);
  tx.emit(memberLeft({ memberId: member.id, orgId: member.orgId, reasonClass: departure, on }, standsIn(member)));
  await countRosters(tx, [member.orgId]);
}

export interface CorrectMemberInput extends Step {
  readonly memberClass: MemberClass;
  readonly ruralFlag?: boolean | null;
  readonly inPostFlag?: boolean | null;
  readonly reason: string;
}

/** 调整类别 (MEM-02): the branch corrects what work and age suggested. */
export const correctMember = (ctx: Context, input: CorrectMemberInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const member = await tx.lock(Member, input.id, input.version);
    must(tx.actor, 'members:keep', placeOf(member), tx.today);
    refuseIf(membershipNotOpen(member.status));
    if (!input.reason.trim()) throw invalidInput('reason', { zh: '请填写原因', en: 'Give the reason' });
    const { memberClass, ruralFlag, inPostFlag } = input;
    await tx.save(member, {
      memberClass,
      ruralFlag: ruralFlag ?? member.ruralFlag,
      inPostFlag: inPostFlag ?? member.inPostFlag,
    });
    await recordFrom(tx, [member.id], tx.today, input.reason);
    tx.emit(memberReclassified({ memberId: member.id, memberClass, inPostFlag: member.inPostFlag }, standsIn(member)));
    return { id: member.id };
  });

export interface CorrectPersonInput extends Step {
  readonly name?: string | null;
  readonly citizenId?: string | null;
  readonly education?: Education | null;
  readonly degree?: string | null;
  readonly phone?: string | null;
  readonly workTitle?: string | null;
}

/**
 * 更正人员信息 (MEM-01): what was written wrongly (name, citizen id, phone) was never so, and no table of any day keeps it; a new
 * education counts from today on.
 */
export const correctPerson = (ctx: Context, input: CorrectPersonInput): Promise<Done> =>
  ctx.transact(async (tx) => {
    const person = await tx.lock(Person, input.id, input.version);
    must(tx.actor, 'persons:keep', placeOf(person), tx.today);
    refuseIf(recordErased(person));
    const before = { birthDate: person.birthDate, gender: person.gender, education: person.education };
    await tx.save(person, {
      ...checkedPerson(
        {
          name: input.name ?? person.name,
          citizenId: input.citizenId ?? person.citizenId,
          phone: input.phone ?? person.phone,
        },
        tx.today,
      ),
      education: input.education ? codeOf(educations, input.education) : person.education,
      degree: input.degree ?? person.degree,
      workTitle: input.workTitle ?? person.workTitle,
    });
    const member = await tx.find(Member, { personId: person.id });
    if (member && (person.birthDate !== before.birthDate || person.gender !== before.gender))
      await tx.query('UPDATE member_history SET birth_date = $2, gender = $3 WHERE member_id = $1', [
        member.id,
        person.birthDate,
        person.gender,
      ]);
    if (member && person.education !== before.education) await recordFrom(tx, [member.id], tx.today, 'CORRECTED');
    tx.emit(personCorrected({ personId: person.id, orgId: person.orgId }, standsIn(person)));
    return { id: person.id };
  });
