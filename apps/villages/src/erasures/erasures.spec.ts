import type { Actor } from '@jishi/access';
import { erasedText, tablesNamingPersons, tracesOf, type Query } from '@jishi/erasures';
import { erasureRequested } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, people, persons, units, villageWork } from '../../seeds/village-work';
import { villages } from '../service';
import { holdings } from './index';

let service: TestService;
beforeAll(async () => {
  service = await testService(villages, villageWork);
}, 120_000);
beforeEach(() => beginAgain(service, 'stationed_assignment'));
afterAll(() => service.close());

const query: Query = async (sql, values = []) => (await service.database.pool.query(sql, [...values])).rows;

interface Assignment {
  readonly id: string;
  readonly version: number;
}
async function step(actor: Actor, name: string, type: string, input: object): Promise<Assignment> {
  const reply = await service.data<Record<string, { assignment: Assignment }>>(
    actor,
    `mutation ($input: ${type}!) { ${name}(input: $input) { assignment { id version } } }`,
    { input },
  );
  const { id, version } = reply[name]!.assignment;
  return { id, version };
}

it('X-27 leaves no trace of how a first secretary was judged; that the village had one stays, by id (个人信息保护法第四十七条)', async () => {
  const nominated = await step(people.archive, 'nominateStationed', 'NominateStationedInput', {
    personId: persons.zhou,
    areaCode: codes.dazhuang,
    role: 'FIRST_SECRETARY',
    senderUnitId: units.archive,
    plannedFrom: '2026-06-20',
    plannedTo: '2028-06-20',
    tasks: ['抓支部带支书'],
  });
  const approved = await step(people.county, 'approveStationed', 'StationedStepInput', nominated);
  service.on('2026-06-20');
  const posted = await step(people.town, 'postStationed', 'StationedDayInput', approved);
  const away = await step(people.town, 'recordStationedLeave', 'StationedLeaveInput', {
    ...posted,
    reason: '删测乙住院',
  });
  const back = await step(people.town, 'recordStationedReturn', 'StationedDayInput', away);
  await step(people.county, 'recallStationed', 'RecallStationedInput', {
    ...back,
    kind: 'VILLAGE_UNCHANGED',
    evaluation: '删测乙年度考核：不称职',
    successorPlan: '由王某接替删测乙',
    successorBy: '2026-06-30',
  });
  const values = ['删测乙', '不称职', '住院'];
  expect((await tracesOf(query, values)).length).toBeGreaterThan(3);
  await service.forget();

  const event = erasureRequested({
    erasureId: idAt(8001),
    personId: persons.zhou,
    scope: 'ALL',
    dueAt: '2026-06-21T01:00:00.000Z',
  });
  expect(await service.receive(event, event)).toEqual(['apply', 'repeated']);
  expect(await tracesOf(query, values)).toEqual([]);
  expect((await service.emitted()).map(({ type, data }) => [type, data.erased, data.kept])).toEqual([
    ['villages.erasure.acknowledged.v1', 1, 1],
  ]);
  const rows = await query(
    'SELECT person_id, state, recall_kind, evaluation, successor_plan FROM stationed_assignment WHERE id = $1',
    [nominated.id],
  );
  expect(rows).toEqual([
    {
      person_id: persons.zhou,
      state: 'RECALLED',
      recall_kind: 'VILLAGE_UNCHANGED',
      evaluation: erasedText,
      successor_plan: erasedText,
    },
  ]);
});

it('X-27 every table that names a person is among what is erased', async () => {
  expect(await tablesNamingPersons(query)).toEqual(holdings.map(({ table }) => table).sort());
});
