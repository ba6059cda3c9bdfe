import 'reflect-metadata';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { staleFiles, writeFiles } from '../../compose-supergraph/generated';
import { repositoryRoot } from '../../compose-supergraph/repository';
import { generatedFiles } from './generated';

const usage = `npm run events:write               写出 JSON Schema、AsyncAPI 与事件目录 / write JSON Schemas, AsyncAPI documents and the catalogue
npm run events:write -- --check    只检查，过期则退出码 1 / only check; exit 1 when stale
`;

async function main(options: readonly string[]): Promise<number> {
  const unknown = options.find((option) => !['--check', '--help'].includes(option));
  if (unknown) process.stderr.write(`不认识的选项 ${unknown} / unknown option\n`);
  if (unknown || options.includes('--help')) {
    process.stdout.write(usage);
    return unknown ? 2 : 0;
  }
  const root = repositoryRoot();
  const files = await generatedFiles(root);
  if (options.includes('--check')) {
    const stale = staleFiles(root, files);
    for (const each of stale) process.stderr.write(`${each}\n`);
    return stale.length > 0 ? 1 : 0;
  }
  const written = writeFiles(root, files);
  const wanted = new Set(files.map(({ path }) => path));
  for (const folder of ['libs/event-contracts/schemas', 'libs/event-contracts/asyncapi'])
    for (const file of existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
      if (!wanted.has(`${folder}/${file}`)) rmSync(join(root, folder, file));
  for (const path of written) process.stdout.write(`已写出 / wrote ${path}\n`);
  if (written.length === 0) process.stdout.write('没有变化 / nothing changed\n');
  return 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
