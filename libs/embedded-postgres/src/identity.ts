import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Binaries } from './binaries';
import { StartError, systemCode } from './start-error';

const run = promisify(execFile);

/** As whom the database programs run: PostgreSQL refuses to run as root. */
export interface Identity {
  /** For the log: `as the current user`. */
  readonly words: string;
  /** Program and arguments that run a database program under this identity, under the same process number. */
  command(program: string, args: readonly string[]): [string, string[]];
  /** Set when the process must be given another user. */
  readonly account?: { readonly uid: number; readonly gid: number };
}

const direct: Identity = { words: 'as the current user', command: (program, args) => [program, [...args]] };

/** Who owns the data folder; null when there is none yet. */
export async function ownerOf(data: string): Promise<{ uid: number; gid: number } | null> {
  return stat(data).then(
    ({ uid, gid }) => ({ uid, gid }),
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    },
  );
}

/**
 * An ordinary user runs PostgreSQL directly. Root runs it in a user namespace, where files stay root's and no folder
 * needs to be opened to others; where namespaces are forbidden, as user `postgres` or `nobody`, who then own the data.
 * Data made by an ordinary user is run as that user, so that he can go on with it without root.
 * @param rootAs forces one of the two ways of root
 */
export async function identityFor(
  binaries: Binaries,
  folder: string,
  data: string,
  rootAs?: 'namespace' | 'account',
): Promise<Identity> {
  const me = process.getuid?.() ?? -1;
  // Before there is data, whoever owns the folder is going to own it.
  const made = await ownerOf(data);
  const owner = made ?? (await ownerOf(folder));
  if (me !== 0) {
    if (owner !== null && owner.uid !== me) throw new StartError('FOLDER_NOT_OURS', { folder, owner: owner.uid });
    // In a container any number may be the user, but initdb wants one that /etc/passwd knows.
    const users = await accounts();
    const borrowed = users.some((user) => user.uid === me) ? null : namespace(users);
    return borrowed !== null && (await works(borrowed, binaries, folder)) ? borrowed : direct;
  }
  if (owner !== null && owner.uid !== 0) {
    const theirs = account(owner.uid, owner.gid);
    if (await works(theirs, binaries, folder)) return theirs;
    throw new StartError('FOLDER_UNREACHABLE', { folder });
  }
  const users = await accounts();
  if (rootAs !== 'account') {
    const inside = namespace(users);
    if (inside !== null && (await works(inside, binaries, folder))) return inside;
  }
  if (rootAs !== 'namespace') {
    for (const name of ['postgres', 'nobody']) {
      const user = users.find((each) => each.name === name);
      if (user === undefined) continue;
      const as = account(user.uid, user.gid);
      await chown(folder, user.uid, user.gid);
      if (await works(as, binaries, folder)) {
        if (made !== null) await run('chown', ['-R', `${user.uid}:${user.gid}`, data]);
        return as;
      }
      await chown(folder, 0, 0);
    }
  }
  throw new StartError('FOLDER_UNREACHABLE', { folder });
}

async function works(identity: Identity, binaries: Binaries, folder: string): Promise<boolean> {
  const attempts: [string, string[]][] = [
    [binaries.postgres, ['--version']],
    ['test', ['-w', folder]],
  ];
  for (const [program, args] of attempts) {
    const [file, rest] = identity.command(program, args);
    const worked = await run(file, rest, { env: binaries.environment, ...identity.account }).then(
      () => true,
      () => false,
    );
    if (!worked) return false;
  }
  return true;
}

function account(uid: number, gid: number): Identity {
  return { words: `as uid ${uid}`, account: { uid, gid }, command: direct.command };
}

/** initdb looks its user up by number: inside the namespace root takes the number of a user that exists. */
function namespace(users: readonly User[]): Identity | null {
  const unshare = ['/usr/bin/unshare', '/bin/unshare'].find((path) => existsSync(path));
  const uid = (users.find((user) => user.uid === 1000) ?? users.find((user) => user.uid !== 0))?.uid;
  if (unshare === undefined || uid === undefined) return null;
  return {
    words: 'in a user namespace',
    command: (program, args) => [unshare, ['--user', `--map-user=${uid}`, `--map-group=${uid}`, program, ...args]],
  };
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

async function accounts(): Promise<User[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
