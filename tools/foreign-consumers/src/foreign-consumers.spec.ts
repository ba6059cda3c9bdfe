import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifacts, commandLine, defaultCache } from '@jishi/embedded-kafka';
import { examples, kcat, python, run, type Ran } from './install';
import { source, type Said, type Source } from './source';

// The first run on a machine fetches kcat, Python packages (150 MB) and Kafka's jars.
jest.setTimeout(900_000);

let from: Source;
let folder: string;
let interpreter: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jishi-foreign-'));
  await kcat();
  interpreter = await python();
  from = await source();
});
afterAll(async () => {
  await from?.close();
  rmSync(folder, { recursive: true, force: true });
});

const example = (name: string): string => join(examples, name);

function printed({ code, out, error }: Ran): string {
  if (code !== 0) throw new Error(`ended with ${code}: ${error}`);
  return out;
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Each event once, and as it was said. */
function expectAll(read: readonly Said[]): void {
  expect(read).toHaveLength(from.events.length);
  const byId = new Map(read.map((event) => [event.id, event]));
  expect([...byId.values()].sort(byOrder)).toEqual([...from.events].sort(byOrder));
}

const byOrder = (a: Said, b: Said): number => a.id.localeCompare(b.id);

/** The event in headers, key and value, as the documents say that it stands there. */
function fromRecord(headers: ReadonlyMap<string, string>, key: string, value: string): Said {
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect([headers.get('ce_specversion'), headers.get('ce_source')]).toEqual(['1.0', '/members']);
  return {
    id: headers.get('ce_id') ?? '',
    type: headers.get('ce_type') ?? '',
    key,
    version: Number(headers.get('ce_aggregateversion')),
    snapshot: headers.get('ce_snapshot') === 'true',
    data: JSON.parse(value),
  };
}

describe('programs that are not ours read the events of members', () => {
  it('kcat (librdkafka)', async () => {
    const text = printed(await run('sh', [example('kcat.sh'), from.topic], { KAFKA_BROKERS: from.brokers }));
    const read = lines(text).map((line) => {
      const { headers, key, payload } = JSON.parse(line) as { headers: string[]; key: string; payload: string };
      const pairs = headers.flatMap((name, index) =>
        index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as const] : [],
      );
      return fromRecord(new Map(pairs), key, payload);
    });
    expectAll(read);
  });

  it('Kafka’s own console consumer (Java)', async () => {
    const program = join(folder, 'kafka-console-consumer.sh');
    const classPath = await artifacts(defaultCache(), () => undefined);
    writeFileSync(program, `#!/bin/sh\nexec java -cp '${classPath}' ${commandLine['kafka-console-consumer']} "$@"\n`);
    chmodSync(program, 0o755);
    const environment = { KAFKA_BROKERS: from.brokers, KAFKA_CONSOLE_CONSUMER: program };
    const text = printed(await run('sh', [example('console-consumer.sh'), from.topic], environment));
    // What else it prints is that nothing came for a while.
    const records = lines(text).filter((line) => line.startsWith('Partition:'));
    const read = records.map((line) => {
      const [, headers = '', key = '', value = ''] = line.split('\t');
      const pairs = headers.split(',').map((each) => {
        const at = each.indexOf(':');
        return [each.slice(0, at), each.slice(at + 1)] as const;
      });
      return fromRecord(new Map(pairs), key, value);
    });
    expectAll(read);
  });

  it('Python with the SDK of CloudEvents; a second member of the group has nothing left to read', async () => {
    const args = [example('read_events.py'), '--brokers', from.brokers, '--topic', from.topic, '--to-the-end'];
    const group = ['--group', `${from.topic}.reading`];
    const text = printed(await run(interpreter, [...args, ...group]));
    const read = lines(text).map((line): Said => {
      const event = JSON.parse(line) as Record<string, string> & { data: Record<string, unknown> };
      expect([event.specversion, event.source]).toEqual(['1.0', '/members']);
      return {
        id: event.id ?? '',
        type: event.type ?? '',
        key: event.partitionkey ?? '',
        version: Number(event.aggregateversion),
        snapshot: event.snapshot === 'true',
        data: event.data,
      };
    });
    expectAll(read);
    expect(printed(await run(interpreter, [...args, ...group]))).toBe('');
  });
});

describe('ClickHouse filled from snapshot and stream', () => {
  it('has the totals of the source, although the first events are gone and old ones came again', async () => {
    expect(from.repeated).toBeGreaterThan(30);
    const fill = async (group: string, data: string) => {
      const at = ['--brokers', from.brokers, '--topic', from.topic];
      const args = [example('fill_clickhouse.py'), ...at, '--group', `${from.topic}.${group}`, '--data', data];
      return JSON.parse(printed(await run(interpreter, args))) as {
        events: number;
        snapshots: number;
        totals: object[];
      };
    };
    const data = join(folder, 'clickhouse');
    const totals = await from.totals();
    const first = await fill('totals', data);
    expect(first).toEqual({
      events: from.events.length,
      snapshots: from.events.filter((e) => e.snapshot).length,
      totals,
    });
    // The whole topic once more into the same table, as after a lost place: nothing counts twice.
    expect(await fill('totals-again', data)).toMatchObject({ events: first.events, totals });
    // Goes on where it was.
    expect(await fill('totals', data)).toMatchObject({ events: 0, totals });
  });
});
