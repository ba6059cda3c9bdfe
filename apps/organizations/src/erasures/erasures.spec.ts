import { tablesNamingPersons, tracesOf, type Query } from '@jishi/erasures';
import { erasureRequested } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { beginAgain, idAt, orgs, people, twoTowns } from '../../seeds/two-towns';
import { organizations } from '../service';
import { holdings } from './index';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const query: Query = async (sql, values = []) => (await service.database.pool.query(sql, [...values])).rows;

it('X-27 leaves no trace of what was written about a post; who held which post when stays, by id (个人信息保护法第四十七条)', async () => {
  const { recordLeadingBody } = await service.data<{ recordLeadingBody: { leadingBody: { id: string } } }>(
    people.co,
    'mutation ($input: RecordLeadingBodyInput!) { recordLeadingBody(input: $input) { leadingBody { id } } }',
    { input: { organizationId: orgs.xiaozhuang, kind: 'BRANCH_COMMITTEE', seats: 3 } },
  );
  const bodyId = recordLeadingBody.leadingBody.id;
  await service.data(people.co, 'mutation ($input: BeginTermInput!) { beginTerm(input: $input) { term { id } } }', {
    input: { bodyId, startOn: '2025-06-01' },
  });
  const personId = idAt(591);
  await service.data(
    people.co,
    'mutation ($input: AppointToPostInput!) { appointToPost(input: $input) { post { id } } }',
    { input: { bodyId, personId, kind: 'SECRETARY', from: '2025-06-01', duty: '删测丙负责全面工作，住小庄村5号' } },
  );
  const values = ['删测丙', '小庄村5号'];
  expect((await tracesOf(query, values)).map(({ table }) => table)).toEqual(
    expect.arrayContaining(['public.post', 'public.audit_entry']),
  );
  await service.forget();

  const event = erasureRequested({ erasureId: idAt(8001), personId, scope: 'ALL', dueAt: '2026-06-16T01:00:00.000Z' });
  expect(await service.receive(event, event)).toEqual(['apply', 'repeated']);
  expect(await tracesOf(query, values)).toEqual([]);
  expect((await service.emitted()).map(({ type, data }) => [type, data.erased, data.kept])).toEqual([
    ['organizations.erasure.acknowledged.v1', 1, 1],
  ]);
  expect(await query('SELECT kind, from_on, duty FROM post WHERE person_id = $1', [personId])).toEqual([
    { kind: 'SECRETARY', from_on: '2025-06-01', duty: null },
  ]);
});

it('X-27 every table that names a person is among what is erased', async () => {
  expect(await tablesNamingPersons(query)).toEqual(holdings.map(({ table }) => table).sort());
});
