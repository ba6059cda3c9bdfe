import type { Actor } from '@jishi/access';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, people, persons, units, villageWork, type Person } from '../../seeds/village-work';
import { villages } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(villages, villageWork);
}, 120_000);
beforeEach(() => beginAgain(service, 'stationed_assignment', 'stationed_requirement', 'village_class'));
afterAll(() => service.close());

const inputs = {
  nominateStationed: 'NominateStationedInput',
  approveStationed: 'StationedStepInput',
  rejectStationed: 'RejectStationedInput',
  postStationed: 'StationedDayInput',
  recordStationedLeave: 'StationedLeaveInput',
  recordStationedReturn: 'StationedDayInput',
  endStationed: 'EndStationedInput',
  recallStationed: 'RecallStationedInput',
} as const;
type Step = keyof typeof inputs;
interface Assignment {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

const mutation = (step: Step): string => `mutation($input: ${inputs[step]}!) { ${step}(input: $input) {
  assignment { id version state postedOn endedOn endKind leaveSince daysToEnd predecessor { id } } warnings { code } } }`;
async function as(actor: Actor, step: Step, input: object): Promise<Assignment> {
  const reply = await service.data<Record<string, { assignment: Assignment }>>(actor, mutation(step), { input });
  return reply[step]!.assignment;
}
const verdict = (actor: Actor, step: Step, input: object) => service.verdict(actor, mutation(step), { input });
const seen = ({ id, version }: Assignment) => ({ id, version });

const nomination = {
  personId: persons.zhou,
  areaCode: codes.dazhuang,
  role: 'FIRST_SECRETARY',
  senderUnitId: units.archive,
  plannedFrom: '2026-06-20',
  plannedTo: '2028-06-20',
  tasks: ['抓支部带支书'],
};
const nominated = (more: object = {}) => as(people.archive, 'nominateStationed', { ...nomination, ...more });
const approved = async (more: object = {}) => as(people.county, 'approveStationed', seen(await nominated(more)));
const onPost = async (more: object = {}, on?: string) => {
  const { areaCode } = { ...nomination, ...more };
  const actor = areaCode.startsWith(codes.west) ? people.otherTown : people.town;
  return as(actor, 'postStationed', { ...seen(await approved(more)), on });
};
const types = async () =>
  (await service.emitted()).map(({ type, data }) => [
    type.replace('villages.stationed.', ''),
    data.areaCode,
    data.role,
  ]);

const village = async (areaCode: string = codes.dazhuang, actor: Actor = people.county) =>
  (
    await service.data<{ village: { firstSecretary: Assignment | null; stationedTeam: Assignment[] } }>(
      actor,
      `query($areaCode: AreaCode!) { village(areaCode: $areaCode) { firstSecretary { id state person { id } senderUnit { id } }
         stationedTeam { id role } firstSecretaryRequirement { reason } } }`,
      { areaCode },
    )
  ).village;

describe('VIL-19 a first secretary comes and goes', () => {
  it('VIL-19 is nominated by the unit, approved by the organisation department, received by the town', async () => {
    const first = await nominated();
    expect(first.state).toBe('NOMINATED');
    expect((await village()).firstSecretary).toBeNull();
    const then = await as(people.county, 'approveStationed', seen(first));
    service.on('2026-06-21');
    const now = await as(people.town, 'postStationed', { ...seen(then), on: '2026-06-20' });
    expect(now).toMatchObject({ state: 'ON_POST', postedOn: '2026-06-20', daysToEnd: 730 });
    expect(await village()).toMatchObject({
      firstSecretary: { id: first.id, person: { id: persons.zhou }, senderUnit: { id: units.archive } },
      stationedTeam: [{ id: first.id, role: 'FIRST_SECRETARY' }],
    });
    const left = await as(people.town, 'recordStationedLeave', { ...seen(now), reason: '党校培训' });
    expect(left).toMatchObject({ state: 'ON_LEAVE', leaveSince: '2026-06-21' });
    expect((await village()).firstSecretary).toMatchObject({ id: first.id });
    const back = await as(people.town, 'recordStationedReturn', seen(left));
    expect(await verdict(people.town, 'endStationed', { ...seen(back), kind: 'TERM' })).toBe('TERM_NOT_OVER');
    service.on('2028-06-20');
    const over = await as(people.town, 'endStationed', { ...seen(back), kind: 'TERM' });
    expect(over).toMatchObject({ state: 'ENDED', endedOn: '2028-06-20', endKind: 'TERM', daysToEnd: null });
    expect((await village()).firstSecretary).toBeNull();
    expect(await service.emitted()).toMatchObject([
      {
        type: 'villages.stationed.posted.v1',
        data: {
          assignmentId: first.id,
          personId: persons.zhou,
          areaCode: codes.dazhuang,
          role: 'FIRST_SECRETARY',
          senderUnitId: units.archive,
          from: '2026-06-20',
        },
      },
      { type: 'villages.stationed.ended.v1', data: { to: '2028-06-20', recalled: false } },
    ]);
  });

  it('VIL-19 the successor is linked to the one before, may wait for the post, and cannot take it while it is held', async () => {
    const first = await onPost();
    const next = await approved({ personId: persons.wu });
    expect(await verdict(people.town, 'postStationed', seen(next))).toBe('FIRST_SECRETARY_ON_POST');
    const recall = {
      ...seen(first),
      kind: 'EVALUATION_FAILED',
      evaluation: '武组考〔2026〕3号',
      successorPlan: '已批准接任人选',
      successorBy: '2026-07-15',
    };
    expect(await verdict(people.county, 'recallStationed', { ...recall, successorBy: '2026-07-16' })).toBe(
      'SUCCESSOR_TOO_LATE',
    );
    expect(await as(people.county, 'recallStationed', recall)).toMatchObject({ state: 'RECALLED' });
    expect(await as(people.town, 'postStationed', seen(next))).toMatchObject({
      state: 'ON_POST',
      predecessor: { id: first.id },
    });
    const { stationedAssignment } = await service.data<{ stationedAssignment: object }>(
      people.county,
      'query($id: ID!) { stationedAssignment(id: $id) { recallKind evaluation successorBy successor { id } } }',
      { id: first.id },
    );
    expect(stationedAssignment).toEqual({
      recallKind: 'EVALUATION_FAILED',
      evaluation: '武组考〔2026〕3号',
      successorBy: '2026-07-15',
      successor: { id: next.id },
    });
    expect(await types()).toEqual([
      ['posted.v1', codes.dazhuang, 'FIRST_SECRETARY'],
      ['ended.v1', codes.dazhuang, 'FIRST_SECRETARY'],
      ['posted.v1', codes.dazhuang, 'FIRST_SECRETARY'],
    ]);
  });

  it('VIL-19 nobody serves two villages at once, also when the second post is recorded for days before', async () => {
    service.on('2026-01-01');
    const first = await onPost({ plannedFrom: '2026-01-01' });
    service.on('2026-06-15');
    expect(await verdict(people.archive, 'nominateStationed', { ...nomination, areaCode: codes.liuzhuang })).toBe(
      'allowed',
    );
    const [, second] = (
      await service.data<{ stationedAssignments: { nodes: Assignment[] } }>(
        people.county,
        '{ stationedAssignments(filter: { state: [NOMINATED, ON_POST] }) { nodes { id version } } }',
      )
    ).stationedAssignments.nodes.sort((a, b) => Number(a.id !== first.id) - Number(b.id !== first.id));
    service.on('2026-03-01');
    const waiting = await as(people.county, 'approveStationed', seen(second!));
    expect(await verdict(people.otherTown, 'postStationed', seen(waiting))).toBe('PERSON_ON_POST');
    service.on('2026-06-15');
    await as(people.town, 'endStationed', { ...seen(first), kind: 'REASSIGNED', reason: '调整' });
    expect(await verdict(people.otherTown, 'postStationed', { ...seen(waiting), on: '2026-06-14' })).toBe(
      'PERSON_ON_POST',
    );
    expect(await verdict(people.otherTown, 'postStationed', seen(waiting))).toBe('allowed');
  });

  it('VIL-19 of two nominations for one village at the same moment one is taken', async () => {
    const both = await Promise.all([
      verdict(people.archive, 'nominateStationed', nomination),
      verdict(people.county, 'nominateStationed', { ...nomination, personId: persons.wu }),
    ]);
    expect(both.sort()).toEqual(['FIRST_SECRETARY_NOMINATED_ALREADY', 'allowed']);
    expect(await verdict(people.county, 'nominateStationed', { ...nomination, areaCode: codes.xiaozhuang })).toMatch(
      /^(allowed|PERSON_NOMINATED_ALREADY)$/,
    );
  });

  it('VIL-19 of two arrivals in one village at the same moment one is recorded', async () => {
    const first = await approved();
    await service.database.pool.query('DROP INDEX stationed_one_candidate');
    const second = await approved({ personId: persons.wu });
    const both = await Promise.all([first, second].map((one) => verdict(people.town, 'postStationed', seen(one))));
    expect(both.sort()).toEqual(['FIRST_SECRETARY_ON_POST', 'allowed']);
    await service.database.pool.query(
      `DELETE FROM stationed_assignment; CREATE UNIQUE INDEX stationed_one_candidate ON stationed_assignment (area_code)
       WHERE role = 'FIRST_SECRETARY' AND state IN ('NOMINATED', 'APPROVED')`,
    );
  });

  it.each([
    ['a community', { areaCode: codes.community }, 'NOT_A_VILLAGE'],
    ['a code nobody knows', { areaCode: '410823100999' }, 'AREA_UNKNOWN'],
    ['a unit nobody knows', { senderUnitId: idAt(999) }, 'UNIT_UNKNOWN'],
    ['a unit that was closed', { senderUnitId: units.closed }, 'UNIT_CLOSED'],
    ['a term that ends before it begins', { plannedTo: '2026-06-20' }, 'TERM_OUT_OF_ORDER'],
  ])('VIL-19 nobody is nominated for or from %s', async (_, more, expected) => {
    expect(await verdict(people.county, 'nominateStationed', { ...nomination, ...more })).toBe(expected);
  });

  it('VIL-19 the team has many members and the person one nomination', async () => {
    await onPost();
    const member = { role: 'TEAM_MEMBER', personId: persons.wu };
    expect((await onPost(member)).state).toBe('ON_POST');
    expect(
      await verdict(people.archive, 'nominateStationed', { ...nomination, ...member, personId: persons.villager }),
    ).toBe('allowed');
    expect(
      await verdict(people.archive, 'nominateStationed', { ...nomination, ...member, personId: persons.villager }),
    ).toBe('PERSON_NOMINATED_ALREADY');
    expect((await village()).stationedTeam).toMatchObject([{ role: 'FIRST_SECRETARY' }, { role: 'TEAM_MEMBER' }]);
  });

  it('VIL-19 refuses a step from a version that is no longer the newest', async () => {
    const first = await nominated();
    await as(people.county, 'approveStationed', seen(first));
    expect(await verdict(people.county, 'rejectStationed', { ...seen(first), reason: '另行安排' })).toBe(
      'STALE_VERSION',
    );
  });
});

describe('VIL-19 lists', () => {
  const list = async (filter: object, actor: Actor = people.city) =>
    (
      await service.data<{ stationedAssignments: { totalCount: number; nodes: { daysToEnd: number | null }[] } }>(
        actor,
        'query($filter: StationedAssignmentFilter) { stationedAssignments(filter: $filter) { totalCount nodes { daysToEnd areaCode } } }',
        { filter },
      )
    ).stationedAssignments;

  it('VIL-19 by place, state, role, unit and person, and by the days to the end, soonest first', async () => {
    await onPost({ plannedTo: '2026-08-14' });
    await onPost({ plannedTo: '2026-07-01', personId: persons.wu, areaCode: codes.liuzhuang });
    await onPost({ role: 'TEAM_MEMBER', personId: persons.villager, senderUnitId: units.archive });
    expect((await list({})).totalCount).toBe(3);
    expect((await list({ areaCode: codes.west })).totalCount).toBe(1);
    expect((await list({ areaCode: codes.city, role: 'TEAM_MEMBER' })).totalCount).toBe(1);
    expect((await list({ personId: persons.wu, state: ['ON_POST'] })).totalCount).toBe(1);
    expect((await list({ senderUnitId: units.bureau })).totalCount).toBe(0);
    expect((await list({ endingWithinDays: 60 })).nodes.map(({ daysToEnd }) => daysToEnd)).toEqual([16, 60]);
    expect((await list({ endingWithinDays: 59 })).totalCount).toBe(1);
    expect((await list({}, people.town)).totalCount).toBe(2);
    expect((await list({}, people.archive)).totalCount).toBe(3);
    expect((await list({}, people.otherCounty)).totalCount).toBe(0);
  });

  it('VIL-19 a person and a unit show what they have in villages', async () => {
    const { id } = await onPost();
    const { _entities } = await service.data<{ _entities: object[] }>(
      people.county,
      `query($of: [_Any!]!) { _entities(representations: $of) {
         ... on Person { stationedAssignments { id } } ... on PublicUnit { sentCadres { id } } ... on StationedAssignment { areaCode } } }`,
      {
        of: [
          { __typename: 'Person', id: persons.zhou },
          { __typename: 'PublicUnit', id: units.archive },
          { __typename: 'PublicUnit', id: units.bureau },
          { __typename: 'StationedAssignment', id },
        ],
      },
    );
    expect(_entities).toEqual([
      { stationedAssignments: [{ id }] },
      { sentCadres: [{ id }] },
      { sentCadres: [] },
      { areaCode: codes.dazhuang },
    ]);
  });

  it('VIL-19 shows every step with the reasons against it', async () => {
    const { id } = await nominated();
    const offered = async (actor: Actor) => {
      const { stationedAssignment } = await service.data<{
        stationedAssignment: { actions: { step: string; allowed: boolean; reasons: { code: string }[] }[] };
      }>(actor, 'query($id: ID!) { stationedAssignment(id: $id) { actions { step allowed reasons { code } } } }', {
        id,
      });
      return Object.fromEntries(
        stationedAssignment.actions.map(({ step, allowed, reasons }) => [
          step,
          allowed || reasons.map(({ code }) => code),
        ]),
      );
    };
    expect(await offered(people.county)).toMatchObject({ approve: true, reject: true, post: ['STEP_NOT_POSSIBLE'] });
    expect(await offered(people.archive)).toMatchObject({ approve: ['NOT_ALLOWED'] });
  });
});

describe('VIL-19 who may do what', () => {
  const table = (verdicts: Readonly<Partial<Record<Person, string>>>) =>
    Object.fromEntries(
      Object.entries(verdicts).map(([who, expected]) => [who, [people[who as Person], expected] as const]),
    );
  const yes = 'allowed';
  const no = 'NOT_ALLOWED';
  const none = 'NOT_FOUND';
  const decided = {
    city: yes,
    county: yes,
    town: no,
    otherTown: no,
    village: no,
    otherVillage: no,
    agriculture: no,
    archive: no,
    otherCounty: none,
    branch: no,
    nobody: no,
    auditor: no,
  } as const;
  const kept = { ...decided, town: yes, otherTown: none } as const;

  accessTable(
    'VIL-19 nominate',
    () => Promise.resolve(nomination),
    (actor, input) => verdict(actor, 'nominateStationed', input),
    table({ ...decided, archive: yes, otherCounty: no }),
  );
  accessTable(
    'VIL-19 approve',
    nominated,
    (actor, one) => verdict(actor, 'approveStationed', seen(one)),
    table(decided),
  );
  accessTable(
    'VIL-19 reject',
    nominated,
    (actor, one) => verdict(actor, 'rejectStationed', { ...seen(one), reason: '理由' }),
    table(decided),
  );
  accessTable('VIL-19 post', approved, (actor, one) => verdict(actor, 'postStationed', seen(one)), table(kept));
  accessTable(
    'VIL-19 leave',
    onPost,
    (actor, one) => verdict(actor, 'recordStationedLeave', { ...seen(one), reason: '培训' }),
    table(kept),
  );
  accessTable(
    'VIL-19 return',
    async () => as(people.town, 'recordStationedLeave', { ...seen(await onPost()), reason: '培训' }),
    (actor, one) => verdict(actor, 'recordStationedReturn', seen(one)),
    table(kept),
  );
  accessTable(
    'VIL-19 end',
    onPost,
    (actor, one) => verdict(actor, 'endStationed', { ...seen(one), kind: 'OTHER', reason: '理由' }),
    table(kept),
  );
  accessTable(
    'VIL-19 recall',
    onPost,
    (actor, one) =>
      verdict(actor, 'recallStationed', {
        ...seen(one),
        kind: 'VILLAGE_UNCHANGED',
        evaluation: '督导通报',
        successorPlan: '另派',
        successorBy: '2026-06-30',
      }),
    table(decided),
  );
});
