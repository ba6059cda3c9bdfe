/**
 * The interesting cases of 武陟县: what an officer meets once a year and a tester wants on the first day. They are founded first
 * among the units of the county, so that their codes are the same in both sizes and under every seed. README.md lists them.
 */
import { addDays, addMonths, type CivilDate } from '@jishi/periods';
import { COUNTY, MERGED, mergedOn } from './areas';
import { firmName } from './names';
import { found, fullName, turn, type Organization, type Register, type TermCase } from './register';
import { idOf, idOfCode } from './random';
import type { ChangeRow, Host, OrganizationKind } from './rows';
import { foundJoint, hostNamed, subBranches, type Scope } from './founding';

/** Codes of organisations that demonstrations, questions and tests rely on. */
export const WELL_KNOWN = {
  city: '410800-0001',
  county: `${COUNTY}-0001`,
  town: '410823102-0001',
  street: '410823001-0001',
  village: '410823102200-0001',
  community: '410823001001-0001',
  oversizeBranch: '410823001002-0002',
  oversizeByOne: '410823004200-0001',
  atTheCeiling: `${COUNTY}-0012`,
  oversizeFirm: `${COUNTY}-0011`,
  oversizeVillage: '410823108200-0001',
  belowMinimum: [`${COUNTY}-0015`, `${COUNTY}-0016`, `${COUNTY}-0017`],
  closing: `${COUNTY}-0007`,
  closingInto: `${COUNTY}-0008`,
  reassigned: `${COUNTY}-0009`,
  leavesNextMonth: `${COUNTY}-0010`,
  joint: [`${COUNTY}-0013`, `${COUNTY}-0014`],
  preparing: `${COUNTY}-0018`,
  split: { from: '410823001001-0002', new: '410823001001-0004' },
  merged: { stays: `${MERGED.south}-0001`, closed: `${MERGED.north}-0001` },
  overdue: ['410823102205-0001', '410823108203-0001', '410823204206-0001'],
  dueSoon: ['410823102203-0001', '410823102207-0001', '410823108208-0001', '410823204201-0001', '410823002201-0001'],
  extended: ['410823108217-0001', '410823204212-0001'],
  twoHeads: ['410823102208-0001', '410823204209-0001', '410823003202-0001'],
} as const;

interface PlaceCase {
  readonly kind?: OrganizationKind;
  readonly branches?: number;
  /** Of the branch of the place, or of its first branch. */
  readonly exactly?: { readonly full: number; readonly probationary: number };
  readonly term?: TermCase;
  readonly secretaryIsDirector?: boolean;
}

const placeOf = (code: string): string => code.split('-')[0] ?? '';
const dueInDays = [25, 60, 95, 130, 165];

const places = new Map<string, PlaceCase>([
  [placeOf(WELL_KNOWN.village), { kind: 'GENERAL_BRANCH', branches: 2, secretaryIsDirector: true }],
  [placeOf(WELL_KNOWN.community), { kind: 'GENERAL_BRANCH', branches: 2, exactly: { full: 27, probationary: 1 } }],
  [placeOf(WELL_KNOWN.oversizeBranch), { kind: 'GENERAL_BRANCH', branches: 2, exactly: { full: 60, probationary: 3 } }],
  [placeOf(WELL_KNOWN.oversizeByOne), { kind: 'BRANCH', exactly: { full: 50, probationary: 1 } }],
  [placeOf(WELL_KNOWN.oversizeVillage), { kind: 'BRANCH', exactly: { full: 64, probationary: 2 } }],
  ...WELL_KNOWN.overdue.map((code) => [placeOf(code), { kind: 'BRANCH', term: 'OVERDUE' }] as const),
  ...WELL_KNOWN.dueSoon.map(
    (code, at) => [placeOf(code), { kind: 'BRANCH', term: { dueInDays: dueInDays[at] ?? 90 } }] as const,
  ),
  ...WELL_KNOWN.extended.map((code) => [placeOf(code), { kind: 'BRANCH', term: 'EXTENDED' }] as const),
  ...WELL_KNOWN.twoHeads.map((code) => [placeOf(code), { kind: 'BRANCH', secretaryIsDirector: false }] as const),
]);

/** What a village or community must be, so that a case can be shown there; undefined for all the others. */
export const placeCase = (areaCode: string): PlaceCase | undefined => places.get(areaCode);

const byCode = ({ organizations }: Register, code: string): Organization => {
  const organization = organizations.find((candidate) => candidate.code === code);
  if (!organization) throw new Error(`no organisation has the code ${code}`);
  return organization;
};

