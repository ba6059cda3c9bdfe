import type { CivilDate } from '@jishi/periods';
import { system } from '@jishi/lifecycles';
import { changeSteps, type ChangeFacts, type Touched } from './changes.rules';
import { organizationSteps, type OrganizationFacts } from './organization.rules';

const day = (text: string) => text as CivilDate;
const may = () => true;
const verdict = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { refusal?: { code: string } }).refusal?.code ?? String(error);
  }
  return 'taken';
};

const committee: Touched = {
  id: 'town',
  name: '镇党委',
  kind: 'COMMITTEE',
  status: 'ACTIVE',
  depth: 3,
  path: ['city', 'county', 'town'],
  superiorId: 'county',
  areaCode: '410823',
  setUpWay: 'SINGLE',
  height: 2,
  roster: null,
};
const branch: Touched = {
  id: 'branch',
  name: '村支部',
  kind: 'BRANCH',
  status: 'ACTIVE',
  depth: 4,
  path: ['city', 'county', 'town', 'branch'],
  superiorId: 'town',
  areaCode: '410823',
  setUpWay: 'SINGLE',
  height: 0,
  roster: { full: 20, total: 22 },
};
const other: Touched = { ...branch, id: 'other', name: '邻村支部', path: ['city', 'county', 'town', 'other'] };

const facts: ChangeFacts = {
  state: 'DRAFT',
  kind: 'RENAME',
  today: day('2026-06-15'),
  effectiveOn: day('2026-06-15'),
  lastChangedOn: day('2020-01-01'),
  subject: branch,
  closing: [],
  target: null,
  receiver: null,
  memberPlan: null,
  archivePlan: null,
  organization: null,
  hostExists: true,
  jointHostMissing: null,
  hostTakenBy: null,
  name: '新名',
  parts: [],
};
const founding = {
  code: null,
  name: '新支部',
  kind: 'BRANCH',
  board: 'ORGANS',
  setUpWay: 'SINGLE',
  flags: [],
  hostKind: 'UNIT',
  hostId: 'unit',
  areaCode: '410823',
} as const;
const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

