import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Carrier } from './carrier';
import { openProcesses } from './many-processes';
import { services } from './services';
import { start } from './start';

// `npm run start:processes`: every app as a process of its own over HTTP, on the same data as `npm start`.
const help = `每个服务各为一个进程，数据与 npm start 的相同。
Every app as a process of its own, on the same data as npm start.

  npm run start:processes [-- --bus pg|kafka]

  --bus   事件走 PostgreSQL 日志（缺省）或 Kafka / events on the PostgreSQL log (default) or on Kafka
          kafka：用 KAFKA_BROKERS 所指集群，否则在数据目录里启动一个；请用 JISHI_DATA 另设目录
`;

function carrierAsked(): Carrier | undefined {
  try {
    const { values } = parseArgs({
      options: { bus: { type: 'string', default: 'pg' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) return undefined;
    return values.bus === 'pg' ? 'postgres' : values.bus === 'kafka' ? 'kafka' : undefined;
  } catch {
    // parseArgs refuses a misspelt flag: the help says what there is.
    return undefined;
  }
}

const carrier = carrierAsked();
if (!carrier) {
  process.stdout.write(help);
  process.exit(process.argv.includes('--help') || process.argv.includes('-h') ? 0 : 2);
}

void start(
  ({ installation, env, log, screen, onShutdown }) =>
    openProcesses({
      installation,
      services,
      apps: join(__dirname, '../..'),
      logs: join(installation.folder, 'logs'),
      level: env.LOG_LEVEL,
      log,
      onShutdown,
      died: (name, code, logFile) => screen.say(`进程 ${name} 意外结束（${code ?? '被终止'}），日志：${logFile}`),
    }),
  carrier,
);
