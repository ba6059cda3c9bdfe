import type { Logger } from './logger';

export interface HealthOptions {
  /** What must be true before requests may come: the pool answers, migrations are applied. Each rejects when it is not. */
  readonly ready?: Readonly<Record<string, () => Promise<unknown>>>;
  /** How long one check may take, in milliseconds. */
  readonly limit?: number;
  readonly log?: Logger;
}

export interface Answer {
  readonly status: 200 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Health {
  /** For /health/live: that this can be answered at all is the answer. It never asks the database, whose fault no restart of ours would mend. */
  live(): Answer;
  /** For /health/ready: 200 when every check passes and the process is not draining, else 503 with the checks that failed. */
  ready(): Promise<Answer>;
  /** From now on unready, for good: the process is going to stop. */
  drain(): void;
}

async function outcome(check: () => Promise<unknown>, limit: number): Promise<'ok' | Error> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** The health of a process. What a check said goes to the log, not to the caller: it may name hosts and users. */
export function health({ ready = {}, limit = 2000, log }: HealthOptions = {}): Health {
  let draining = false;
  return {
    live: () => ({ status: 200, body: { status: 'live' } }),
    async ready() {
      if (draining) return { status: 503, body: { status: 'draining' } };
      const checks = await Promise.all(
        Object.entries(ready).map(async ([name, check]) => {
          const result = await outcome(check, limit);
          if (result !== 'ok') log?.warn({ check: name, err: result }, 'not ready');
          return [name, result === 'ok' ? 'ok' : 'failed'] as const;
        }),
      );
      const allPass = checks.every(([, result]) => result === 'ok');
      return {
        status: allPass ? 200 : 503,
        body: { status: allPass ? 'ready' : 'not ready', checks: Object.fromEntries(checks) },
      };
    },
    drain: () => {
      draining = true;
    },
  };
}
