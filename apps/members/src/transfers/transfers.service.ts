import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import * as events from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { KnownOrganization } from '@jishi/known-register';
import { datesOutOfOrder, endMembership, enterMember, Member, membershipNotOpen, moveMember } from '../membership';
import { Person, recordErased } from '../people';
import { countRosters } from '../rosters';
import { Transfer, type TransferScope } from './transfers.entities';
import { moveOf, toldOf } from './transfers.events';
import { nextLetterNo } from './transfers.letters';
import {
  alreadyAMember,
  lastDayOf,
  receiverRefused,
  transferSteps,
  validityOf,
  type TransferFacts,
} from './transfers.rules';
import { factsOf, mayOnSide, sidesOf } from './transfers.sides';

/** One step of a transfer, which the caller saw in this version. */
export interface StepInput {
  readonly id: string;
  readonly version: number;
}

/** What a step gives back: which transfer, and what to watch. */
export interface StepDone {
  readonly id: string;
  readonly warnings: readonly Refusal[];
}

export interface OpenTransferInput {
  readonly scope: TransferScope;
  readonly memberId?: string | null;
  readonly personId?: string | null;
  readonly toOrgId?: string | null;
  readonly outsideName?: string | null;
  readonly reason: string;
  readonly validDays?: number | null;
  readonly joinedOn?: CivilDate | null;
  readonly confirmedOn?: CivilDate | null;
}

/** 发起: by the source branch, or by the receiving branch for somebody from outside the city. */
export const openTransfer = (ctx: Context, input: OpenTransferInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const validDays = validityOf(input.validDays, input.scope, tx.today);
    const who = input.scope === 'IN' ? await somebodyFromOutside(tx, input) : await ownMember(tx, input);
    const transfer = await tx.insert(Transfer, {
      ...who,
      scope: input.scope,
      reason: input.reason,
      outsideName: input.scope === 'INSIDE' ? null : given(input, 'outsideName'),
      validDays,
      state: 'DRAFT',
      openedOn: tx.today,
    });
    tx.emit(events.transferOpened(toldOf(transfer, tx.today)));
    return { id: transfer.id, warnings: [] };
  });

async function ownMember(tx: Tx, input: OpenTransferInput): Promise<Partial<Transfer>> {
  const member = await tx.lock(Member, given(input, 'memberId'));
  must(tx.actor, 'transfers:open', placeOf(member), tx.today);
  refuseIf(membershipNotOpen(member.status));
  const sent = { personId: member.personId, memberId: member.id, fromOrgId: member.orgId };
  if (input.scope === 'OUT') return sent;
  // Any branch of the city may be named as the receiver; it decides for itself.
  const receiver = await tx.unscoped.get(KnownOrganization, given(input, 'toOrgId'));
  refuseIf(receiverRefused(receiver, member.orgId));
  return { ...sent, toOrgId: receiver.id };
}

async function somebodyFromOutside(tx: Tx, input: OpenTransferInput): Promise<Partial<Transfer>> {
  const receiver = await tx.get(KnownOrganization, given(input, 'toOrgId'));
  must(tx.actor, 'transfers:open', placeOf(receiver), tx.today);
  refuseIf(receiverRefused(receiver, null));
  const person = await tx.get(Person, given(input, 'personId'));
  refuseIf(recordErased(person));
  // A former member's record stands where he left; only that it is closed matters here.
  const former = await tx.unscoped.find(Member, { personId: person.id });
  refuseIf(former !== null && former.status !== 'MOVED_OUT' && alreadyAMember);
  const joinedOn = given(input, 'joinedOn');
  const confirmedOn = input.confirmedOn ?? null;
  const { today } = tx;
  refuseIf(datesOutOfOrder({ today, birthDate: person.birthDate, joinedOn, confirmedOn, branchSince: today }));
  return {
    personId: person.id,
    toOrgId: receiver.id,
    incomingJoinedOn: joinedOn,
    incomingConfirmedOn: confirmedOn,
  };
}

export interface IssueTransferInput extends StepInput {
  readonly duesSettled: boolean;
  readonly letterNo?: string | null;
  readonly issuedOn?: CivilDate | null;
}

/** 开具介绍信: by the committee with authority; for somebody from outside it enters the letter that came. */
export const issueTransfer = (ctx: Context, input: IssueTransferInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { duesSettled, letterNo = null, issuedOn = null } = input;
    const { transfer, committee, to, warnings } = await take(tx, 'issue', input, { duesSettled, letterNo, issuedOn });
    const day = transfer.scope === 'IN' ? issuedOn! : tx.today;
    await tx.save(transfer, {
      state: to,
      issuingOrgId: committee!.id,
      letterNo: transfer.scope === 'IN' ? letterNo : await nextLetterNo(tx, committee!),
      issuedOn: day,
      validUntil: lastDayOf(day, transfer.validDays),
    });
    tx.emit(events.transferIssued(toldOf(transfer, day)));
    return { id: transfer.id, warnings };
  });

/** 接收: the member changes branch in this transaction, so that the sum over all branches never changes. */
export const acceptTransfer = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { transfer, to, warnings } = await take(tx, 'accept', input);
    const receiver = await tx.get(KnownOrganization, transfer.toOrgId!);
    const member = transfer.memberId
      ? await moveFrom(tx, transfer.memberId, receiver, transfer)
      : await takeIn(tx, receiver, transfer);
    await tx.save(transfer, { state: to, arrivedOn: tx.today, memberId: member.id });
    tx.emit(events.memberTransferred(moveOf(transfer, tx.today)));
    tx.emit(events.transferArrived(toldOf(transfer, tx.today)));
    return { id: transfer.id, warnings };
  });

