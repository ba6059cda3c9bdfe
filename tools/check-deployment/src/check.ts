import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './apps';
import { checkCompose } from './compose';
import { checkDockerfile, imageOf } from './dockerfile';
import type { Fault } from './fault';
import { checkKubernetes } from './kubernetes';

const dockerfile = 'docker/service.Dockerfile';
const compose = 'docker/compose.yaml';
const base = 'k8s/base';

/** Checks everything below docker/ and k8s/base against the apps as they are. `changed` replaces files by other texts, for tests. */
export function checkDeployments(
  root: string,
  apps: readonly App[],
  changed: ReadonlyMap<string, string> = new Map(),
): Fault[] {
  const read = (path: string) =>
    changed.get(path) ?? (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '');
  const image = imageOf(read(dockerfile));
  const names = readdirSync(join(root, base)).filter((name) => name.endsWith('.yaml'));
  const files = new Map(names.map((name) => [name, read(`${base}/${name}`)]));
  return [
    ...checkDockerfile(root, dockerfile, read(dockerfile), apps),
    ...checkCompose(root, compose, read(compose), apps, image),
    ...checkKubernetes({ folder: base, files, manual: read('k8s/README.md') }, apps, image),
  ];
}