const change = (
  register: Register,
  title: string,
  facts: Omit<Partial<ChangeRow>, 'proposal'> &
    Pick<ChangeRow, 'kind' | 'state' | 'effectiveOn' | 'reason'> & { proposal?: () => ChangeRow['proposal'] },
): string => {
  const id = idOfCode('change', title);
  register.changes.push(() => ({
    orgId: null,
    orgIds: [],
    targetSuperiorId: null,
    document:
      facts.state === 'DRAFT' || facts.state === 'SUBMITTED'
        ? null
        : `武组〔${facts.effectiveOn.slice(0, 4)}〕${title.length + 11}号`,
    submittedOn: facts.state === 'DRAFT' ? null : addDays(facts.effectiveOn, -30),
    decidedOn: facts.state === 'DRAFT' || facts.state === 'SUBMITTED' ? null : addDays(facts.effectiveOn, -15),
    decisionReason: null,
    memberPlan: null,
    archivePlan: null,
    ...facts,
    id,
    proposal: facts.proposal?.() ?? {},
  }));
  return id;
};

/** Founds the cases among the units of the county and gives its places their changes. */
export function foundCases(register: Register, county: Scope): void {
  const { today } = register;
  const inUnit = (
    name: string,
    sector: Organization['sector'],
    superior: Organization,
    exactly: { full: number; probationary: number },
    establishedOn?: CivilDate,
  ): Organization => {
    const host = hostNamed(register, sector, COUNTY, name);
    return found(register, {
      name: fullName(name, 'BRANCH'),
      kind: 'BRANCH',
      sector,
      superior,
      areaCode: COUNTY,
      host,
      years: [1978, 2012],
      exactly,
      establishedOn,
    });
  };

  // 撤销中: approved a month ago, half of the members have already moved.
  const mill = inUnit('武陟县第二纺织厂', 'STATE_FIRM', county.stateFirms, { full: 6, probationary: 0 });
  const water = inUnit('武陟县供水公司', 'STATE_FIRM', county.stateFirms, { full: 17, probationary: 1 });
  const closing = change(register, 'dissolve-mill', {
    kind: 'DISSOLVE',
    state: 'EFFECTIVE',
    orgId: mill.id,
    orgIds: [mill.id],
    reason: '企业停产改制，职工已分流安置',
    effectiveOn: addDays(today, -25),
    memberPlan: { toOrgId: water.id },
    archivePlan: '移交县国资委档案室',
  });
  turn(mill, addDays(today, -25), { status: 'CLOSING' }, closing);
  mill.emptiesInto = water;
  water.arrivals.push({ from: mill, on: addDays(today, -12), count: 4, batch: 'dissolve-mill' });

  // 划转: a works that was sold went from the state firms' committee to that of the private ones.
  const works = inUnit('武陟县怀药加工厂', 'STATE_FIRM', county.stateFirms, { full: 14, probationary: 0 });
  const sold = change(register, 'reassign-works', {
    kind: 'REASSIGN',
    state: 'EFFECTIVE',
    orgId: works.id,
    orgIds: [works.id],
    targetSuperiorId: county.twoNew.id,
    reason: '企业改制为民营企业，理顺隶属关系',
    effectiveOn: addMonths(today, -11),
  });
  turn(works, addMonths(today, -11), { superior: county.twoNew }, sold);

  // A move that is approved and takes effect next month.
  const grain = inUnit('武陟县粮油贸易公司', 'STATE_FIRM', county.stateFirms, { full: 11, probationary: 1 });
  change(register, 'reassign-grain', {
    kind: 'REASSIGN',
    state: 'APPROVED',
    orgId: grain.id,
    orgIds: [grain.id],
    targetSuperiorId: county.organs.id,
    reason: '划归县直机关工委管理',
    effectiveOn: addDays(today, 20),
    submittedOn: addDays(today, -15),
    decidedOn: addDays(today, -5),
  });

  // 大支部 in a firm; its split has been handed in.
  const machines = inUnit('武陟县沁河机械制造有限公司', 'PRIVATE_FIRM', county.twoNew, { full: 56, probationary: 2 });
  change(register, 'split-machines', {
    kind: 'SPLIT',
    state: 'SUBMITTED',
    orgId: machines.id,
    orgIds: [machines.id],
    reason: '党员人数超过规定上限，按车间拆分',
    effectiveOn: addDays(today, 30),
    submittedOn: addDays(today, -6),
    proposal: () => ({
      parts: [
        {
          code: `${COUNTY}-9001`,
          name: '武陟县沁河机械制造有限公司第二党支部',
          memberIds: Array.from({ length: 27 }, (_, at) =>
            idOf('member', machines.firstPerson + 30 + at, register.seed),
          ),
        },
      ],
    }),
  });
  inUnit('武陟县职业高中', 'INSTITUTION', county.education, { full: 49, probationary: 1 });

  foundJoint(register, county.twoNew, COUNTY, '武陟县', 4, 4000).exactly = { full: 9, probationary: 1 };
  foundJoint(register, county.twoNew, COUNTY, '武陟县', 3, 4010).exactly = { full: 6, probationary: 0 };

  // 党员不足: fewer than three full members.
  inUnit('武陟县摄影家协会', 'SOCIETY', county.twoNew, { full: 2, probationary: 0 });
  inUnit('武陟县地方史志办公室', 'ORGAN', county.organs, { full: 2, probationary: 1 });
  inUnit('武陟县围棋协会', 'SOCIETY', county.twoNew, { full: 1, probationary: 1 });

  // 筹建: approved, still without members.
  const riders = inUnit(
    '武陟县快递外卖行业',
    'SOCIETY',
    county.twoNew,
    { full: 0, probationary: 0 },
    addDays(today, -20),
  );
  riders.status = 'PREPARING';
  riders.changeId = change(register, 'establish-riders', {
    kind: 'ESTABLISH',
    state: 'EFFECTIVE',
    orgId: riders.id,
    orgIds: [riders.id],
    targetSuperiorId: county.twoNew.id,
    reason: '新就业群体党的组织覆盖',
    effectiveOn: riders.establishedOn,
    proposal: () => ({ organization: proposed(riders.name, riders.host, riders.code) }),
  });
  const chamber = firmName('武陟县', 4020);
  change(register, 'establish-chamber', {
    kind: 'ESTABLISH',
    state: 'DRAFT',
    targetSuperiorId: county.twoNew.id,
    reason: '企业有正式党员五名，具备成立条件',
    effectiveOn: addDays(today, 45),
    proposal: () => ({
      organization: proposed(
        fullName(chamber, 'BRANCH'),
        hostNamed(register, 'PRIVATE_FIRM', COUNTY, chamber),
        `${COUNTY}-9002`,
      ),
    }),
  });

  const hospital = hostNamed(register, 'INSTITUTION', COUNTY, '武陟县怀药中医专科医院', 'PUBLIC_HOSPITAL');
  found(register, {
    name: fullName('武陟县怀药中医专科医院', 'BRANCH'),
    kind: 'BRANCH',
    sector: 'INSTITUTION',
    superior: county.health,
    areaCode: COUNTY,
    host: hospital,
    years: [1985, 1995],
    exactly: { full: 23, probationary: 2 },
  });

  splitCommunity(register);
  mergeVillages(register);
}

