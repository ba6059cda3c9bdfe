// Writes libs/event-contracts/schemas: `node tools/run.mjs libs/event-contracts/src/write-schemas.ts`, from the repository's root,
// then `npx prettier --write libs/event-contracts/schemas`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts, jsonSchemaOf } from './index';

const folder = join(process.cwd(), 'libs/event-contracts/schemas');
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(join(folder, file));
for (const contract of contracts) {
  writeFileSync(join(folder, `${contract.type}.json`), `${JSON.stringify(jsonSchemaOf(contract), null, 2)}\n`);
}
console.log(`wrote ${contracts.length} schemas`);
