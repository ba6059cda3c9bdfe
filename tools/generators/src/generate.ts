import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf } from './names';
import { organizationSideOf } from './organizations';

export interface Wish {
  /** Root of the workspace. */
  readonly root: string;
  /** The service, by the name of its folder: `members`. */
  readonly service: string;
  /** `home-visits` */
  readonly capability: string;
  /** What the office calls it: 家访. */
  readonly zh: string;
}

const rolesFile = 'libs/access/src/roles.ts';

/** The files of a slice: template → name below the slice's folder. */
const files = {
  graphql: '.graphql',
  'entities.ts': '.entities.ts',
  'rules.ts': '.rules.ts',
  'service.ts': '.service.ts',
  'resolvers.ts': '.resolvers.ts',
  'rules.spec.ts': '.rules.spec.ts',
  'spec.ts': '.spec.ts',
} as const;

/**
 * Writes a slice and makes it known: in `service.ts`, as the last of the capabilities, and in the roles, whose branches and
 * everybody above them may read and keep it. Returns the paths that it wrote or changed. Nothing is written when the
 * capability exists already or the service cannot be understood.
 */
export function generateCapability({ root, service, capability, zh }: Wish): string[] {
  const folder = `apps/${service}/src/${capability}`;
  const serviceFile = `apps/${service}/src/service.ts`;
  if (!existsSync(join(root, serviceFile))) throw new Error(`there is no ${serviceFile}`);
  if (existsSync(join(root, folder))) throw new Error(`${folder} exists already`);

  const names = namesOf(capability);
  const serviceSource = readFileSync(join(root, serviceFile), 'utf8');
  const words: Readonly<Record<string, string>> = { ...organizationSideOf(serviceSource), ...names, zh, service };
  // Twice, as the world of a spec has names in it as well.
  const fill = (text: string) =>
    [1, 2].reduce((filled) => filled.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => words[name] ?? whole), text);
  const template = (name: string) =>
    fill(readFileSync(join(root, 'tools/generators/templates', `${name}.template`), 'utf8'));

  const migration = `apps/${service}/migrations/${nextNumber(join(root, `apps/${service}/migrations`))}-${capability}.sql`;
  const written: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(files).map(([name, ending]) => [`${folder}/${capability}${ending}`, template(name)]),
    ),
    [`${folder}/index.ts`]: template('index.ts'),
    [migration]: template('migration.sql'),
    [serviceFile]: withCapability(serviceSource, capability, names.slice),
    [rolesFile]: withPermissions(readFileSync(join(root, rolesFile), 'utf8'), service, capability),
  };
  mkdirSync(join(root, folder));
  for (const [path, text] of Object.entries(written)) writeFileSync(join(root, path), text);
  return Object.keys(written);
}

const nextNumber = (folder: string): string => {
  const numbers = readdirSync(folder).map((name) => Number(/^\d+/.exec(name)?.[0] ?? 0));
  return String(Math.max(0, ...numbers) + 1).padStart(4, '0');
};

/** `service.ts` with one more import and one more capability, at the end: it may import all that were there. */
export function withCapability(source: string, capability: string, slice: string): string {
  const imports = [...source.matchAll(/^import \{ \w+ \} from '\.\/[\w-]+';$/gm)];
  const last = imports.at(-1);
  const list = /capabilities: \[([^\]]*)\]/.exec(source);
  if (!last || !list) throw new Error('service.ts has no list of capabilities to add to');
  const at = last.index + last[0].length;
  const names = (list[1] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return `${source.slice(0, at)}\nimport { ${slice} } from './${capability}';${source.slice(at)}`.replace(
    list[0],
    `capabilities: [${[...names, slice].join(', ')}]`,
  );
}

/** The roles with the new capability's two permissions: who reads the service reads it, who keeps a branch keeps it. */
export function withPermissions(source: string, service: string, capability: string): string {
  const add = (text: string, list: string, permission: string) => {
    const found = new RegExp(`const ${list} = \\[([^\\]]*)\\]`).exec(text);
    if (!found) throw new Error(`${rolesFile} has no list ${list} to add to`);
    return text.replace(found[0], `const ${list} = [${(found[1] ?? '').trim().replace(/,$/, '')}, '${permission}']`);
  };
  const readers = service === 'organizations' ? 'readRegister' : 'readMembers';
  return add(add(source, readers, `${capability}:read`), 'keepBranch', `${capability}:keep`);
}
