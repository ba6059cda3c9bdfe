import type { Actor } from '@jishi/access';
import { areaChanged } from '@jishi/event-contracts';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { randomUUID } from 'node:crypto';
import { actors, areas, firms, persons, twoTowns } from '../../seeds/two-towns';
import { enterprises } from '../service';
import { expireTerms } from './instructors.ending';

let service: TestService;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
beforeEach(async () => {
  service.on('2026-06-15');
  await service.database.pool.query('TRUNCATE instructor_assignment, instructor');
  await service.forget();
});
afterAll(() => service.close());

const instructorFields = 'id version kind maxLoad load openLoad overloaded mode leftOn maxLoadCitation { rule }';
const assignmentFields =
  'id version state kind mode proposedOn startedOn until endedOn endWay endReason instructor { id }';
const mutations = {
  record: `mutation($input: RecordInstructorInput!) { recordInstructor(input: $input) { instructor { ${instructorFields} } } }`,
  change: `mutation($input: ChangeInstructorInput!) { changeInstructor(input: $input) { instructor { ${instructorFields} } } }`,
  leave: `mutation($input: LeaveInstructorInput!) { leaveInstructor(input: $input) { instructor { ${instructorFields} } } }`,
  propose: `mutation($input: ProposeInstructorInput!) { proposeInstructor(input: $input) { assignment { ${assignmentFields} } } }`,
  confirm: `mutation($input: ConfirmInstructorInput!) { confirmInstructor(input: $input) { assignment { ${assignmentFields} } } }`,
  end: `mutation($input: EndInstructorAssignmentInput!) { endInstructorAssignment(input: $input) { assignment { ${assignmentFields} } } }`,
} as const;
type Step = keyof typeof mutations;
interface Row {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: unknown;
}
const as = async (actor: Actor, step: Step, input: object): Promise<Row> => {
  const reply = await service.data<Record<string, Record<string, Row>>>(actor, mutations[step], { input });
  return Object.values(Object.values(reply)[0]!)[0]!;
};
const verdict = (actor: Actor, step: Step, input: object) => service.verdict(actor, mutations[step], { input });
const seen = ({ id, version }: Row) => ({ id, version });

const instructor = (more: object = {}, actor: Actor = actors.twoNewCounty) =>
  as(actor, 'record', {
    personId: randomUUID(),
    kind: 'INSTRUCTOR',
    areaCode: areas.county,
    since: '2026-01-01',
    ...more,
  });
const proposed = async (entityId: string = firms.software, more: object = {}) => {
  const { id } = await instructor(more);
  return as(actors.townEast, 'propose', { instructorId: id, entityId });
};
const active = async (entityId: string = firms.software, more: object = {}) =>
  as(actors.twoNewCounty, 'confirm', seen(await proposed(entityId, more)));
const told = async () =>
  (await service.emitted()).map(({ type }) => type).filter((type) => type.startsWith('enterprises.instructor.'));
const without = async (filter: object = {}, actor: Actor = actors.twoNewCounty) =>
  (
    await service.data<{
      entitiesWithoutInstructor: {
        nodes: { entity: { id: string }; days: number; overdue: boolean; lastEndWay: string | null }[];
      };
    }>(
      actor,
      `query($filter: InstructorVacancyFilter) { entitiesWithoutInstructor(filter: $filter, first: 100) { totalCount nodes {
         entity { id } since days overdue lastEndWay } } }`,
      { filter },
    )
  ).entitiesWithoutInstructor.nodes;
const vacancy = async (id: string) => (await without()).find(({ entity }) => entity.id === id);

