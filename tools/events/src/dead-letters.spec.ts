import { organizationRenamed } from '@jishi/event-contracts';
import { postgresLogBus, runConsumers, settled, type CloudEvent, type Handler } from '@jishi/event-delivery';
import { consumersOf, openServiceDatabase } from '@jishi/subgraph';
import { templateDatabase } from '@jishi/testing';
import { randomUUID } from 'node:crypto';
import { migrated } from '../../city/fixtures/loaded-county';
import { main } from './dead-letters';
import { serviceNames, serviceOf } from './place';
import type { Screen } from './screen';

jest.setTimeout(120_000);

const urls = new Map<string, { url: string; drop(): Promise<void> }>();
beforeEach(async () => {
  for (const name of serviceNames) urls.set(name, await migrated(serviceOf(name)));
});
afterEach(async () => {
  for (const { drop } of urls.values()) await drop();
});

/** What the command printed, over the databases of all services. */
async function asked(...given: string[]): Promise<{ exit: number; text: string }> {
  const lines: string[] = [];
  const screen: Screen = { line: (line) => void lines.push(line), progress: () => undefined };
  const places = serviceNames.flatMap((name) => [`--${name}`, urls.get(name)?.url ?? '']);
  const exit = await main([...given, ...places], screen);
  return { exit, text: lines.join('\n') };
}

const org = '0198aaaa-0000-7000-8000-000000000001';
const renamed = (version: number): CloudEvent => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/organizations',
  type: organizationRenamed.type,
  time: '2026-05-01T00:00:00.000Z',
  partitionkey: org,
  aggregateversion: version,
  dataclass: 'internal',
  actor: 'test',
  correlationid: 'c-1',
  data: { orgId: org, effectiveOn: '2026-05-01' },
});

/** Three events of one organisation of which the first cannot be applied by the members' copy of the tree. */
async function buried(): Promise<string[]> {
  const database = await openServiceDatabase(serviceOf('members'), urls.get('members')?.url ?? '', 4);
  const log = await (await templateDatabase('event_log', '1', () => Promise.resolve()))();
  const bus = await postgresLogBus({ url: log.url, partitions: () => 1 });
  const consumer = consumersOf(serviceOf('members')).find(({ name }) => name === 'members.known-organizations')!;
  const broken: Handler = () => Promise.reject(new TypeError('the name is missing'));
  const running = await runConsumers({
    database,
    bus,
    consumers: [{ ...consumer, handlers: { ...consumer.handlers, [organizationRenamed.type]: broken } }],
    retries: { attempts: 2, first: 1 },
  });
  await bus.publish('organizations.organization', [1, 2, 3].map(renamed));
  await settled([], [running]);
  await running.close();
  await bus.close();
  const { rows } = await database.pool.query<{ id: string }>('SELECT id FROM dead_letter ORDER BY seq');
  await database.close();
  await log.drop();
  return rows.map(({ id }) => id);
}

describe('events:dead-letters', () => {
  it('says that there are none, and how it is used', async () => {
    expect(await asked('list')).toEqual({ exit: 0, text: '没有未能处理的事件 / none' });
    expect(await asked('--help')).toMatchObject({ exit: 0, text: expect.stringContaining('放弃') });
    expect(await asked('tidy')).toMatchObject({ exit: 2 });
  });

  it('lists them from every database, in the words of the office, and shows one with its headers and its cause', async () => {
    const [first] = await buried();
    const { text } = await asked('list');
    expect(text).toContain('党组织更名');
    expect(text).toMatch(/members +known-organizations .*the name is missing/);
    expect(text.match(/排在同一对象更早的事件之后/g)).toHaveLength(2);
    expect(text).toContain('共3个，其中1个可以重做或放弃');
    expect((await asked('list', '--service', 'villages')).text).toContain('没有未能处理的事件');
    expect((await asked('list', '--type', 'members.member.left.v1')).text).toContain('没有未能处理的事件');
    const shown = (await asked('show', first ?? '')).text;
    for (const said of [
      'TypeError: the name is missing',
      'aggregateversion  1',
      'correlationid',
      '"effectiveOn": "2026-05-01"',
    ])
      expect(shown).toContain(said);
  });

  it('replays what can be applied now, with those behind it, and writes down by whom', async () => {
    const [first, second] = await buried();
    await expect(asked('replay', first ?? '')).rejects.toThrow('--by');
    expect(await asked('replay', second ?? '', '--by', '王敏')).toMatchObject({
      exit: 1,
      text: expect.stringContaining('同一对象有更早的事件'),
    });
    expect(await asked('replay', '--all', '--by', '王敏', '--reason', '程序已修正')).toMatchObject({
      exit: 0,
      text: expect.stringContaining('连同排在其后的共3个'),
    });
    expect((await asked('list')).text).toContain('没有未能处理的事件');
    const { text } = await asked('list', '--state', 'REPLAYED');
    expect(text).toContain('已重做 王敏');
    expect(text).toContain('程序已修正');
  });

  it('gives one up only for a reason, and those behind it go on', async () => {
    const [first] = await buried();
    await expect(asked('discard', first ?? '', '--by', '王敏')).rejects.toThrow('放弃事件须说明理由');
    await expect(asked('discard', 'x', '--by', '王敏', '--reason', '错')).rejects.toThrow('没有编号为x的事件');
    expect(await asked('discard', first ?? '', '--by', '王敏', '--reason', '对方已另行更正')).toMatchObject({
      exit: 0,
    });
    const shown = (await asked('show', first ?? '')).text;
    expect(shown).toMatch(/已放弃：王敏，.*，对方已另行更正/);
    expect((await asked('list', '--state', 'REPLAYED')).text).toContain('共2个');
  });
});
