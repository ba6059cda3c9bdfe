import { parseArgs } from 'node:util';
import { contracts, topics } from '@jishi/event-contracts';
import { publishSnapshot, topicOfSnapshot, type Snapshot, type SnapshotProgress } from '@jishi/event-delivery';
import { consumersOf, snapshotsOf } from '@jishi/subgraph';
import { Pool } from 'pg';
import { services } from '../../compose-supergraph/services';
import { findPlace, placeHelp, placeOptions, Trouble, type Place } from './place';
import { number, table, type Screen } from './screen';

export const help = `快照：让归属服务把某一类对象的现状经发件箱再发布一遍（标有 snapshot），供新的订阅者从头开始。
Snapshots: the owner says again, through its outbox, how every aggregate of a kind is now.

  npm run events:snapshot -- --list                     有哪些类、归谁、谁在用 / kinds, owners, followers
  npm run events:snapshot -- members.member [更多类]     发布；中断后再次运行即接着发 / goes on where it was interrupted

  --rate 2000      每秒最多发布多少个 / aggregates per second at most
  --again          不接着上次，重新开始 / begins anew
  --by 姓名        谁要求的，记入事件 / who asked for it
  --database-url   归属服务的数据库地址 / URL of the owner's database
${placeHelp}`;

export interface Kind {
  readonly topic: string;
  readonly owner: string;
  readonly snapshot: Snapshot | undefined;
  readonly followers: readonly string[];
}

/** Every kind of aggregate that events tell of. */
export function kinds(): Kind[] {
  const declared = new Map(
    services.flatMap((service) =>
      snapshotsOf(service).map((snapshot): [string, Snapshot] => [topicOfSnapshot(snapshot), snapshot]),
    ),
  );
  return topics().map((topic) => ({
    topic,
    owner: topic.split('.')[0] ?? '',
    snapshot: declared.get(topic),
    followers: services.flatMap((service) =>
      consumersOf(service).flatMap((consumer) => (consumer.topics.includes(topic) ? [consumer.name] : [])),
    ),
  }));
}

/** Has the owner publish what is so; prints how far it is. Returns how many events were written, and whether it came to its end. */
export async function publish(
  kind: Kind & { readonly snapshot: Snapshot },
  place: Place,
  screen: Screen,
  options: {
    readonly rate?: number;
    readonly again?: boolean;
    readonly by?: string;
    readonly signal?: AbortSignal;
  } = {},
): Promise<{ written: number; finished: boolean }> {
  const { topic, owner, snapshot } = kind;
  const pool = new Pool({ connectionString: place.urlOf(owner), max: 1, application_name: 'events-snapshot' });
  const begun = performance.now();
  let first: number | undefined;
  const show = ({ done, total, waitsFor }: SnapshotProgress): void => {
    first ??= done;
    if (waitsFor !== undefined)
      return screen.progress(
        `${topic}  ${number(done)} / ${number(total)}  发件箱积压${number(waitsFor)}，等待发送（该服务的 worker 在运行吗？）`,
      );
    const seconds = (performance.now() - begun) / 1_000;
    const speed = (done - first) / Math.max(seconds, 0.001);
    const left = speed > 0 && done < total ? `  还需约${number(Math.ceil((total - done) / speed))}秒` : '';
    screen.progress(`${topic}  ${number(done)} / ${number(total)}  ${number(Math.round(speed))}/秒${left}`);
  };
  try {
    const published = await publishSnapshot({ pool }, snapshot, {
      ...(options.rate !== undefined && { rate: options.rate }),
      ...(options.again !== undefined && { again: options.again }),
      ...(options.signal && { signal: options.signal }),
      actor: options.by ? `operator:${options.by}` : 'system:snapshot',
      onProgress: show,
    });
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    screen.line(
      published.finished
        ? `${topic}：${published.resumed ? '接着上次，' : ''}发布${number(published.written)}个，${seconds}秒 / ${number(published.written)} published`
        : `${topic}：停下了，已发布${number(published.written)}个；再次运行即接着发 / stopped, run it again to go on`,
    );
    return published;
  } finally {
    await pool.end();
  }
}

function list(screen: Screen): void {
  const all = kinds();
  const rows = all.map(({ topic, owner, snapshot, followers }) => [
    topic,
    owner,
    snapshot ? snapshot.told.map(({ contract }) => contract.type.split('.').slice(2).join('.')).join(' ') : '—',
    snapshot ? (snapshot.lacks?.zh ?? '') : reasonOf(topic),
    followers.join(' ') || '—',
  ]);
  for (const line of table(['类 kind', '归属 owner', '事件 events', '说明 note', '使用者 followers'], rows))
    screen.line(line);
  screen.line(
    `\n共${all.length}类，${all.filter(({ snapshot }) => snapshot).length}类可以发布快照 / kinds, and how many have a snapshot`,
  );
}

const reasonOf = (topic: string): string => {
  const said = contracts.filter((contract) => contract.topic === topic).map(({ zh }) => zh);
  return `没有带完整现状的事件（${said.join('、')}）`;
};

export async function main(given: readonly string[], screen: Screen, signal?: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      rate: { type: 'string', default: '2000' },
      again: { type: 'boolean', default: false },
      by: { type: 'string' },
      'database-url': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      ...placeOptions,
    },
  });
  if (values.help || (!values.list && positionals.length === 0)) {
    screen.line(help);
    return values.help ? 0 : 2;
  }
  if (values.list) {
    list(screen);
    return 0;
  }
  const rate = Number(values.rate);
  if (!(rate > 0)) throw new Trouble('--rate 应是大于0的数 / --rate must be a number above 0');
  const all = kinds();
  const wanted = positionals.map((topic) => {
    const kind = all.find((each) => each.topic === topic);
    if (!kind) throw new Trouble(`没有“${topic}”这一类；用 --list 查看全部 / no kind ${topic}, see --list`);
    const { snapshot } = kind;
    if (!snapshot)
      throw new Trouble(`${topic}${reasonOf(topic)}，不能发布快照 / ${topic} has no event that carries its state`);
    return { ...kind, snapshot };
  });
  const url = values['database-url'] as string | undefined;
  const found = await findPlace(values);
  const place: Place = url === undefined ? found : { ...found, urlOf: () => url };
  for (const kind of wanted) {
    const { finished } = await publish(kind, place, screen, {
      rate,
      again: values.again === true,
      ...(typeof values.by === 'string' && { by: values.by }),
      ...(signal && { signal }),
    });
    if (!finished) return 1;
  }
  return 0;
}