describe('ENT-09 from proposal to the end', () => {
  it('ENT-09 an instructor is proposed, starts, is told of, and ends with a reason', async () => {
    const proposal = await proposed();
    expect(proposal).toMatchObject({ state: 'PROPOSED', proposedOn: '2026-06-15', startedOn: null, mode: null });
    expect(await told()).toEqual([]);
    service.on('2026-06-17');
    const started = await as(actors.townEast, 'confirm', { ...seen(proposal), on: '2026-06-16' });
    expect(started).toMatchObject({ state: 'ACTIVE', startedOn: '2026-06-16', mode: 'ONE_TO_ONE' });
    service.on('2026-07-01');
    expect(await verdict(actors.townEast, 'end', { ...seen(started), reason: ' ' })).toBe('INVALID_INPUT');
    expect(await as(actors.townEast, 'end', { ...seen(started), reason: '岗位调整' })).toMatchObject({
      state: 'ENDED',
      endedOn: '2026-07-01',
      endWay: 'REASSIGNED',
      endReason: '岗位调整',
    });
    const events = (await service.emitted()).filter(({ type }) => type.startsWith('enterprises.instructor.'));
    expect(events).toMatchObject([
      { type: 'enterprises.instructor.assigned.v1', data: { entityId: firms.software, from: '2026-06-16' } },
      { type: 'enterprises.instructor.ended.v1', data: { entityId: firms.software, to: '2026-07-01' } },
    ]);
  });

  it('ENT-09 a proposal that is withdrawn tells nobody', async () => {
    const proposal = await proposed();
    expect(await as(actors.townEast, 'end', { ...seen(proposal), reason: '改派' })).toMatchObject({
      endWay: 'WITHDRAWN',
    });
    expect(await told()).toEqual([]);
  });

  it('ENT-09 no step leads out of its order, and none is taken on an old version', async () => {
    const proposal = await proposed();
    expect(await verdict(actors.townEast, 'confirm', { ...seen(proposal), version: 9 })).toBe('STALE_VERSION');
    const started = await as(actors.townEast, 'confirm', seen(proposal));
    expect(await verdict(actors.townEast, 'confirm', seen(started))).toBe('STEP_NOT_POSSIBLE');
    const ended = await as(actors.townEast, 'end', { ...seen(started), reason: '调整' });
    for (const step of ['confirm', 'end'] as const)
      expect(await verdict(actors.townEast, step, { ...seen(ended), ...(step === 'end' && { reason: '再次' }) })).toBe(
        'STEP_NOT_POSSIBLE',
      );
  });

  it('ENT-09 days in the future or out of order are refused', async () => {
    const proposal = await proposed();
    expect(await verdict(actors.townEast, 'confirm', { ...seen(proposal), on: '2026-06-16' })).toBe(
      'DAY_IN_THE_FUTURE',
    );
    expect(await verdict(actors.townEast, 'confirm', { ...seen(proposal), on: '2026-06-14' })).toBe(
      'STARTED_BEFORE_PROPOSED',
    );
    const started = await as(actors.townEast, 'confirm', seen(proposal));
    const end = { ...seen(started), reason: '调整' };
    expect(await verdict(actors.townEast, 'end', { ...end, on: '2026-06-16' })).toBe('DAY_IN_THE_FUTURE');
    expect(await verdict(actors.townEast, 'end', { ...end, on: '2026-06-14' })).toBe('ENDED_BEFORE_STARTED');
  });

  it('ENT-09 one instructor and one liaison serve an entity at a time, and a successor may be proposed before', async () => {
    const first = await active();
    const successor = await proposed();
    expect(await verdict(actors.townEast, 'confirm', seen(successor))).toBe('ANOTHER_ACTIVE');
    await active(firms.software, { kind: 'LIAISON' });
    const reply = await service.data<{ entity: Record<string, unknown> }>(
      actors.townEast,
      `query($id: ID!) { entity(id: $id) { ... on Enterprise { instructor { id } liaison { kind load mode }
         instructorAssignments { state kind actions { step allowed reasons { code } } } } } }`,
      { id: firms.software },
    );
    expect(reply.entity).toMatchObject({
      instructor: first.instructor,
      liaison: { kind: 'LIAISON', load: 1, mode: 'ONE_TO_ONE' },
      instructorAssignments: [
        { state: 'ACTIVE', kind: 'LIAISON' },
        {
          state: 'PROPOSED',
          actions: [
            { step: 'confirm', allowed: false, reasons: [{ code: 'ANOTHER_ACTIVE' }] },
            { step: 'end', allowed: true },
          ],
        },
        { state: 'ACTIVE', kind: 'INSTRUCTOR' },
      ],
    });
    await as(actors.townEast, 'end', { ...seen(first), reason: '交接' });
    expect(await verdict(actors.townEast, 'confirm', seen(successor))).toBe('allowed');
  });

  it('ENT-09 of two successors who are confirmed at once one starts', async () => {
    const proposals = [await proposed(), await proposed()];
    const verdicts = await Promise.all(
      proposals.map((proposal) => verdict(actors.townEast, 'confirm', seen(proposal))),
    );
    expect(verdicts.sort()).toEqual(['ANOTHER_ACTIVE', 'allowed']);
    expect(await told()).toHaveLength(1);
  });
});

