import { civilDate, dateInShanghai } from '@jishi/periods';
import { parseArgs } from 'node:util';
import { demoAccounts } from './demo-accounts';
import { loadCity, NotLoadable, type LoadOptions } from './load';
import { owners } from './owners';
import type { Size } from './rows';

const help = `把示例数据写入各服务的空库（先迁移），并发布快照事件。
Loads demonstration data into the empty, migrated databases of the services and publishes snapshots.

  node tools/run.mjs tools/city/main.ts --organizations URL --members URL … [--size county] [--seed 1] [--today YYYY-MM-DD]

  --size           county: 武陟县的一部分，3 000 名党员 / part of one county;  city: 全市，350 000 名党员 / the whole city
  --seed           同一种子生成同样的数据 / the same seed gives the same data
  --today          任期、介绍信、年龄以这一天为准，缺省为今天 / terms, letters and ages are reckoned from this day
${owners.map(({ service }) => `  --${service.padEnd(15)}${service} 服务的数据库地址 / URL of its database`).join('\n')}
`;

/** One line that is written over; on a terminal only, elsewhere a line per step. */
function progressOn(stream: NodeJS.WriteStream): (step: string, share?: number) => void {
  return (step, share) => {
    const percent = share === undefined ? '' : `${String(Math.round(share * 100)).padStart(3)}% `;
    stream.write(stream.isTTY ? `\r\u001b[2K${percent}${step}` : `${percent}${step}\n`);
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'county' },
      seed: { type: 'string', default: '1' },
      today: { type: 'string' },
      ...Object.fromEntries(owners.map(({ service }) => [service, { type: 'string' as const }])),
      help: { type: 'boolean', default: false },
    },
  });
  const { size, seed, today } = values as { size: string; seed: string; today?: string };
  const databases: Readonly<Record<string, unknown>> = values;
  const missing = owners.filter(({ service }) => !databases[service]);
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  if (missing.length > 0 || (size !== 'county' && size !== 'city') || !/^\d+$/.test(seed)) {
    process.stderr.write(help);
    process.exitCode = 2;
    return;
  }
  const loaded = await loadCity({
    databases: databases as unknown as LoadOptions['databases'],
    size: size as Size,
    seed: Number(seed),
    today: today ? civilDate(today, 'today') : dateInShanghai(new Date()),
    onProgress: progressOn(process.stderr),
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  const { rows, events, milliseconds } = loaded;
  for (const [table, count] of Object.entries(rows))
    process.stdout.write(`${table.padEnd(28)}${String(count).padStart(9)}\n`);
  process.stdout.write(
    `\n${(milliseconds.generatedAndCopied / 1000).toFixed(1)} s 写入 / written, ${events} 个快照事件 / snapshot events in ${(milliseconds.published / 1000).toFixed(1)} s\n\n`,
  );
  for (const { account, title } of demoAccounts(size as Size)) process.stdout.write(`${account.padEnd(22)}${title}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof NotLoadable ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
});
