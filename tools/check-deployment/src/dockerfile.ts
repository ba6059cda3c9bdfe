import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './apps';
import type { Fault } from './fault';

interface Instruction {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

const instructionsOf = (text: string): Instruction[] => {
  const found: Instruction[] = [];
  let open: Instruction | undefined;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (!open && (line === '' || line.startsWith('#'))) return;
    const more = line.endsWith('\\');
    const content = more ? line.slice(0, -1) : line;
    const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(content) ?? [];
    open = open
      ? { ...open, text: `${open.text} ${content}` }
      : { name: name.toUpperCase(), text: rest, line: index + 1 };
    if (!more) {
      found.push(open);
      open = undefined;
    }
  });
  return found;
};

const known = new Set([
  'ARG',
  'FROM',
  'WORKDIR',
  'COPY',
  'RUN',
  'ENV',
  'USER',
  'EXPOSE',
  'CMD',
  'LABEL',
  'HEALTHCHECK',
  'ENTRYPOINT',
]);
/** `node`, a version to the patch level, a variant: a build of tomorrow is the build of today. */
const pinned = /^[\w./-]+:\d+\.\d+(\.\d+)?[\w.-]*(@sha256:[0-9a-f]{64})?$/;

export interface Image {
  readonly ports: readonly number[];
  readonly environment: ReadonlyMap<string, string>;
}

/** What the image of any app promises: its ports and the variables it sets. */
export function imageOf(text: string): Image {
  const instructions = instructionsOf(text);
  return {
    ports: instructions.filter(({ name }) => name === 'EXPOSE').flatMap((i) => i.text.split(/\s+/).map(Number)),
    environment: new Map(
      instructions
        .filter(({ name }) => name === 'ENV')
        .flatMap((i) => [...i.text.matchAll(/(\w+)=(\S+)/g)].map((m) => [m[1] ?? '', m[2] ?? ''] as const)),
    ),
  };
}

/** Checks a Dockerfile that builds any of `apps` by its argument APP. */
export function* checkDockerfile(root: string, file: string, text: string, apps: readonly App[]): Generator<Fault> {
  const instructions = instructionsOf(text);
  const fault = ({ line, name }: Instruction, message: string): Fault => ({
    file,
    at: `line ${line} ${name}`,
    message,
  });
  const variables = new Map<string, string>();
  const stages = new Set<string>();
  const fill = (written: string) =>
    written.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => variables.get(name) ?? whole);

  for (const instruction of instructions) {
    const { name, text: content } = instruction;
    if (!known.has(name)) yield fault(instruction, 'unknown instruction');
    if (name === 'ARG') {
      const [variable = '', usual] = content.split('=');
      if (usual) variables.set(variable, usual);
    }
    if (name === 'FROM') {
      const [image = '', , stage] = content.split(/\s+/);
      if (!pinned.test(fill(image)) && !stages.has(image))
        yield fault(instruction, `${fill(image)} is not pinned to a version`);
      if (stage) stages.add(stage);
    }
    if (name === 'COPY') {
      const from = /--from=(\S+)/.exec(content)?.[1];
      const sources = content
        .split(/\s+/)
        .filter((part) => !part.startsWith('--'))
        .slice(0, -1);
      if (from && !stages.has(from)) yield fault(instruction, `no stage ${from}`);
      for (const source of from ? [] : sources)
        if (!existsSync(join(root, source))) yield fault(instruction, `${source} does not exist`);
      // What a later stage takes from the build is the compiled form of a folder here, for every app.
      for (const source of from ? sources : []) {
        const folder = /^\/src\/dist\/(.+)$/.exec(source)?.[1];
        for (const app of folder ? apps : []) {
          const path = (folder ?? '').replace('${APP}', app.name);
          if (!existsSync(join(root, path))) yield fault(instruction, `${path} does not exist`);
        }
      }
    }
    if (name === 'RUN') {
      const script = /\bnode (\S+\.m?js)/.exec(content)?.[1];
      if (script && !existsSync(join(root, script))) yield fault(instruction, `${script} does not exist`);
    }
    if (name === 'ENV')
      for (const [, variable = ''] of content.matchAll(/(\w+)=/g))
        for (const app of apps)
          if (!app.variables.has(variable)) yield fault(instruction, `${app.name} does not read ${variable}`);
    if (name === 'CMD') {
      const command = content.startsWith('[') ? (JSON.parse(content) as string[]) : undefined;
      if (command?.[0] !== 'node') yield fault(instruction, 'node is not process 1: a shell would swallow SIGTERM');
      for (const app of apps)
        if (command && !app.entries.includes(command[1] ?? ''))
          yield fault(instruction, `${app.name} has no ${command[1]}`);
    }
  }
  const last = (wanted: string) => instructions.findLast(({ name }) => name === wanted);
  const end = instructions.at(-1);
  if (end && !/^[1-9]\d*(:[1-9]\d*)?$/.test(last('USER')?.text ?? ''))
    yield fault(end, 'runs as root or under a name that the kubelet cannot check');
  if (end && !last('CMD')) yield fault(end, 'has no CMD');
}
