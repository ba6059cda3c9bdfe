import type { Actor } from '@jishi/access';
import { tablesNamingPersons, tracesOf, type Query } from '@jishi/erasures';
import { erasureRequested, memberRecorded } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { actors, areas, firms, orgs, twoTowns } from '../../seeds/two-towns';
import { enterprises } from '../service';
import { holdings } from './index';

let service: TestService;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
beforeEach(async () => {
  service.on('2026-06-15');
  await service.forget();
});
afterAll(() => service.close());

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const personId = id(9591);
const query: Query = async (sql, values = []) => (await service.database.pool.query(sql, [...values])).rows;

interface Row {
  readonly id: string;
  readonly version: number;
}
async function change(actor: Actor, name: string, type: string, field: string, input: object): Promise<Row> {
  const reply = await service.data<Record<string, Record<string, Row>>>(
    actor,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${field} { id version } } }`,
    { input },
  );
  return reply[name]![field]!;
}

it('X-27 leaves no trace of why an instructor left, and no firm points at the person any more (个人信息保护法第四十七条)', async () => {
  const instructor = await change(actors.twoNewCounty, 'recordInstructor', 'RecordInstructorInput', 'instructor', {
    personId,
    kind: 'INSTRUCTOR',
    areaCode: areas.county,
    since: '2026-01-01',
  });
  await change(actors.twoNewCounty, 'leaveInstructor', 'LeaveInstructorInput', 'instructor', {
    id: instructor.id,
    version: instructor.version,
    on: '2026-06-15',
    reason: '删测丁调往外地，新号13977770004',
  });
  const [firm] = await query<Row>('SELECT id, version FROM entity WHERE id = $1', [firms.software]);
  await change(actors.marketCounty, 'changeEntity', 'ChangeEntityInput', 'entity', {
    ...firm,
    contactPersonId: personId,
  });
  const values = ['删测丁', '13977770004'];
  expect((await tracesOf(query, values)).map(({ table }) => table)).toEqual(
    expect.arrayContaining(['public.instructor', 'public.audit_entry']),
  );
  await service.forget();

  const event = erasureRequested({ erasureId: id(8001), personId, scope: 'ALL', dueAt: '2026-06-16T01:00:00.000Z' });
  expect(await service.receive(event, event)).toEqual(['apply', 'repeated']);
  expect(await tracesOf(query, values)).toEqual([]);
  expect((await service.emitted()).map(({ type, data }) => [type, data.erased, data.kept])).toEqual([
    ['enterprises.erasure.acknowledged.v1', 2, 1],
  ]);
  expect(await query('SELECT contact_person_id, version FROM entity WHERE id = $1', [firms.software])).toEqual([
    { contact_person_id: null, version: firm!.version + 2 },
  ]);
});

it('X-27 a copy filled anew from the first event on brings nothing of an erased person back', async () => {
  const knownMembers = enterprises.projections
    .flatMap(({ consumers = [] }) => consumers)
    .find(({ name }) => name === 'enterprises.known-members')!;
  const recorded = memberRecorded({
    memberId: id(9601),
    personId: id(9592),
    orgId: orgs.eastVillage,
    status: 'FULL',
    memberClass: 'IN_POST',
    areaCode: areas.eastVillage,
    workHost: { kind: 'ENTERPRISE', id: firms.software },
  });
  const event = erasureRequested({
    erasureId: id(8002),
    personId: id(9592),
    scope: 'ALL',
    dueAt: '2026-06-16T01:00:00.000Z',
  });
  await service.receive(recorded, event);
  const everything = async () => query('SELECT to_jsonb(k) AS row FROM known_member k ORDER BY id');
  const before = await everything();
  await service.empty(knownMembers);
  expect(await everything()).toEqual([]);
  // From the first record on, the erasure among them: told before, so acknowledged no second time.
  await service.receive(recorded, event);
  expect(await everything()).toEqual(before);
  // Ids and codes: nothing in the copy could name him, and a new column would have to say why it is here.
  const [copy] = await query<{ row: Record<string, unknown> }>(
    'SELECT to_jsonb(k) AS row FROM known_member k WHERE id = $1',
    [id(9601)],
  );
  expect(copy!.row).toEqual({
    id: id(9601),
    person_id: id(9592),
    org_id: orgs.eastVillage,
    status: 'FULL',
    member_class: 'IN_POST',
    work_host_kind: 'ENTERPRISE',
    work_host_id: firms.software,
  });
  const acknowledged = (await service.emitted()).filter(({ type }) => type.endsWith('erasure.acknowledged.v1'));
  expect(acknowledged).toHaveLength(1);
});

it('X-27 every table that names a person is among what is erased', async () => {
  expect(await tablesNamingPersons(query)).toEqual(holdings.map(({ table }) => table).sort());
});