describe('ENT-09 load', () => {
  it('ENT-09 nobody gets more entities than he may have, also not when two assign him at once', async () => {
    const { id: instructorId } = await instructor({ maxLoad: 2 });
    await as(actors.twoNewCounty, 'propose', { instructorId, entityId: firms.software });
    const verdicts = await Promise.all([
      verdict(actors.townEast, 'propose', { instructorId, entityId: firms.courier }),
      verdict(actors.twoNewCounty, 'propose', { instructorId, entityId: firms.west }),
    ]);
    expect(verdicts.sort()).toEqual(['INSTRUCTOR_OVERLOADED', 'allowed']);
  });

  it('ENT-09 the limit is that of the rule unless he has his own, and lowering it shows him as overloaded', async () => {
    const one = await instructor();
    expect(one).toMatchObject({ maxLoad: 10, maxLoadCitation: { rule: 'ent.instructor.max-load' }, mode: null });
    for (const entityId of [firms.software, firms.courier]) {
      const proposal = await as(actors.townEast, 'propose', { instructorId: one.id, entityId });
      await as(actors.townEast, 'confirm', seen(proposal));
    }
    const lowered = await as(actors.twoNewCounty, 'change', { ...seen(one), maxLoad: 1 });
    expect(lowered).toMatchObject({
      maxLoad: 1,
      load: 2,
      overloaded: true,
      mode: 'ONE_TO_MANY',
      maxLoadCitation: null,
    });
    await instructor();
    const list = async (filter: object) =>
      (
        await service.data<{ instructors: { totalCount: number } }>(
          actors.twoNewCounty,
          'query($filter: InstructorFilter) { instructors(filter: $filter) { totalCount nodes { id } } }',
          { filter },
        )
      ).instructors.totalCount;
    expect(await list({})).toBe(2);
    expect(await list({ overloaded: true, areaCode: areas.county })).toBe(1);
    expect(await list({ overloaded: false, kind: 'INSTRUCTOR' })).toBe(1);
    expect(await list({ kind: 'LIAISON' })).toBe(0);
    expect(await list({ left: true })).toBe(0);
    const [county] = (
      await service.data<{ _entities: { instructorLoad: object }[] }>(
        actors.twoNewCounty,
        `query($r: [_Any!]!) { _entities(representations: $r) { ... on Area { instructorLoad { instructors assignments mean max overloaded asOf } } } }`,
        { r: [{ __typename: 'Area', code: areas.county }] },
      )
    )._entities;
    expect(county!.instructorLoad).toEqual({
      instructors: 2,
      assignments: 2,
      mean: 1,
      max: 2,
      overloaded: 1,
      asOf: '2026-06-15',
    });
    expect(await verdict(actors.twoNewCounty, 'change', { ...seen(lowered), maxLoad: 0 })).toBe('MAX_LOAD_TOO_SMALL');
  });

  it('ENT-09 he is refused for what stands against it', async () => {
    const east = await instructor({ areaCode: areas.east });
    const propose = (more: object) =>
      verdict(actors.twoNewCounty, 'propose', { instructorId: east.id, entityId: firms.software, ...more });
    expect(await propose({ entityId: firms.west })).toBe('INSTRUCTOR_OF_ANOTHER_AREA');
    expect(await propose({ until: '2026-06-14' })).toBe('TERM_OVER');
    expect(await propose({ entityId: firms.far })).toBe('NOT_FOUND');
    // Of an instructor of another county nothing is said, not even where he serves or that he has left.
    const far = await instructor({ areaCode: areas.otherTown }, actors.cityOrg);
    expect(await propose({ instructorId: far.id })).toBe('NOT_FOUND');
    expect(await propose({ instructorId: randomUUID() })).toBe('NOT_FOUND');
    expect(await propose({})).toBe('allowed');
    expect(await propose({})).toBe('ALREADY_ASSIGNED');
    await as(actors.twoNewCounty, 'leave', { ...seen(east), on: '2026-06-15', reason: '调离' });
    expect(await propose({ entityId: firms.courier })).toBe('INSTRUCTOR_LEFT');
  });

  it('ENT-09 a person is one instructor, recorded for an area in use, since a day that has come', async () => {
    const facts = { personId: persons.wang, kind: 'INSTRUCTOR', areaCode: areas.east };
    expect(await verdict(actors.townEast, 'record', { ...facts, since: '2026-06-16' })).toBe('DAY_IN_THE_FUTURE');
    expect(await verdict(actors.townEast, 'record', { ...facts, areaCode: '410811101999' })).toBe('AREA_UNKNOWN');
    expect(await verdict(actors.townEast, 'record', facts)).toBe('allowed');
    expect(await verdict(actors.townEast, 'record', facts)).toBe('INSTRUCTOR_RECORDED');
    expect(await verdict(actors.townEast, 'record', { ...facts, kind: 'LIAISON' })).toBe('allowed');
  });
});

