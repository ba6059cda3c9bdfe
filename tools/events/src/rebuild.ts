import { parseArgs } from 'node:util';
import { openBus, rebuildProjection, RebuildGivenUp, type Consumer, type RebuildProgress } from '@jishi/event-delivery';
import { consumersOf, openServiceDatabase } from '@jishi/subgraph';
import { createLogger } from '@jishi/telemetry';
import { findPlace, placeHelp, placeOptions, serviceNames, serviceOf, Trouble, type Place } from './place';
import { number, type Screen } from './screen';
import { kinds, publish } from './snapshots';

export const help = `重建：在旁边重新生成一个服务由事件得来的数据，完成后在一个事务里换上有差别的行；其间查询不受影响。
Rebuild: fills a projection anew beside the one in use and takes over what differs; readers see nothing of it.

  npm run events:rebuild -- --list
  npm run events:rebuild -- <服务> <消费者>      例：members known-organizations
  npm run events:rebuild -- <服务>|--all         该服务的全部，或全部服务 / all of a service, or of all services

  --without-missing   事件总线和归属服务都已不知道的对象不再保留 / leaves out what nobody knows any more
  --bus-url           事件总线的地址 / address of the bus
${placeHelp}`;

const projectionsOf = (service: string): readonly Consumer[] =>
  consumersOf(serviceOf(service)).filter(({ projection }) => projection.length > 0);

const stages: Readonly<Record<RebuildProgress['stage'], string>> = {
  filling: '重新生成',
  'asking-owners': '等待快照',
  'taking-over': '换上',
};

/** Rebuilds one projection and says what came out different. */
export async function rebuildOne(
  service: string,
  consumer: Consumer,
  place: Place,
  screen: Screen,
  options: { readonly withoutMissing?: boolean; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const log = createLogger('events-rebuild', 'silent');
  const begun = performance.now();
  const database = await openServiceDatabase(serviceOf(service), place.urlOf(service), 12);
  const bus = await openBus(await place.busUrl(), { log, clientId: 'events-rebuild' });
  try {
    const { tables, records } = await rebuildProjection({
      database,
      bus,
      consumer,
      log,
      ...options,
      onProgress: ({ stage, read, of }) =>
        screen.progress(`${consumer.name}  ${stages[stage]}  ${number(read)} / ${number(of)}`),
      async askOwners(topics) {
        screen.line(
          `${consumer.name}：事件总线已不全，请归属服务发布快照：${topics.join('、')} / asking the owners for snapshots`,
        );
        for (const topic of topics) {
          const kind = kinds().find((each) => each.topic === topic);
          if (!kind?.snapshot) throw new Trouble(`${topic} 不能发布快照 / ${topic} has no snapshot`);
          await publish({ ...kind, snapshot: kind.snapshot }, place, screen, options);
        }
      },
    });
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    const differing = tables.reduce((sum, { written, removed }) => sum + written + removed, 0);
    screen.line(
      `${consumer.name}：${number(records)}个事件，${seconds}秒；${differing === 0 ? '与现有数据完全一致 / identical' : '有差别，已换上 / differences taken over'}`,
    );
    for (const { table, rows, written, removed } of tables)
      screen.line(`  ${table}：${number(rows)}行，写入${number(written)}行，删去${number(removed)}行`);
  } finally {
    await bus.close();
    await database.close();
  }
}

export async function main(given: readonly string[], screen: Screen, signal?: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      'without-missing': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      ...placeOptions,
    },
  });
  const [service, name] = positionals;
  if (values.help || (!values.list && !values.all && service === undefined)) {
    screen.line(help);
    return values.help ? 0 : 2;
  }
  const wanted = (service === undefined ? serviceNames : [service]).flatMap((of) =>
    projectionsOf(of)
      .filter((consumer) => name === undefined || consumer.name === name || consumer.name === `${of}.${name}`)
      .map((consumer) => ({ service: of, consumer })),
  );
  if (wanted.length === 0)
    throw new Trouble(
      `${service} 没有可以重建的“${name ?? ''}”；可用：${projectionsOf(service ?? '')
        .map((consumer) => consumer.name)
        .join('、')} / no such projection`,
    );
  if (values.list) {
    for (const { consumer } of wanted) screen.line(`${consumer.name}：${consumer.projection.join('、')}`);
    return 0;
  }
  const place = await findPlace(values);
  let failed = 0;
  for (const { service: of, consumer } of wanted) {
    try {
      const withoutMissing = values['without-missing'] === true;
      await rebuildOne(of, consumer, place, screen, { withoutMissing, ...(signal && { signal }) });
    } catch (error) {
      if (!(error instanceof RebuildGivenUp)) throw error;
      failed += 1;
      screen.line(`${consumer.name}：没有重建，现有数据未变。${reasons[error.why]}（${error.message}）`);
      if (error.why === 'aborted') break;
    }
  }
  return failed > 0 ? 1 : 0;
}

const reasons: Readonly<Record<RebuildGivenUp['why'], string>> = {
  'running-already': '另一个命令正在重建它',
  'never-ran': '它还没有运行过',
  'another-bus': '这不是它正在读的事件总线；请核对 --bus-url',
  aborted: '已停下；再次运行会从头开始',
  missing: '事件总线上缺少一部分对象，归属服务的快照也没有补齐；确认它们已不存在，可加 --without-missing',
  'not-applicable': '有事件不能应用',
  'lost-connection': '与数据库的连接断了；再次运行会从头开始',
};
