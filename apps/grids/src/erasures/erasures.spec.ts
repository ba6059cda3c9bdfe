import { tablesNamingPersons, tracesOf, type Query } from '@jishi/erasures';
import { erasureRequested } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { beginAgain, gridsOf, idAt, people, riverTown } from '../../seeds/river-town';
import { grids } from '../service';
import { holdings } from './index';

let service: TestService;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
beforeEach(async () => {
  await beginAgain(service);
  await service.forget();
});
afterAll(() => service.close());

const personId = idAt(391);
const request = (erasure: number, who = personId, scope: 'ALL' | 'CONTACT' = 'ALL') =>
  erasureRequested({ erasureId: idAt(erasure), personId: who, scope, dueAt: '2026-06-16T01:00:00.000Z' });
const query: Query = async (sql, values = []) => (await service.database.pool.query(sql, [...values])).rows;

/** Somebody served in a grid, was trained, and left for a reason that names him. */
async function served(reason: string): Promise<void> {
  const { west } = await gridsOf(service);
  const { assignGridStaff } = await service.data<{ assignGridStaff: { staff: { id: string } } }>(
    people.community,
    'mutation ($input: AssignGridStaffInput!) { assignGridStaff(input: $input) { staff { id } } }',
    { input: { gridId: west.id, personId, kind: 'FULL_TIME', from: '2026-01-01' } },
  );
  await service.data(
    people.community,
    'mutation ($input: RecordStaffTrainingInput!) { recordStaffTraining(input: $input) { staff { id } } }',
    { input: { staffId: assignGridStaff.staff.id, title: '消防', heldOn: '2026-05-01', hours: 2 } },
  );
  await service.data(
    people.community,
    'mutation ($input: EndGridStaffInput!) { endGridStaff(input: $input) { staff { id } } }',
    { input: { id: assignGridStaff.staff.id, version: 1, on: '2026-06-15', reason } },
  );
  await service.forget();
}

describe('X-27 erasure in grids (个人信息保护法第四十七条)', () => {
  it('X-27 leaves no trace of why a grid worker left; that the grid was served stays, by id', async () => {
    await served('删测甲因病离岗，电话13977770001');
    const values = ['删测甲', '13977770001'];
    expect((await tracesOf(query, values)).map(({ table }) => table)).toEqual(
      expect.arrayContaining(['public.grid_staff', 'public.audit_entry']),
    );
    expect(await service.receive(request(8001))).toEqual(['apply']);
    expect(await tracesOf(query, values)).toEqual([]);
    expect(await service.emitted()).toEqual([
      {
        type: 'grids.erasure.acknowledged.v1',
        key: idAt(8001),
        version: 1,
        data: { erasureId: idAt(8001), personId, erased: 1, kept: 2, at: '2026-06-15T01:00:00.000Z' },
      },
    ]);
    const rows = await query('SELECT person_id, from_on, to_on, end_reason FROM grid_staff WHERE person_id = $1', [
      personId,
    ]);
    expect(rows).toEqual([{ person_id: personId, from_on: '2026-01-01', to_on: '2026-06-15', end_reason: null }]);
    const trail = await query<{ changes: object }>(
      `SELECT changes FROM audit_entry WHERE entity = 'grid_staff' AND changes ? 'end_reason' ORDER BY seq DESC LIMIT 1`,
    );
    expect(trail).toMatchObject([{ changes: { end_reason: 'personal', to_on: { after: '2026-06-15' } } }]);
  });

  it('X-27 a person of whom nothing is held is acknowledged with 0, and one request once', async () => {
    const event = request(8002, idAt(392));
    expect(await service.receive(event, event)).toEqual(['apply', 'repeated']);
    expect((await service.emitted()).map(({ type, data }) => [type, data.erased, data.kept])).toEqual([
      ['grids.erasure.acknowledged.v1', 0, 0],
    ]);
  });

  it('X-27 of a former member, of whom only how to reach him goes, what the grid wrote stays', async () => {
    await served('岗位调整');
    await service.receive(request(8003, personId, 'CONTACT'));
    expect((await service.emitted()).map(({ data }) => [data.erased, data.kept])).toEqual([[0, 2]]);
    expect(await query('SELECT end_reason FROM grid_staff WHERE person_id = $1', [personId])).toEqual([
      { end_reason: '岗位调整' },
    ]);
  });
});

it('X-27 every table that names a person is among what is erased', async () => {
  expect(await tablesNamingPersons(query)).toEqual(holdings.map(({ table }) => table).sort());
});
