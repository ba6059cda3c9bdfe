export interface BreakerOptions {
  /** Milliseconds that are looked back on. */
  readonly window?: number;
  /** So many calls must lie in the window before anything is concluded. */
  readonly least?: number;
  /** Milliseconds that an open breaker waits before it lets one call through to see. */
  readonly pause?: number;
  readonly now?: () => number;
}

export interface Breaker {
  /** Whether a call may be tried. After the pause one caller gets `true`, the others go on waiting for its outcome. */
  allows(): boolean;
  record(succeeded: boolean): void;
}

/**
 * Opens when half of the last calls failed, so that callers of a dead subgraph are answered at once instead of waiting for
 * their deadline; closes with the first call that succeeds.
 */
export function breaker(options: BreakerOptions = {}): Breaker {
  const { window = 10_000, least = 20, pause = 5_000, now = () => performance.now() } = options;
  let calls: { readonly at: number; readonly failed: boolean }[] = [];
  let tryAgainAt: number | undefined;

  return {
    allows() {
      if (tryAgainAt === undefined) return true;
      if (now() < tryAgainAt) return false;
      tryAgainAt = now() + pause;
      return true;
    },
    record(succeeded) {
      if (succeeded && tryAgainAt !== undefined) {
        tryAgainAt = undefined;
        calls = [];
      }
      calls.push({ at: now(), failed: !succeeded });
      if (calls.length > 10 * least) calls.shift();
      if (succeeded || tryAgainAt !== undefined) return;
      const recent = calls.filter(({ at }) => at > now() - window);
      const failed = recent.filter((call) => call.failed).length;
      if (recent.length >= least && failed * 2 >= recent.length) tryAgainAt = now() + pause;
      calls = recent;
    },
  };
}
