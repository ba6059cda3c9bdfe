import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifacts, defaultCache } from '@jishi/embedded-kafka';
import {
  contracts,
  exampleRecord,
  memberRecorded,
  memberTransferred,
  topicConfig,
  topicName,
  topicSettings,
  type EventContract,
} from '@jishi/event-contracts';
import { kafkaBus, kafkaTopics, type CloudEvent } from '@jishi/event-delivery';
import { testBrokers } from '@jishi/testing';
import { examples, kcat, python } from '../../foreign-consumers/src/install';
import { snippetsFor, type Snippet } from './snippets';

// The first run on a machine fetches kcat, Python packages and Kafka's jars.
jest.setTimeout(900_000);

const topic = 'members.member';
const prefix = `catalogue-${randomUUID().slice(0, 8)}`;
const events = contracts.filter((contract) => contract.topic === topic);
const key = exampleRecord(memberTransferred).key;
const newest = events.length;
/** What every program must say: each event once and in order, the state that was said again, the erasure; nothing for the repetition. */
const expected = [
  ...events.map(({ type }, index) => `${type} 第${index + 1}号`),
  `${memberRecorded.type} 第${newest}号`,
  `已删除 ${key}`,
];

let brokers: string[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  brokers = await testBrokers();
  const address = { brokers, clientId: 'event-catalogue' };
  const topics = await kafkaTopics(address);
  const count = await topics.brokers();
  const settings = topicSettings(topic);
  const wanted = {
    name: topicName(topic, prefix),
    partitions: settings.partitions,
    replication: Math.min(settings.replication, count),
    settings: topicConfig(settings, count),
  };
  await topics.apply(await topics.plan([wanted]));
  await topics.close();

  const said = (contract: EventContract, aggregateversion: number, more: Partial<CloudEvent> = {}): CloudEvent => ({
    specversion: '1.0',
    id: randomUUID(),
    source: '/members',
    type: contract.type,
    time: '2026-05-06T01:12:30.418Z',
    partitionkey: key,
    aggregateversion,
    dataclass: contract.dataClass,
    actor: randomUUID(),
    data: contract.example,
    ...more,
  });
  const last = events.at(-1);
  if (!last) throw new Error(`${topic} has no events`);
  const bus = kafkaBus({ ...address, prefix });
  await bus.publish(topic, [
    ...events.map((contract, index) => said(contract, index + 1)),
    said(last, newest),
    said(memberRecorded as unknown as EventContract, newest, { snapshot: true }),
    said(last, newest + 1, { data: null }),
  ]);
  await bus.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const programs = (): Readonly<Record<Snippet['name'], Snippet>> => {
  const target = { bootstrap: brokers.join(','), topic: topicName(topic, prefix), group: `bureau.${randomUUID()}` };
  return Object.fromEntries(snippetsFor(target).map((each) => [each.name, each])) as Record<Snippet['name'], Snippet>;
};

/** Runs a program until it has printed so many lines of interest, then ends it as a person would, with Ctrl+C. */
async function read(program: string, args: readonly string[], interesting: RegExp, wanted: number): Promise<string[]> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [out, error] = ['', ''];
  const lines = () => out.split('\n').filter((line) => interesting.test(line));
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  const interrupt = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal);
  };
  const late = setTimeout(() => interrupt('SIGKILL'), 120_000);
  let asked = false;
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (error += piece));
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece;
    if (asked || lines().length < wanted) return;
    asked = true;
    // A moment for a line too many to show itself.
    setTimeout(() => interrupt('SIGINT'), 500);
  });
  await ended;
  clearTimeout(late);
  if (lines().length === 0) throw new Error(`${program} ${args.join(' ')} printed nothing of interest: ${out}${error}`);
  return lines();
}

const told = /^(members\.|已删除)/;
const short = (lines: readonly string[]): string[] => lines.map((line) => line.split(' ').slice(0, 2).join(' '));
const save = ({ file, code }: Snippet): string => {
  const path = join(folder, file ?? 'program');
  writeFileSync(path, code);
  return path;
};

describe('the programs of the page, copied as they are, read members.member', () => {
  it('kcat: the last records of each partition, and all of them as a group', async () => {
    await kcat();
    const [look = '', group = ''] = programs().kcat.code.split('\n\n');
    const types = (lines: readonly string[]) => lines.map((line) => /ce_type=([^,]*)/.exec(line)?.[1]);
    const all = [...events, events.at(-1), memberRecorded, events.at(-1)].map((contract) => contract?.type);
    expect(types(await read('sh', ['-c', look], /ce_specversion=1\.0/, all.length))).toEqual(all.slice(-5));
    expect(
      types(await read('sh', ['-c', `exec ${group.replace(/^#.*\n/, '')}`], /ce_specversion=1\.0/, all.length)),
    ).toEqual(all);
  });

  it('Python: decoded by the SDK of CloudEvents, every event once', async () => {
    const interpreter = await python();
    const program = programs().Python;
    const lines = await read(interpreter, [save(program)], told, expected.length);
    expect(short(lines)).toEqual(expected);
    const [, data = ''] = /号 (.*)$/.exec(lines[0] ?? '') ?? [];
    expect(JSON.parse(data)).toEqual(events[0]?.example);
    // What the page says to install is what this test has run.
    const pinned = readFileSync(join(examples, 'requirements.txt'), 'utf8');
    for (const [requirement] of program.prepare.matchAll(/[a-z-]+==[0-9.]+/g)) expect(pinned).toContain(requirement);
  });

  it('Java: Kafka’s own client, every event once', async () => {
    const classPath = await artifacts(defaultCache(), () => undefined);
    const lines = await read('java', ['-cp', classPath, save(programs().Java)], told, expected.length);
    expect(short(lines)).toEqual(expected);
  });

  it('Node: kafkajs and the headers read by hand, every event once', async () => {
    symlinkSync(join(__dirname, '../../../node_modules'), join(folder, 'node_modules'));
    const lines = await read('node', [save(programs().Node)], told, expected.length);
    expect(short(lines)).toEqual(expected);
  });
});