describe('ENT-09 entities without an instructor', () => {
  const recordedOn = (day: string) =>
    service.database.pool.query(`UPDATE entity SET created_at = $1::timestamptz`, [`${day}T01:00:00Z`]);

  it('ENT-09 are listed with their days, overdue after more than fifteen, unless they have an organisation or do not operate', async () => {
    await recordedOn('2026-05-31');
    expect(await vacancy(firms.software)).toMatchObject({ days: 15, overdue: false, lastEndWay: null });
    service.on('2026-06-16');
    expect(await vacancy(firms.software)).toMatchObject({ days: 16, overdue: true });
    expect(await without({ overDays: 15 })).toHaveLength(5);
    expect(await without({ overDays: 16 })).toEqual([]);
    expect(await without({ areaCode: areas.west, registrar: 'CA' })).toHaveLength(1);
    await service.database.pool.query(`UPDATE entity SET org_count = 1 WHERE id = $1`, [firms.software]);
    await service.database.pool.query(`UPDATE entity SET operating = 'SHELL' WHERE id = $1`, [firms.courier]);
    expect((await without({ areaCode: areas.east })).map(({ entity }) => entity.id)).toEqual([firms.shop]);
    await service.database.pool.query(`UPDATE entity SET org_count = 0, operating = 'OPEN' WHERE closed_on IS NULL`);
  });

  it('ENT-09 when an instructor leaves, all his entities are on the list the same day', async () => {
    await recordedOn('2026-01-01');
    const one = await instructor();
    for (const entityId of [firms.software, firms.courier, firms.west]) {
      const proposal = await as(actors.twoNewCounty, 'propose', { instructorId: one.id, entityId });
      await as(actors.twoNewCounty, 'confirm', seen(proposal));
    }
    const open = await as(actors.twoNewCounty, 'propose', { instructorId: one.id, entityId: firms.shop });
    expect((await without()).map(({ entity }) => entity.id).sort()).toEqual([firms.shop, firms.school].sort());
    service.on('2026-08-01');
    const leave = { ...seen(one), on: '2026-08-01', reason: '退休' };
    expect(await verdict(actors.twoNewCounty, 'leave', { ...leave, on: '2026-08-02' })).toBe('DAY_OUT_OF_RANGE');
    expect(await verdict(actors.twoNewCounty, 'leave', { ...leave, reason: '' })).toBe('REASON_MISSING');
    expect(await as(actors.twoNewCounty, 'leave', leave)).toMatchObject({ leftOn: '2026-08-01', load: 0, openLoad: 0 });
    expect(await verdict(actors.twoNewCounty, 'leave', { ...leave, version: 2 })).toBe('INSTRUCTOR_LEFT');
    expect(await verdict(actors.twoNewCounty, 'confirm', { id: open.id, version: 2 })).toBe('STEP_NOT_POSSIBLE');
    for (const entityId of [firms.software, firms.courier, firms.west])
      expect(await vacancy(entityId)).toMatchObject({ days: 0, overdue: false, lastEndWay: 'LEFT' });
    expect((await told()).filter((type) => type.endsWith('ended.v1'))).toHaveLength(3);
  });

  it('ENT-09 a term ends by the clock on the day after its last, once, and puts the entity on the list', async () => {
    const { id: instructorId } = await instructor();
    const proposal = await as(actors.townEast, 'propose', {
      instructorId,
      entityId: firms.software,
      until: '2026-06-20',
    });
    const started = await as(actors.townEast, 'confirm', seen(proposal));
    const clock = () => expireTerms({ today: service.today, transact: service.asSystem });
    const soon = async () =>
      (
        await service.data<{
          instructorAssignments: { nodes: { id: string; state: string; endWay: string | null }[] };
        }>(
          actors.townEast,
          '{ instructorAssignments(filter: { untilBefore: "2026-07-01" }) { nodes { id state endWay } } }',
        )
      ).instructorAssignments.nodes;
    service.on('2026-06-20');
    await clock();
    expect(await soon()).toEqual([{ id: started.id, state: 'ACTIVE', endWay: null }]);
    service.on('2026-06-21');
    await clock();
    await clock();
    expect(await soon()).toEqual([]);
    expect(await vacancy(firms.software)).toMatchObject({ days: 0, lastEndWay: 'TERM_ENDED' });
    expect(await told()).toEqual(['enterprises.instructor.assigned.v1', 'enterprises.instructor.ended.v1']);
  });
});

