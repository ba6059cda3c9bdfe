import type { Health } from './health';
import type { Logger } from './logger';

export interface DrainOptions {
  readonly log: Logger;
  readonly health?: Health;
  /** Milliseconds between unready and the first step, for load balancers to notice. Kubernetes wants 5000, a desk 0. */
  readonly notice?: number;
  /** Milliseconds for all steps together; then the process ends as it is. */
  readonly limit?: number;
  /** Ends the process; replaced in tests. */
  readonly exit?: (code: number) => void;
}

export interface Drain {
  /**
   * Says what to close when the process stops. Steps run one after the other, the last one named first: whoever opens
   * the pool before the server gets the server closed, its requests finished, and the pool closed after them.
   */
  onShutdown(name: string, close: () => unknown): void;
  /** Stops in order and ends the process: 0 when every step succeeded, 1 when one failed,
   * the limit passed, or the reason was a failure. Safe to call twice. */
  shutdown(reason: string, failed?: boolean): Promise<void>;
}

/**
 * A terminal sends Ctrl-C to every process in front, and npm passes the one it got on again: one press arrives twice
 * within milliseconds. Only a later signal is a person who does not want to wait.
 */
const samePress = 500;

/**
 * Ordered shutdown on SIGTERM and SIGINT: unready → notice → the steps. A second Ctrl-C ends at once with code 130.
 * An error that nobody caught is logged and also ends in order, with code 1, so that no database is left running alone.
 */
export function drain(options: DrainOptions): Drain {
  const { log, health, notice = 0, limit = 25_000, exit = (code) => process.exit(code) } = options;
  const steps: { name: string; close: () => unknown }[] = [];
  let stopping: Promise<void> | undefined;
  let askedAt = 0;

  async function close(reason: string, failed: boolean): Promise<void> {
    let current = 'notice';
    let code = failed ? 1 : 0;
    log.info({ reason }, 'stopping');
    health?.drain();
    const tooLate = setTimeout(() => {
      log.error({ step: current, limit }, 'did not stop in time');
      exit(1);
    }, notice + limit);

    if (notice > 0) await new Promise((resolve) => setTimeout(resolve, notice));
    for (const { name, close: step } of steps.reverse()) {
      current = name;
      try {
        await step();
      } catch (err) {
        code = 1;
        log.error({ step: name, err }, 'could not close');
      }
    }
    clearTimeout(tooLate);
    log.info({ reason, code }, 'stopped');
    exit(code);
  }

  const shutdown = (reason: string, failed = false) => (stopping ??= close(reason, failed));

  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping && Date.now() - askedAt > samePress) return exit(130);
    askedAt ||= Date.now();
    void shutdown(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  const onFault = (err: unknown) => {
    log.fatal({ err }, 'an error that nobody caught');
    void shutdown('fault', true);
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);

  return {
    onShutdown: (name, step) => void steps.push({ name, close: step }),
    shutdown,
  };
}
