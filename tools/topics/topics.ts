import { parseArgs } from 'node:util';
import { defaultPrefix } from '@jishi/event-contracts';
import { kafkaTopics, topicsOfContracts, type TopicStep } from '@jishi/event-delivery';

export const help = `在 Kafka 上声明事件主题（分区、保留、副本）；服务自己从不建主题。
Declares the event topics on Kafka from the contracts: partitions, retention, replicas. No service creates a topic.

  npm run topics -- plan  --brokers 主机:9092[,主机:9092]   只比较，不改动 / compares, changes nothing
  npm run topics -- apply --brokers 主机:9092[,主机:9092]   新建缺少的，改正不同的 / creates and sets

  --brokers   缺省取环境变量 KAFKA_BROKERS / KAFKA_BROKERS when absent
  --prefix    主题前缀，缺省 ${defaultPrefix} / before every topic, ${defaultPrefix} when absent

分区数从不就地改动：键会换分区、失去先后。有这样的差异时什么也不做，退出码 1。
The number of partitions is never changed in place: keys would move and lose their order. Then nothing is done, exit code 1.
`;

export interface Asked {
  readonly doing: 'plan' | 'apply';
  readonly brokers: readonly string[];
  readonly prefix: string;
}

/** What the command line asks for; undefined when it cannot be understood or asks for help. */
export function asked(argv: readonly string[], brokersGiven = ''): Asked | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        brokers: { type: 'string', default: brokersGiven },
        prefix: { type: 'string', default: defaultPrefix },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [doing, ...more] = positionals;
    const brokers = values.brokers.split(',').filter((broker) => /^[^:\s]+:\d+$/.test(broker));
    if (values.help || more.length > 0 || brokers.length === 0 || (doing !== 'plan' && doing !== 'apply'))
      return undefined;
    return { doing, brokers, prefix: values.prefix };
  } catch {
    // parseArgs refuses a misspelt flag: the help says what there is.
    return undefined;
  }
}

const words = { create: '新建', change: '改正', keep: '不变', refused: '拒绝' } as const;

/** One line for a topic that is not as it shall be. */
export const lineOf = ({ topic, doing, differences }: TopicStep): string =>
  `${words[doing]}  ${topic.name}${
    doing === 'create'
      ? `（${topic.partitions} 个分区，${topic.replication} 份副本）`
      : differences.map(({ what, is, shall }) => `  ${what}: ${is || '—'} → ${shall}`).join('')
  }`;

/** Compares, and with `apply` changes, the topics of a cluster. Resolves to the exit code. */
export async function declareTopics({ doing, brokers, prefix }: Asked, say: (line: string) => void): Promise<number> {
  const topics = await kafkaTopics({ brokers, clientId: 'topics' });
  try {
    const steps = await topics.plan(topicsOfContracts(prefix, await topics.brokers()));
    const differing = steps.filter((step) => step.doing !== 'keep');
    for (const step of differing) say(lineOf(step));
    const refused = differing.some((step) => step.doing === 'refused');
    if (refused) {
      say('分区数或副本数与契约不同，不能就地改动：请另建新版本的主题，或由运维迁移。什么也没有改。');
      return 1;
    }
    if (doing === 'apply') await topics.apply(steps);
    const done = doing === 'apply' ? '已声明' : '应有';
    say(`${done} ${steps.length} 个主题：${differing.length} 个有变化，${steps.length - differing.length} 个不变`);
    return 0;
  } finally {
    await topics.close();
  }
}