describe('ORG-03 guards of a change', () => {
  const establish = { kind: 'ESTABLISH', subject: null, target: committee, organization: founding } as const;
  const reassign = {
    kind: 'REASSIGN',
    target: { ...committee, id: 'town2', path: ['city', 'county', 'town2'] },
  } as const;
  const split = { kind: 'SPLIT', parts: [{ code: null, name: '二支部', memberIds: ids(10) }] } as const;
  const dissolve = {
    kind: 'DISSOLVE',
    closing: [branch],
    memberPlan: { toOrgId: null },
    archivePlan: '镇党委',
  } as const;
  const merge = { kind: 'MERGE', closing: [other], archivePlan: '镇党委' } as const;

  it.each<[string, Partial<ChangeFacts>, string]>([
    ['a renaming', {}, 'taken'],
    ['a renaming to the same name', { name: '村支部' }, 'NOTHING_CHANGES'],
    ['a renaming of what is closing', { subject: { ...branch, status: 'CLOSING' } }, 'ORGANISATION_NOT_ACTIVE'],
    ['a change on the day of the last one', { lastChangedOn: day('2026-06-15') }, 'taken'],
    ['a change before the last one', { lastChangedOn: day('2026-06-16') }, 'EFFECTIVE_BEFORE_LAST_CHANGE'],
    ['a founding', establish, 'taken'],
    [
      'a founding under a superior that closes',
      { ...establish, target: { ...committee, status: 'CLOSING' } },
      'SUPERIOR_NOT_ACTIVE',
    ],
    [
      'a founding at level eight',
      { ...establish, target: { ...committee, path: ['1', '2', '3', '4', '5', '6', '7'] } },
      'TREE_TOO_DEEP',
    ],
    [
      'a group below a group',
      { ...establish, target: { ...branch, kind: 'GROUP' }, organization: { ...founding, kind: 'GROUP' } },
      'SUPERIOR_HOLDS_NONE',
    ],
    ['a group below a branch', { ...establish, target: branch, organization: { ...founding, kind: 'GROUP' } }, 'taken'],
    ['a founding at a host that has one', { ...establish, hostTakenBy: '老支部' }, 'HOST_HAS_ORGANISATION'],
    [
      'a joint founding at such a host',
      { ...establish, hostTakenBy: '老支部', organization: { ...founding, setUpWay: 'JOINT' } },
      'taken',
    ],
    ['a founding at no host', { ...establish, hostExists: false }, 'HOST_NOT_FOUND'],
    ['a move', reassign, 'taken'],
    [
      'a move below itself',
      {
        ...reassign,
        subject: committee,
        target: { ...committee, id: 'sub', depth: 4, path: [...committee.path, 'sub'] },
      },
      'TREE_CYCLE',
    ],
    ['a move to its superior', { ...reassign, target: committee }, 'NOTHING_CHANGES'],
    [
      'a move of a deep subtree',
      { ...reassign, subject: { ...committee, height: 4 }, target: { ...committee, id: 'x', path: ['1', '2', 'x'] } },
      'TREE_TOO_DEEP',
    ],
    ['a split', split, 'taken'],
    [
      'a split into too small a part',
      { ...split, parts: [{ code: null, name: '二', memberIds: ids(2) }] },
      'BELOW_MINIMUM',
    ],
    ['a split that leaves two', { ...split, parts: [{ code: null, name: '二', memberIds: ids(20) }] }, 'BELOW_MINIMUM'],
    ['a split of a committee', { ...split, subject: committee }, 'ONLY_BRANCHES_SPLIT'],
    [
      'a split that would leave a branch without three full members, whoever goes where',
      {
        ...split,
        subject: { ...branch, roster: { full: 5, total: 15 } },
        parts: [{ code: null, name: '二', memberIds: ids(6) }],
      },
      'BELOW_MINIMUM',
    ],
    [
      'a split of a temporary branch',
      { ...split, subject: { ...branch, setUpWay: 'TEMPORARY' } },
      'ONLY_BRANCHES_SPLIT',
    ],
    ['a dissolution', dissolve, 'taken'],
    ['a dissolution without member plan', { ...dissolve, memberPlan: null }, 'MEMBER_PLAN_MISSING'],
    ['a dissolution without archive plan', { ...dissolve, archivePlan: null }, 'ARCHIVE_PLAN_MISSING'],
    [
      'a dissolution into a closing branch',
      { ...dissolve, receiver: { ...other, status: 'CLOSING' } },
      'RECEIVER_CANNOT_TAKE_MEMBERS',
    ],
    [
      'a dissolution into what closes with it',
      { ...dissolve, closing: [committee], receiver: other },
      'RECEIVER_CANNOT_TAKE_MEMBERS',
    ],
    [
      'a dissolution into a temporary branch',
      { ...dissolve, receiver: { ...other, setUpWay: 'TEMPORARY' } },
      'RECEIVER_CANNOT_TAKE_MEMBERS',
    ],
    ['a merger', merge, 'taken'],
    [
      'a merger into a temporary branch',
      { ...merge, subject: { ...branch, setUpWay: 'TEMPORARY' } },
      'RECEIVER_CANNOT_TAKE_MEMBERS',
    ],
    ['a merger of committees', { ...merge, subject: committee, closing: [{ ...committee, id: 'town2' }] }, 'taken'],
    ['a merger of a branch and a joint branch', { ...merge, closing: [{ ...other, kind: 'JOINT_BRANCH' }] }, 'taken'],
    ['a merger of a branch into a committee', { ...merge, subject: committee }, 'MERGER_MIXES_KINDS'],
    [
      'a merger of what is dissolved',
      { ...merge, closing: [{ ...other, status: 'DISSOLVED' }] },
      'ORGANISATION_NOT_ACTIVE',
    ],
  ])('ORG-03 %s', (_, given, expected) => {
    const all = { ...facts, ...given };
    expect(verdict(() => changeSteps.take('submitOrganizationChange', all, may))).toBe(expected);
    expect(verdict(() => changeSteps.take('approveOrganizationChange', { ...all, state: 'SUBMITTED' }, may))).toBe(
      expected,
    );
    expect(verdict(() => changeSteps.take('takeEffect', { ...all, state: 'APPROVED' }, system))).toBe(expected);
  });

  it('ORG-03 cites the rule behind a number', () => {
    const small = { ...facts, ...split, parts: [{ code: null, name: '二', memberIds: ids(2) }] };
    const [submit] = changeSteps.offer(small, may);
    expect(submit?.refusals[0]?.citation).toEqual({
      document: '中国共产党支部工作条例（试行）',
      article: '第四条',
      rule: 'org.branch.minimum',
    });
  });

  it('ORG-03 warns when the receiver would be oversize', () => {
    const large = { ...facts, ...merge, subject: { ...branch, roster: { full: 40, total: 40 } } };
    expect(changeSteps.take('submitOrganizationChange', large, may).warnings).toMatchObject([
      { code: 'WOULD_BE_OVERSIZE', params: { total: 62, ceiling: 50 } },
    ]);
  });

  it.each<[string, Parameters<typeof changeSteps.take>[0], ChangeFacts['state'], string]>([
    ['approve a draft', 'approveOrganizationChange', 'DRAFT', 'STEP_NOT_POSSIBLE'],
    ['submit twice', 'submitOrganizationChange', 'SUBMITTED', 'STEP_NOT_POSSIBLE'],
    ['reject what is in effect', 'rejectOrganizationChange', 'EFFECTIVE', 'STEP_NOT_POSSIBLE'],
    ['reject without a reason', 'rejectOrganizationChange', 'SUBMITTED', 'INVALID_INPUT'],
    ['play the clock', 'takeEffect', 'APPROVED', 'NOT_ALLOWED'],
  ])('ORG-03 nobody can %s', (_, step, state, code) => {
    expect(verdict(() => changeSteps.take(step, { ...facts, state }, may))).toBe(code);
  });

  it('ORG-03 takes effect on its day and not before', () => {
    const waiting = { ...facts, state: 'APPROVED' as const, effectiveOn: day('2026-06-16') };
    expect(verdict(() => changeSteps.take('takeEffect', waiting, system))).toBe('NOT_YET_DUE');
    expect(verdict(() => changeSteps.take('takeEffect', { ...waiting, today: day('2026-06-16') }, system))).toBe(
      'taken',
    );
  });
});