async function moveFrom(tx: Tx, memberId: string, receiver: KnownOrganization, transfer: Transfer): Promise<Member> {
  // Not yet in the receiver's scope: the letter gives the authority.
  const member = await tx.unscoped.lock(Member, memberId);
  refuseIf(membershipNotOpen(member.status));
  await moveMember(tx, member, receiver, transfer.id);
  await countRosters(tx, [transfer.fromOrgId, receiver.id]);
  return member;
}

async function takeIn(tx: Tx, branch: KnownOrganization, transfer: Transfer): Promise<Member> {
  return enterMember(tx, {
    // Recorded by whoever opened the transfer, perhaps above this branch: the letter gives the authority.
    person: await tx.unscoped.lock(Person, transfer.personId),
    branch,
    joinedOn: transfer.incomingJoinedOn!,
    confirmedOn: transfer.incomingConfirmedOn,
    branchSince: tx.today,
    reason: 'MOVED_IN',
    transferId: transfer.id,
  });
}

/** 退回: with a coded reason; the member stays where he is. */
export const refuseTransfer = (ctx: Context, input: StepInput & { readonly reason: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { transfer, to, warnings } = await take(tx, 'refuse', input, { reason: input.reason });
    await tx.save(transfer, { state: to, refusalReason: input.reason });
    tx.emit(events.transferRefused(toldOf(transfer, tx.today)));
    return { id: transfer.id, warnings };
  });

export interface ReturnSlipInput extends StepInput {
  readonly arrivedOn?: CivilDate | null;
}

/** 返回执: the receiving branch returns the slip, or one from outside the city ends the membership here. */
export const returnTransferSlip = (ctx: Context, input: ReturnSlipInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    // Whether the slip comes from outside is known only from the transfer, which `take` locks.
    const { scope } = await tx.get(Transfer, input.id);
    const step = scope === 'OUT' ? 'closeOutside' : 'close';
    const { transfer, to, warnings } = await take(tx, step, input, { arrivedOn: input.arrivedOn });
    await tx.save(transfer, { state: to, slipOn: tx.today, arrivedOn: transfer.arrivedOn ?? input.arrivedOn });
    if (scope === 'OUT') {
      const member = await tx.lock(Member, transfer.memberId!);
      await endMembership(tx, member, 'MOVED_OUT', transfer.arrivedOn!, null);
      tx.emit(events.memberTransferred(moveOf(transfer, transfer.arrivedOn!)));
    }
    tx.emit(events.transferClosed(toldOf(transfer, tx.today)));
    return { id: transfer.id, warnings };
  });

/** 补开: a letter that expired is issued again, at most as often as the rule says. */
export const reissueTransfer = (ctx: Context, input: StepInput & { readonly reason: string }): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { transfer, committee, to, warnings } = await take(tx, 'reissue', input, { reason: input.reason });
    await tx.save(transfer, {
      state: to,
      reissues: transfer.reissues + 1,
      reissueReason: input.reason,
      letterNo: transfer.scope === 'IN' ? transfer.letterNo : await nextLetterNo(tx, committee!),
      issuedOn: tx.today,
      validUntil: lastDayOf(tx.today, transfer.validDays),
    });
    tx.emit(events.transferReissued(toldOf(transfer, tx.today)));
    return { id: transfer.id, warnings };
  });

/** 撤回: before arrival, by the side that opened it. */
export const cancelTransfer = (ctx: Context, input: StepInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const { transfer, to, warnings } = await take(tx, 'cancel', input);
    await tx.save(transfer, { state: to });
    tx.emit(events.transferCancelled(toldOf(transfer, tx.today)));
    return { id: transfer.id, warnings };
  });

/** Locks a transfer and takes a step of it, or says why not. */
async function take(
  tx: Tx,
  step: (typeof transferSteps.steps)[number],
  { id, version }: StepInput,
  more: Partial<TransferFacts> = {},
) {
  const transfer = await tx.lock(Transfer, id, version);
  const [sides] = await sidesOf(tx.query, [transfer]);
  const facts = { ...factsOf(transfer, sides!, tx.today), ...more };
  const { to, warnings } = transferSteps.take(step, facts, mayOnSide(tx.actor, sides!, tx.today));
  return { transfer, to, warnings, committee: sides!.committee };
}

const refuseIf = (refusal: Refusal | false | undefined): void => {
  if (refusal) throw ruleBroken(refusal);
};

const asked = {
  memberId: { zh: '党员', en: 'the member' },
  personId: { zh: '人员', en: 'the person' },
  toOrgId: { zh: '转入党支部', en: 'the receiving branch' },
  outsideName: { zh: '市外党组织名称', en: 'the organisation outside the city' },
  joinedOn: { zh: '入党日期', en: 'the joining date' },
} as const;

/** What a scope needs and the schema cannot demand; a blank is nothing. */
function given<F extends keyof typeof asked>(input: OpenTransferInput, field: F): NonNullable<OpenTransferInput[F]> {
  const value = input[field];
  if (value?.trim()) return value;
  const { zh, en } = asked[field];
  throw invalidInput(field, { zh: `此范围的接转必须填写${zh}`, en: `A transfer of this scope needs ${en}` });
}