describe('ENT-09 and the database of entities', () => {
  const entityOf = async (assignmentId: string) =>
    (
      await service.database.pool.query<{
        entity_id: string;
        state: string;
        end_way: string | null;
        area_code: string;
      }>('SELECT entity_id, state, end_way, area_code FROM instructor_assignment WHERE id = $1', [assignmentId])
    ).rows[0];
  const fresh = async () => {
    const { rows } = await service.database.pool.query<{ id: string }>(
      `INSERT INTO entity (registrar, name, kind, operating, area_code) VALUES ('MR', '重复记录', 'COMPANY', 'DUPLICATE', $1) RETURNING id`,
      [areas.eastCommunity],
    );
    return rows[0]!.id;
  };
  const versionOf = async (id: string) =>
    (await service.database.pool.query<{ version: number }>('SELECT version FROM entity WHERE id = $1', [id])).rows[0]!
      .version;
  const merge = (mergedId: string) =>
    service.data(
      actors.twoNewCounty,
      'mutation($input: MergeEntitiesInput!) { mergeEntities(input: $input) { entity { id } } }',
      { input: { keepId: firms.software, mergedId, reason: '重复' } },
    );

  it('ENT-09 assignments of a duplicate follow to the kept record, unless one of the kind serves there', async () => {
    const first = await fresh();
    const moving = await active(first);
    await merge(first);
    expect(await entityOf(moving.id)).toMatchObject({ entity_id: firms.software, state: 'ACTIVE' });
    const second = await fresh();
    const spare = await active(second);
    await merge(second);
    expect(await entityOf(spare.id)).toMatchObject({ entity_id: second, state: 'ENDED', end_way: 'ENTITY_MERGED' });
    expect(await entityOf(moving.id)).toMatchObject({ entity_id: firms.software, state: 'ACTIVE' });
  });

  it('ENT-09 assignments end with the registration', async () => {
    const entityId = await fresh();
    const serving = await active(entityId);
    await service.data(
      actors.twoNewCounty,
      'mutation($input: CloseEntityInput!) { closeEntity(input: $input) { entity { id } } }',
      { input: { id: entityId, version: await versionOf(entityId), on: '2026-06-15', reason: '注销' } },
    );
    expect(await entityOf(serving.id)).toMatchObject({ state: 'ENDED', end_way: 'ENTITY_CLOSED' });
  });

  it('ENT-01 ENT-09 when an area is merged, open records, instructors and assignments stand in the successor, and closed ones where they were', async () => {
    const ended = await as(actors.townEast, 'end', {
      ...seen(await active(firms.shop, { areaCode: areas.eastVillage })),
      reason: '调整',
    });
    const serving = await active(firms.shop, { areaCode: areas.eastVillage });
    await service.forget();
    const merger = areaChanged({
      code: areas.eastVillage,
      name: '小庄村',
      level: 'GRASSROOTS',
      parentCode: areas.east,
      kind: 'VILLAGE',
      validFrom: '2015-01-01',
      validTo: '2026-06-15',
      replacedBy: [areas.eastCommunity],
    });
    await service.receive(merger);
    await service.receive(merger);
    expect(await entityOf(serving.id)).toMatchObject({ area_code: areas.eastCommunity });
    expect(await entityOf(ended.id)).toMatchObject({ area_code: areas.eastVillage });
    const moved = (await service.emitted()).filter(({ type }) => type.startsWith('enterprises.entity.'));
    expect(moved).toMatchObject([
      { type: 'enterprises.entity.changed.v1', key: firms.shop, data: { areaCode: areas.eastCommunity } },
    ]);
    const { rows } = await service.database.pool.query<{ area_code: string }>(
      'SELECT area_code FROM instructor WHERE id = $1',
      [(serving.instructor as Row).id],
    );
    expect(rows).toEqual([{ area_code: areas.eastCommunity }]);
  });

  it('ENT-09 a person shows where he serves', async () => {
    await active(firms.software, { personId: persons.li });
    const reply = await service.data(
      actors.townEast,
      `query($r: [_Any!]!) { _entities(representations: $r) { ... on Person { instructorAssignments { state entity { id } person { id } } } } }`,
      {
        r: [
          { __typename: 'Person', id: persons.li },
          { __typename: 'Person', id: persons.zhao },
        ],
      },
    );
    expect(reply).toEqual({
      _entities: [
        { instructorAssignments: [{ state: 'ACTIVE', entity: { id: firms.software }, person: { id: persons.li } }] },
        { instructorAssignments: [] },
      ],
    });
  });
});

