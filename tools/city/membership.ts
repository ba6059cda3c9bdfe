import { addDays, laterOf, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import { drawCadre, drawPerson, type Drawn, type People } from './people';
import { idOf, idOfCode, type Chance } from './random';
import { isBranch, type Organization, type Register } from './register';
import type { BranchPeople, MemberPeriod, MemberRow, MemberStatus, PersonRow, TransferRow } from './rows';

/** Where members move between, and the validity of letters. */
export interface Movements {
  readonly people: People;
  /** Open branches of a county (or of the city's own offices) that existed long enough to have members come and go. */
  readonly branchesNear: ReadonlyMap<string, readonly Organization[]>;
  readonly insideDays: number;
  readonly outsideDays: number;
}

export function newMovements(people: People, { organizations }: Register): Movements {
  const branchesNear = new Map<string, Organization[]>();
  const since = addDays(people.today, -500);
  for (const branch of organizations) {
    if (!isBranch(branch) || branch.status !== 'ACTIVE' || branch.establishedOn > since || branch.size === 0) continue;
    const county = branch.areaCode.slice(0, 6);
    branchesNear.set(county, [...(branchesNear.get(county) ?? []), branch]);
  }
  return {
    people,
    branchesNear,
    insideDays: Number(ruleInForce('transfer.letter-validity-inside', people.today).value),
    outsideDays: Number(ruleInForce('transfer.letter-validity', people.today).value),
  };
}

/** A stay in one branch. */
interface Stay {
  readonly orgId: string;
  readonly from: CivilDate;
  readonly to: CivilDate | null;
  readonly transferId: string | null;
}

/** Cuts the stays where the status changes, so that each period has one branch and one status. */
function periodsOf(
  { memberId, memberClass, joinedOn, confirmedOn }: Drawn,
  stays: readonly Stay[],
  suspendedOn: CivilDate | null,
  endOn: CivilDate | null,
): MemberPeriod[] {
  const standings: { status: MemberStatus; from: CivilDate; to: CivilDate | null }[] = [
    { status: 'PROBATIONARY', from: joinedOn, to: confirmedOn },
  ];
  if (confirmedOn) standings.push({ status: 'FULL', from: confirmedOn, to: suspendedOn });
  if (suspendedOn) standings.push({ status: 'SUSPENDED', from: suspendedOn, to: null });
  const earlier = (a: CivilDate | null, b: CivilDate | null): CivilDate | null => (a && (!b || a < b) ? a : b);
  const periods: MemberPeriod[] = [];
  for (const stay of stays) {
    for (const { status, from, to } of standings) {
      const validFrom = laterOf(stay.from, from);
      const validTo = earlier(earlier(stay.to, to), endOn);
      if (validTo && validTo <= validFrom) continue;
      const reason =
        validFrom === stay.from && stay.transferId
          ? 'TRANSFERRED'
          : validFrom === from && status !== 'PROBATIONARY'
            ? status === 'FULL'
              ? 'CONFIRMED'
              : 'SUSPENDED'
            : validFrom === joinedOn
              ? 'ADMITTED'
              : 'RECORDED';
      periods.push({
        memberId,
        validFrom,
        validTo,
        orgId: stay.orgId,
        status,
        memberClass,
        reason,
        transferId: reason === 'TRANSFERRED' ? stay.transferId : null,
      });
    }
  }
  return periods;
}

/** The committee that issues letters for a branch: that of the town, or the one that leads the units of the county or city. */
const issuerOf = (branch: Organization): string => {
  const path: Organization[] = [];
  for (let at: Organization | null = branch; at; at = at.superior) path.unshift(at);
  return (path[2] && !isBranch(path[2]) ? path[2] : (path[1] ?? branch)).id;
};

const outside = [
  '中共郑州市金水区委组织部',
  '中共新乡市委组织部',
  '中共洛阳市涧西区委组织部',
  '中共深圳市宝安区委组织部',
  '中共上海市浦东新区委员会组织部',
];

type Way = Omit<Partial<TransferRow>, 'validDays' | 'issuedOn'> & { issuedOn: CivilDate | null; validDays: number };

function transferOf(
  seed: number,
  number: number,
  from: Organization | null,
  { person, memberId }: Drawn,
  way: Way,
): TransferRow {
  const { issuedOn, validDays } = way;
  return {
    id: idOf('transfer', number, seed),
    personId: person.id,
    memberId,
    scope: 'INSIDE',
    fromOrgId: from?.id ?? null,
    toOrgId: null,
    outsideName: null,
    reason: 'WORK',
    issuingOrgId: from ? issuerOf(from) : null,
    letterNo: issuedOn ? `焦组〔${issuedOn.slice(0, 4)}〕${String(number).padStart(6, '0')}号` : null,
    validUntil: issuedOn ? addDays(issuedOn, validDays) : null,
    incomingJoinedOn: null,
    incomingConfirmedOn: null,
    arrivedOn: null,
    slipOn: null,
    state: 'ISSUED',
    reissues: 0,
    reissueReason: null,
    refusalReason: null,
    openedOn: issuedOn ? addDays(issuedOn, -2) : (way.openedOn ?? person.birthDate),
    batchId: null,
    ...way,
  };
}

// Every thousandth person, counted from these numbers on, is under way somewhere: the cases are in every size, at the same rate.
const SUSPENDED = new Set([123, 373, 623, 873]);
const UNDER_WAY: ReadonlyMap<
  number,
  'ISSUED' | 'EXPIRING' | 'EXPIRED' | 'REISSUED' | 'REFUSED' | 'DRAFT' | 'CANCELLED' | 'OUT' | 'IN'
> = new Map([
  [7, 'ISSUED'],
  [257, 'ISSUED'],
  [507, 'ISSUED'],
  [757, 'ISSUED'],
  [17, 'EXPIRING'],
  [517, 'EXPIRING'],
  [333, 'EXPIRED'],
  [833, 'EXPIRED'],
  [71, 'REISSUED'],
  [571, 'REFUSED'],
  [171, 'REFUSED'],
  [501, 'DRAFT'],
  [901, 'DRAFT'],
  [702, 'CANCELLED'],
  [402, 'CANCELLED'],
  [611, 'OUT'],
  [211, 'OUT'],
  [411, 'IN'],
  [811, 'IN'],
]);

function underWay(movements: Movements, branch: Organization, number: number, drawn: Drawn): TransferRow | null {
  const {
    people: { seed, today },
    insideDays,
    outsideDays,
    branchesNear,
  } = movements;
  const kind = UNDER_WAY.get(number % 1000);
  const near = branchesNear.get(branch.areaCode.slice(0, 6)) ?? [];
  const { luck } = drawn;
  if (!kind || near.length < 2 || branch.status !== 'ACTIVE') return null;
  let to = luck.pick(near);
  while (to === branch) to = luck.pick(near);
  const ago = (least: number, most: number): CivilDate => addDays(today, -luck.between(least, most));
  const make = (way: Way): TransferRow => transferOf(seed, number, branch, drawn, { toOrgId: to.id, ...way });
  const place = luck.pick(outside);
  switch (kind) {
    case 'ISSUED':
      return make({ issuedOn: ago(1, 5), validDays: insideDays, reason: luck.pick(['WORK', 'MOVE', 'RELOCATION']) });
    case 'EXPIRING':
      return make({ issuedOn: addDays(today, 1 + luck.between(0, 2) - insideDays), validDays: insideDays });
    case 'EXPIRED':
      return make({ state: 'EXPIRED', issuedOn: ago(insideDays + 4, 60), validDays: insideDays });
    case 'REISSUED':
      return make({
        issuedOn: ago(1, 6),
        validDays: insideDays,
        reissues: 1,
        reissueReason: '原介绍信逾期，本人已说明情况',
        openedOn: ago(30, 50),
      });
    case 'REFUSED':
      return make({
        state: 'REFUSED',
        issuedOn: ago(12, 90),
        validDays: insideDays,
        refusalReason: luck.pick(['NOT_OF_THIS_PLACE', 'PAPERS_INCOMPLETE', 'WRONG_BRANCH']),
      });
    case 'DRAFT':
      return make({ state: 'DRAFT', issuedOn: null, validDays: insideDays, openedOn: ago(0, 6) });
    case 'CANCELLED':
      return make({ state: 'CANCELLED', issuedOn: null, validDays: insideDays, openedOn: ago(20, 200) });
    case 'OUT':
      return make({ scope: 'OUT', toOrgId: null, outsideName: place, issuedOn: ago(1, 20), validDays: outsideDays });
    case 'IN': {
      const arrivedOn = ago(20, 300);
      if (!drawn.confirmedOn || arrivedOn <= drawn.confirmedOn || arrivedOn <= branch.establishedOn) return null;
      return transferOf(seed, number, null, drawn, {
        scope: 'IN',
        fromOrgId: null,
        toOrgId: branch.id,
        outsideName: place,
        issuingOrgId: issuerOf(branch),
        incomingJoinedOn: drawn.joinedOn,
        incomingConfirmedOn: drawn.confirmedOn,
        issuedOn: addDays(arrivedOn, -9),
        validDays: outsideDays,
        arrivedOn,
        slipOn: addDays(arrivedOn, 4),
        state: 'CLOSED',
      });
    }
  }
}

/** Where a member of today came from, when he has not always been in this branch. */
function cameFrom(
  movements: Movements,
  branch: Organization,
  slot: number,
  luck: Chance,
): { from: Organization; on: CivilDate; batch: string | null } | null {
  const {
    people: { today },
    branchesNear,
  } = movements;
  const arrivals = branch.arrivals[0];
  if (arrivals) return slot < arrivals.count ? arrivals : null;
  const drawn = luck.next();
  if (branch.exactly || drawn > 0.08) return null;
  const on = addDays(today, drawn < 0.032 ? -luck.between(8, 360) : -luck.between(370, 1800));
  const from = luck.pick(branchesNear.get(branch.areaCode.slice(0, 6)) ?? [branch]);
  return from !== branch && from.establishedOn < on && branch.establishedOn < on ? { from, on, batch: null } : null;
}

/** The persons and members in the records of one branch; the same whenever it is asked for. */
export function branchPeople(movements: Movements, branch: Organization): BranchPeople {
  const { people } = movements;
  const { seed, today } = people;
  const persons: PersonRow[] = [];
  const members: MemberRow[] = [];
  const periods: MemberPeriod[] = [];
  const transfers: TransferRow[] = [];
  const record = (
    drawn: Drawn,
    facts: Pick<MemberRow, 'status'> & Partial<MemberRow>,
    stays: readonly Stay[],
  ): void => {
    const { person, memberId, memberClass, joinedOn, confirmedOn } = drawn;
    const member: MemberRow = {
      id: memberId,
      personId: person.id,
      orgId: branch.id,
      joinedOn,
      confirmedOn,
      suspendedOn: null,
      leftOn: null,
      leaveReason: null,
      memberClass,
      ruralFlag: memberClass === 'RURAL',
      inPostFlag: memberClass === 'IN_POST',
      ...facts,
    };
    persons.push(person);
    members.push(member);
    periods.push(...periodsOf(drawn, stays, member.suspendedOn, member.leftOn));
  };
  // Nobody is in a branch before it was founded; the platform knows nothing of earlier stays of those who came before its time.
  const sinceFounding = ({ joinedOn }: Drawn, { establishedOn }: Organization): CivilDate =>
    laterOf(joinedOn, establishedOn);
  const stay = (drawn: Drawn): Stay[] => [
    { orgId: branch.id, from: sinceFounding(drawn, branch), to: null, transferId: null },
  ];

  for (let slot = 0; slot < branch.size; slot += 1) {
    const number = branch.firstPerson + slot;
    const wanted = branch.exactly ? (slot < branch.exactly.full ? 'FULL' : 'PROBATIONARY') : 'ANY';
    const drawn = drawPerson(people, branch, number, wanted);
    const { luck } = drawn;
    const status = drawn.confirmedOn ? 'FULL' : 'PROBATIONARY';

    if (branch.emptiesInto) {
      const issuedOn = slot < 4 ? addDays(today, -3) : null;
      transfers.push(
        transferOf(seed, number, branch, drawn, {
          toOrgId: branch.emptiesInto.id,
          reason: 'REORGANISATION',
          state: issuedOn ? 'ISSUED' : 'DRAFT',
          issuedOn,
          openedOn: addDays(today, -24),
          validDays: movements.insideDays,
          batchId: idOfCode('batch', 'dissolve-mill'),
        }),
      );
      record(drawn, { status }, stay(drawn));
      continue;
    }
    if (!branch.exactly && status === 'FULL' && branch.arrivals.length === 0) {
      const since = sinceFounding(drawn, branch);
      if (SUSPENDED.has(number % 1000)) {
        const suspendedOn = addDays(today, -luck.between(30, 500));
        if (drawn.confirmedOn && suspendedOn > drawn.confirmedOn && suspendedOn > since) {
          record(drawn, { status: 'SUSPENDED', suspendedOn }, stay(drawn));
          continue;
        }
      }
      const transfer = underWay(movements, branch, number, drawn);
      if (transfer) {
        transfers.push(transfer);
        const arrived = transfer.scope === 'IN' ? transfer.arrivedOn : null;
        record(
          drawn,
          { status },
          arrived ? [{ orgId: branch.id, from: arrived, to: null, transferId: transfer.id }] : stay(drawn),
        );
        continue;
      }
    }
    const origin = cameFrom(movements, branch, slot, luck);
    const before = origin && sinceFounding(drawn, origin.from);
    if (!origin || !before || before >= origin.on) {
      record(drawn, { status }, stay(drawn));
      continue;
    }
    const slipOn = addDays(origin.on, origin.batch ? 1 : luck.between(1, 9));
    const transfer = transferOf(seed, number, origin.from, drawn, {
      toOrgId: branch.id,
      reason: origin.batch ? 'REORGANISATION' : luck.pick(['WORK', 'MOVE', 'WORK', 'STUDY', 'SOE_RETIREMENT']),
      issuedOn: addDays(origin.on, origin.batch ? -1 : -luck.between(2, movements.insideDays - 1)),
      validDays: movements.insideDays,
      arrivedOn: origin.on,
      slipOn: slipOn <= today ? slipOn : null,
      state: slipOn <= today ? 'CLOSED' : 'ARRIVED',
      batchId: origin.batch ? idOfCode('batch', origin.batch) : null,
    });
    transfers.push(transfer);
    record(drawn, { status }, [
      { orgId: origin.from.id, from: before, to: origin.on, transferId: null },
      { orgId: branch.id, from: origin.on, to: null, transferId: transfer.id },
    ]);
  }

  for (let extra = 0; extra < branch.former; extra += 1) {
    const number = branch.firstPerson + branch.size + extra;
    const drawn = drawPerson(people, branch, number, 'FULL');
    const { luck } = drawn;
    const status = (['DECEASED', 'MOVED_OUT', 'LEFT'] as const)[luck.weighted([60, 25, 15])] ?? 'DECEASED';
    const earliest = addDays(laterOf(drawn.confirmedOn ?? drawn.joinedOn, branch.establishedOn), 12);
    const leftOn = laterOf(addDays(today, -luck.between(5, 900)), earliest);
    record(
      drawn,
      { status, leftOn, leaveReason: status === 'LEFT' ? luck.pick(['RESIGNED', 'REMOVED', 'LAPSED']) : null },
      stay(drawn),
    );
    if (status === 'MOVED_OUT') {
      transfers.push(
        transferOf(seed, number, branch, drawn, {
          scope: 'OUT',
          outsideName: luck.pick(outside),
          issuedOn: addDays(leftOn, -10),
          validDays: movements.outsideDays,
          arrivedOn: leftOn,
          slipOn: leftOn,
          state: 'CLOSED',
        }),
      );
    }
  }
  for (let extra = 0; extra < branch.cadres; extra += 1) {
    persons.push(drawCadre(people, branch, branch.firstPerson + branch.size + branch.former + extra));
  }
  return { orgId: branch.id, persons, members, periods, transfers };
}