const proposed = (
  name: string,
  { kind, id }: Host,
  code: string,
): NonNullable<ChangeRow['proposal']['organization']> => ({
  code,
  name,
  kind: 'BRANCH',
  board: 'ENTERPRISES',
  setUpWay: 'SINGLE',
  flags: [],
  hostKind: kind,
  hostId: id,
  areaCode: COUNTY,
});

/** 拆分: ten months ago a branch of 建设社区 that had grown beyond the ceiling gave half of its members to a new one. */
function splitCommunity(register: Register): void {
  const on = addMonths(register.today, -10);
  const old = byCode(register, WELL_KNOWN.split.from);
  const general = old.superior;
  if (!general) throw new Error('the branch that was split has a superior');
  const [created] = subBranches(register, general, '建设社区', 1, on);
  if (!created) throw new Error('the split founds a branch');
  created.exactly = { full: 26, probationary: 0 };
  created.arrivals.push({ from: old, on, count: 26, batch: 'split-community' });
  created.changeId = change(register, 'split-community', {
    kind: 'SPLIT',
    state: 'EFFECTIVE',
    orgId: old.id,
    orgIds: [old.id, created.id],
    reason: '党员人数超过规定上限，按楼院拆分',
    effectiveOn: on,
    proposal: () => ({
      parts: [
        {
          code: created.code,
          name: created.name,
          memberIds: Array.from({ length: 26 }, (_, at) => idOf('member', created.firstPerson + at, register.seed)),
        },
      ],
    }),
  });
}

/** 合并: with their villages, the branch of the northern village went up in that of the southern one. */
function mergeVillages(register: Register): void {
  const on = mergedOn(register.today);
  const town = byCode(register, '410823204-0001');
  const branchOf = (code: string, name: string): Organization =>
    found(register, {
      name: fullName(`小董乡${name}`, 'BRANCH'),
      kind: 'BRANCH',
      sector: 'VILLAGE',
      superior: town,
      areaCode: code,
      host: { kind: 'VILLAGE', id: code },
      years: [1956, 1980],
    });
  const south = branchOf(MERGED.south, '南归善村');
  const north = branchOf(MERGED.north, '北归善村');
  south.exactly = { full: 43, probationary: 1 };
  const merger = change(register, 'merge-villages', {
    kind: 'MERGE',
    state: 'EFFECTIVE',
    orgId: south.id,
    orgIds: [north.id, south.id],
    reason: '行政村合并，党组织相应合并',
    effectiveOn: on,
    memberPlan: { toOrgId: south.id },
    archivePlan: '移交小董乡党建办',
  });
  turn(north, addDays(on, -15), { status: 'CLOSING' }, merger);
  turn(north, on, { status: 'DISSOLVED' }, merger);
  north.mergedInto = south;
  turn(south, on, { name: fullName(`小董乡${MERGED.into.name}`, 'BRANCH'), areaCode: MERGED.into.code }, merger);
  south.host = { kind: 'VILLAGE', id: MERGED.into.code };
  south.arrivals.push({ from: north, on, count: 19, batch: 'merge-villages' });
}
