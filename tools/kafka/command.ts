import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endKafka, KafkaError, provideKafka } from '@jishi/embedded-kafka';

export interface Surroundings {
  /** Where the brokers' data stands when nothing else is said. */
  readonly folder: string;
  /** Where the jars are kept; the lib's own place when undefined or empty. */
  readonly cache?: string | undefined;
  /** A cluster that is there already (KAFKA_BROKERS). */
  readonly given?: string | undefined;
  readonly installer?: string;
  /** Resolves when the cluster is to be ended. */
  readonly until: () => Promise<void>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const usage = `npm run kafka                         启动一个Kafka节点 / starts one broker
npm run kafka -- --nodes 3            启动三个节点 / starts three brokers
npm run kafka -- --folder 目录        数据目录，默认 .jishi/kafka / where the data stands
npm run kafka -- stop [--folder 目录] 停止遗留的Kafka / ends what a killed program left running
Ctrl-C 停止 / ends it. KAFKA_BROKERS: 已有集群 / a cluster that is there already. JISHI_CACHE: 下载目录 / where the jars are kept.
`;

/** Words that make no sense to this program. */
class Misspelt extends Error {
  override readonly name = 'Misspelt';
}

interface Wish {
  readonly stop: boolean;
  readonly help: boolean;
  readonly nodes: 1 | 3;
  readonly folder: string | undefined;
}

function read(words: readonly string[]): Wish {
  const { values, positionals } = (() => {
    try {
      return parseArgs({
        args: [...words],
        allowPositionals: true,
        options: {
          nodes: { type: 'string', default: '1' },
          folder: { type: 'string' },
          help: { type: 'boolean', short: 'h', default: false },
        },
      });
    } catch (error) {
      throw new Misspelt(error instanceof Error ? error.message : String(error));
    }
  })();
  const wrong = positionals.find((word) => word !== 'stop');
  if (wrong !== undefined) throw new Misspelt(wrong);
  if (values.nodes !== '1' && values.nodes !== '3') throw new Misspelt(`--nodes ${values.nodes}`);
  return {
    stop: positionals.length > 0,
    help: values.help,
    nodes: values.nodes === '3' ? 3 : 1,
    folder: values.folder,
  };
}

/** `npm run kafka`: 0 when it did what was asked, 1 when Kafka does not start, 2 for words that it does not know. */
export async function runKafka(words: readonly string[], around: Surroundings): Promise<number> {
  const log = (line: string): void => around.err(`${line}\n`);
  try {
    const wish = read(words);
    if (wish.help) {
      around.out(usage);
      return 0;
    }
    const folder = resolve(wish.folder ?? around.folder);
    if (wish.stop) {
      const ended = await endKafka({ folder, log });
      if (!ended) log(`${folder} 中没有运行的Kafka / no Kafka runs in ${folder}`);
      return 0;
    }
    const { brokers, way, adopted, stop } = await provideKafka({
      folder,
      nodes: wish.nodes,
      brokers: around.given,
      log,
      ...(around.cache ? { cache: around.cache } : {}),
      ...(around.installer === undefined ? {} : { installer: around.installer }),
    });
    if (way === 'given') {
      log('使用KAFKA_BROKERS指定的集群，未启动任何程序 / KAFKA_BROKERS names a cluster: nothing was started');
      around.out(`${brokers.join(',')}\n`);
      return 0;
    }
    if (adopted) log('沿用已在运行的Kafka / took over a Kafka that was running');
    around.out(`${brokers.join(',')}\n`);
    log('Kafka已就绪，按Ctrl-C停止 / Kafka is ready, Ctrl-C ends it');
    await around.until();
    log('正在停止… stopping…');
    await stop();
    return 0;
  } catch (error) {
    if (error instanceof Misspelt) {
      around.err(`${error.message}\n${usage}`);
      return 2;
    }
    if (!(error instanceof KafkaError)) throw error;
    around.err(`${error.message}\n`);
    return 1;
  }
}
