import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopKafka } from '@jishi/embedded-kafka';
import { processMark, stopPostgres } from '@jishi/embedded-postgres';

/** The folder of a run and what lies in it. */
export interface Place {
  readonly folder: string;
  readonly postgres: string;
  readonly kafka: string;
  readonly logs: string;
  /** Remembers what lives, for the next run after a `kill -9` of this one. */
  note(pids: readonly number[]): void;
  remove(): void;
}

interface Note {
  readonly driver: Living;
  readonly children: readonly Living[];
}
interface Living {
  readonly pid: number;
  readonly mark: string | null;
}

const prefix = 'jishi-chaos-';
const living = (pid: number): Living => ({ pid, mark: processMark(pid) });
const lives = ({ pid, mark }: Living): boolean => mark !== null && processMark(pid) === mark;
const noteIn = (folder: string): string => join(folder, 'processes.json');
const postgresIn = (folder: string): string => join(folder, 'postgres');
const kafkaIn = (folder: string): string => join(folder, 'kafka');

export function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const driver = living(process.pid);
  const place: Place = {
    folder,
    postgres: postgresIn(folder),
    kafka: kafkaIn(folder),
    logs: join(folder, 'logs'),
    note(pids) {
      const note: Note = { driver, children: pids.map(living) };
      // Written beside and moved: nobody reads half of it, also when this process is killed meanwhile.
      writeFileSync(`${noteIn(folder)}.part`, JSON.stringify(note));
      renameSync(`${noteIn(folder)}.part`, noteIn(folder));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  place.note([]);
  for (const each of [place.postgres, place.logs]) mkdirSync(each);
  return place;
}

/** Takes away a memory file system from a folder; false when none was there. */
export function unmount(folder: string): boolean {
  if (!isMounted(folder)) return false;
  execFileSync('umount', [folder]);
  return true;
}

const isMounted = (folder: string): boolean =>
  existsSync('/proc/self/mounts') &&
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === folder);

/** Ends and removes what runs left behind whose driver was killed. */
export async function cleanUp(say: (text: string) => void): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    // Not yet written, or being removed by its own driver.
    if (!existsSync(noteIn(folder))) continue;
    const { driver, children } = JSON.parse(readFileSync(noteIn(folder), 'utf8')) as Note;
    if (lives(driver)) continue;
    say(`a run that was killed left ${folder} behind: it is cleaned up`);
    for (const child of children) if (lives(child)) process.kill(child.pid, 'SIGKILL');
    await stopPostgres({ folder: postgresIn(folder) });
    await stopKafka({ folder: kafkaIn(folder) });
    unmount(postgresIn(folder));
    rmSync(folder, { recursive: true, force: true });
  }
}
