import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the repository, also from the compiled copy of this file in `dist/`. */
export function repositoryRoot(from = __dirname): string {
  if (existsSync(join(from, 'nx.json'))) return from;
  const above = dirname(from);
  if (above === from) throw new Error('this tool runs inside the repository');
  return repositoryRoot(above);
}