describe('ENT-09 who keeps instructors', () => {
  const expected = (verdicts: Partial<Record<keyof typeof actors, string>>) =>
    Object.fromEntries(
      (Object.keys(actors) as (keyof typeof actors)[]).map((name) => [
        name,
        [actors[name], verdicts[name] ?? 'NOT_ALLOWED'] as const,
      ]),
    );
  const keepers = { townEast: 'allowed', countyOrg: 'allowed', cityOrg: 'allowed', twoNewCounty: 'allowed' };
  const unseen = { townWest: 'NOT_FOUND', stranger: 'NOT_FOUND' };
  const ofEast = () => instructor({ areaCode: areas.east });

  accessTable(
    'ENT-09 record',
    async () => ({ personId: randomUUID(), kind: 'INSTRUCTOR', areaCode: areas.east }),
    (actor, input) => verdict(actor, 'record', input),
    expected(keepers),
  );
  accessTable(
    'ENT-09 change',
    ofEast,
    (actor, row) => verdict(actor, 'change', { ...seen(row), maxLoad: 5 }),
    expected({ ...keepers, ...unseen }),
  );
  accessTable(
    'ENT-09 leave',
    ofEast,
    (actor, row) => verdict(actor, 'leave', { ...seen(row), on: '2026-06-15', reason: '调离' }),
    expected({ ...keepers, ...unseen }),
  );
  accessTable(
    'ENT-09 propose',
    ofEast,
    (actor, { id }) => verdict(actor, 'propose', { instructorId: id, entityId: firms.software }),
    expected({ ...keepers, ...unseen }),
  );
  accessTable(
    'ENT-09 confirm',
    proposed,
    (actor, row) => verdict(actor, 'confirm', seen(row)),
    expected({ ...keepers, ...unseen }),
  );
  accessTable(
    'ENT-09 end',
    active,
    (actor, row) => verdict(actor, 'end', { ...seen(row), reason: '调整' }),
    expected({ ...keepers, ...unseen }),
  );
});
