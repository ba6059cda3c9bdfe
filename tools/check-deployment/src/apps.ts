import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { service } from '@jishi/config';
import { z } from 'zod';

/** An app as a container sees it: its entry points and the environment that it reads. */
export interface App {
  readonly name: string;
  /** Compiled entry points below the app's folder: `src/main.js`, `src/worker.js`. */
  readonly entries: readonly string[];
  readonly variables: ReadonlySet<string>;
  /** Variables without a default: the process does not start without them. */
  readonly required: ReadonlySet<string>;
}

/**
 * An `env.ts` exports `variables`, the shape that the app reads, and does nothing else when it is loaded. A service without
 * one reads what every service reads.
 */
async function variablesOf(root: string, name: string): Promise<Pick<App, 'variables' | 'required'>> {
  const loaded: { readonly variables?: unknown } = existsSync(join(root, 'apps', name, 'src', 'env.ts'))
    ? await import(`../../../apps/${name}/src/env`)
    : { variables: service };
  const shape = z.record(z.string(), z.instanceof(z.ZodType)).safeParse(loaded.variables);
  if (!shape.success) throw new Error(`apps/${name}/src/env.ts exports no \`variables\` for readConfig`);
  const all = Object.entries(shape.data);
  return {
    variables: new Set(all.map(([variable]) => variable)),
    required: new Set(all.filter(([, schema]) => !schema.safeParse(undefined).success).map(([variable]) => variable)),
  };
}

/** The apps that run in a container of their own: all with `src/main.ts`, but for the embedded form. */
export async function readApps(root: string): Promise<App[]> {
  const names = readdirSync(join(root, 'apps')).filter(
    (name) => name !== 'standalone' && existsSync(join(root, 'apps', name, 'src', 'main.ts')),
  );
  return Promise.all(
    names.map(async (name) => ({
      name,
      entries: ['main', 'worker']
        .filter((entry) => existsSync(join(root, 'apps', name, 'src', `${entry}.ts`)))
        .map((entry) => `src/${entry}.js`),
      ...(await variablesOf(root, name)),
    })),
  );
}
