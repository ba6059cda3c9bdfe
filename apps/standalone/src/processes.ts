import { join } from 'node:path';
import { openProcesses } from './many-processes';
import { services } from './services';
import { start } from './start';

// `npm run start:processes`: every app as a process of its own over HTTP, on the same data as `npm start`.
void start(({ installation, env, log, screen, onShutdown }) =>
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
);
