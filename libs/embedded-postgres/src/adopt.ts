import { realpath } from 'node:fs/promises';
import { connected } from './databases';
import { superuser } from './launch';
import { findPostmaster, type Postmaster } from './postmaster';
import { pause } from './processes';
import { systemCode } from './start-error';

/**
 * Asks a running postmaster whether it is ours: it must accept our password and work in our data folder. One that is
 * still starting is waited for as long as it lives.
 * @returns the postmaster, `refused` when it is not ours or goes down, `full` when it has no connection left
 */
export async function adopt(
  postmaster: Postmaster,
  data: string,
  password: string,
  patience: number,
): Promise<Postmaster | 'refused' | 'full'> {
  const until = Date.now() + patience;
  let refusals = 0;
  for (;;) {
    const current = await findPostmaster(data);
    if (current === null || current.pid !== postmaster.pid || current.status === 'stopping') return 'refused';
    const answer =
      current.port > 0 && current.status === 'ready' ? await ask(current.port, data, password) : 'starting';
    if (answer === 'ours') return current;
    if (answer === 'not ours') return 'refused';
    // A server that says it is ready and yet does not answer is not going to.
    if (answer === 'silent' && (refusals += 1) > 20) return 'refused';
    if (Date.now() > until) return answer === 'full' ? 'full' : 'refused';
    await pause(50);
  }
}

type Answer = 'ours' | 'not ours' | 'starting' | 'silent' | 'full';

async function ask(port: number, data: string, password: string): Promise<Answer> {
  try {
    return await connected(`postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`, async (client) => {
      const { rows } = await client.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
      return rows[0] !== undefined && rows[0].folder === (await realpath(data)) ? 'ours' : 'not ours';
    });
  } catch (error) {
    const code = systemCode(error);
    if (code === '53300') return 'full';
    if (code === '57P03') return 'starting';
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === '57P01') return 'silent';
    return 'not ours';
  }
}
