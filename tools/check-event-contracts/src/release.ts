// Keeps the contracts as they are under `contractsVersion`: from then on readers count on them.
import { contractsVersion, currentContracts } from '@jishi/event-contracts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../compose-supergraph/repository';
import { laidOut } from '../../event-catalogue/src/generated';
import { compareVersions, judge, readReleases, releasedFolder } from './check';

async function main(): Promise<number> {
  const folder = join(repositoryRoot(), releasedFolder);
  const releases = readReleases(folder);
  const newest = releases.at(-1)?.version;
  if (newest !== undefined && compareVersions(contractsVersion, newest) <= 0) {
    process.stderr.write(
      `${newest} is released; raise contractsVersion (now ${contractsVersion}) in libs/event-contracts/src/releases.ts\n`,
    );
    return 1;
  }
  const current = currentContracts();
  const { code, text } = judge(releases, current);
  if (releases.length > 0 && code !== 0) {
    process.stderr.write(text);
    return code;
  }
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${contractsVersion}.json`);
  writeFileSync(file, await laidOut({ version: contractsVersion, ...current }), { flag: 'wx' });
  process.stdout.write(`wrote ${file}\n`);
  return 0;
}

void main().then((code) => {
  process.exitCode = code;
});
