import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { data, readConfig } from '@jishi/config';
import { runningPostgres } from '@jishi/embedded-postgres';
import { services } from '../../compose-supergraph/services';
import { reconcile, type Difference } from './reconcile';

const names = services.map(({ name }) => name);
const help = `核对：各服务由事件得知的内容，与归属服务的数据是否一致；有差异则逐条列出，退出码为 1。只读。
Compares what every service knows of the others' facts with what their owners say, and prints every difference. Reads only.

  npm run reconcile [-- --patience 15 --all]

  --patience  差异持续多少秒才算差异（事件在途不算），缺省 15 / seconds for which a difference must last
  --all       逐条列出全部差异，缺省每项最多 10 条 / every difference, not the first ten of each comparison
${names.map((name) => `  --${name.padEnd(14)}该服务的数据库地址；都不写则用本机 npm start 的数据 / URL of its database`).join('\n')}
`;

const shown = 10;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function sayDifferences(differences: readonly Difference[], all: boolean): void {
  const groups = new Map<string, Difference[]>();
  for (const each of differences) groups.set(each.comparison.zh, [...(groups.get(each.comparison.zh) ?? []), each]);
  for (const [zh, group] of groups) {
    say(`\n${zh}（${group[0]?.comparison.en ?? ''}）：${group.length} 处差异`);
    for (const { key, owner, copy } of all ? group : group.slice(0, shown))
      say(`  ${key}\n    归属 / owner  ${owner ?? '—'}\n    副本 / copy   ${copy ?? '—'}`);
    if (!all && group.length > shown) say(`  … 另有 ${group.length - shown} 处，加 --all 全部列出`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      patience: { type: 'string', default: '15' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  });
  if (values.help) return say(help);
  const given: Readonly<Record<string, unknown>> = values;
  const written = (name: string): string | undefined => (typeof given[name] === 'string' ? given[name] : undefined);
  const patience = Number(given.patience);
  const someGiven = names.filter((name) => written(name) !== undefined);
  if (!(patience >= 0) || (someGiven.length > 0 && someGiven.length < names.length)) {
    process.stderr.write(help);
    process.exitCode = 2;
    return;
  }
  const running =
    someGiven.length > 0 ? undefined : await runningPostgres(join(readConfig(data).JISHI_DATA, 'postgres'));
  if (someGiven.length === 0 && !running) {
    process.stderr.write(
      '没有正在运行的系统：先 npm start，或写明各服务的数据库地址 / nothing runs here: npm start first\n',
    );
    process.exitCode = 2;
    return;
  }
  const { stderr } = process;
  const { compared, differences, undelivered } = await reconcile({
    urlOf: (name) => written(name) ?? running?.(name) ?? '',
    services: names,
    patience: patience * 1_000,
    onProgress: ({ zh }, at, of) =>
      stderr.write(stderr.isTTY ? `\r\u001b[2K${at + 1}/${of} ${zh}` : `${at + 1}/${of} ${zh}\n`),
  });
  if (stderr.isTTY) stderr.write('\r\u001b[2K');
  for (const { comparison, facts } of compared)
    say(`${String(facts).padStart(9)}  ${comparison.zh}（${comparison.en}）`);
  for (const { service, unpublished, deadLetters } of undelivered)
    say(`\n${service}：${unpublished} 个事件尚未发出，${deadLetters} 个事件未能处理 / unpublished, dead letters`);
  sayDifferences(differences, values.all === true);
  const facts = compared.reduce((sum, each) => sum + each.facts, 0);
  say(`\n核对 ${facts} 项，差异 ${differences.length} 处 / ${facts} facts compared, ${differences.length} differences`);
  if (differences.length > 0 || undelivered.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