describe('ORG-03 guards of an organisation', () => {
  const preparing: OrganizationFacts = {
    state: 'PREPARING',
    kind: 'BRANCH',
    setUpWay: 'SINGLE',
    today: day('2026-06-15'),
    on: day('2026-06-15'),
    lastChangedOn: day('2026-06-01'),
    fullMembers: 3,
    secretaryPosted: true,
    jointHosts: null,
    projectMonths: null,
    members: 0,
    emptied: false,
    membersAtClosing: null,
    children: 0,
  };
  it.each<[string, Partial<OrganizationFacts>, string]>([
    ['with three full members and a secretary', {}, 'taken'],
    ['with two', { fullMembers: 2 }, 'BELOW_MINIMUM'],
    ['without a secretary', { secretaryPosted: false }, 'NO_SECRETARY'],
    ['as a temporary branch of two', { fullMembers: 2, setUpWay: 'TEMPORARY' }, 'taken'],
    ['as a functional branch of half a year', { setUpWay: 'FUNCTIONAL', projectMonths: 6 }, 'taken'],
    ['as a functional branch of five months', { setUpWay: 'FUNCTIONAL', projectMonths: 5 }, 'PROJECT_TOO_SHORT'],
    ['as a joint branch of small hosts', { kind: 'JOINT_BRANCH', jointHosts: [2, 1] }, 'taken'],
    ['as a joint branch of hosts that nobody names', { kind: 'JOINT_BRANCH' }, 'JOINT_HOSTS_MISSING'],
    ['as a temporary branch that takes members in', { setUpWay: 'TEMPORARY', comingIn: 3 }, 'HOLDS_NO_MEMBERS'],
    ['as a general branch that takes members in', { kind: 'GENERAL_BRANCH', comingIn: 3 }, 'HOLDS_NO_MEMBERS'],
    ['as a joint branch with a host of three', { kind: 'JOINT_BRANCH', jointHosts: [2, 3] }, 'JOINT_HOST_TOO_LARGE'],
    ['as a general branch without members of its own', { kind: 'GENERAL_BRANCH', fullMembers: 0 }, 'taken'],
    ['as a group without a secretary', { kind: 'GROUP', secretaryPosted: false, fullMembers: 0 }, 'taken'],
    ['tomorrow', { on: day('2026-06-16') }, 'IN_THE_FUTURE'],
    ['before it was prepared', { on: day('2026-05-31') }, 'EFFECTIVE_BEFORE_LAST_CHANGE'],
    ['twice', { state: 'ACTIVE' }, 'STEP_NOT_POSSIBLE'],
  ])('ORG-03 activates a branch %s', (_, given, expected) => {
    expect(verdict(() => organizationSteps.take('activateOrganization', { ...preparing, ...given }, may))).toBe(
      expected,
    );
  });

  it('ORG-03 warns of more than five hosts of a joint branch', () => {
    const joint = { ...preparing, kind: 'JOINT_BRANCH' as const, jointHosts: [1, 1, 1, 1, 1, 1] };
    expect(organizationSteps.take('activateOrganization', joint, may).warnings).toMatchObject([
      { code: 'MANY_JOINT_HOSTS' },
    ]);
  });

  const closing: OrganizationFacts = { ...preparing, state: 'CLOSING', emptied: true, members: 0, membersAtClosing: 5 };
  it.each<[string, Partial<OrganizationFacts>, string]>([
    ['that is empty', {}, 'taken'],
    ['with a member', { members: 1, emptied: false }, 'MEMBERS_REMAIN'],
    ['that nobody counts but of which members has said nothing', { emptied: false }, 'MEMBERS_REMAIN'],
    ['with something below it', { children: 1 }, 'CHILDREN_REMAIN'],
    ['that is active', { state: 'ACTIVE' }, 'STEP_NOT_POSSIBLE'],
  ])('ORG-03 dissolves an organisation %s', (_, given, expected) => {
    expect(verdict(() => organizationSteps.take('dissolve', { ...closing, ...given }, system))).toBe(expected);
  });
  it.each<[string, Partial<OrganizationFacts>, string]>([
    ['before anybody has left', { members: 5 }, 'taken'],
    ['after the first has left', { members: 4 }, 'MEMBERS_HAVE_LEFT'],
    ['when nobody counted them', { members: null, membersAtClosing: null }, 'taken'],
  ])('ORG-03 withdraws a closing %s', (_, given, expected) => {
    expect(verdict(() => organizationSteps.take('withdrawClosing', { ...closing, ...given }, may))).toBe(expected);
  });
});
