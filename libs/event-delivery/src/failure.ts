// Codes that say that the same event may well succeed later: connections, resources, locks, cancelled or repeated transactions.
const passing = /^(08|53|57|58)|^(40001|40P01|55P03|55006|25P02)$/;
const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const lostConnection =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|driver is not connected/i;

/**
 * What an event stands on has not arrived yet: a copy of another service's facts that another consumer keeps is behind. It comes
 * within moments, so the event is tried again at once, and not one after the other.
 */
export class NotArrivedYet extends Error {
  override readonly name = 'NotArrivedYet';
  readonly code = '55P03';
}

/** True when the cause lies outside the event, such as a lost connection or a deadlock: then trying again is never given up. */
export function isTransient(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    const { code, driverError, cause, message } = at as Error & { code?: unknown; driverError?: unknown };
    if (typeof code === 'string' && (passing.test(code) || network.has(code))) return true;
    if (lostConnection.test(message)) return true;
    at = driverError ?? cause;
  }
  return false;
}

/** One line for a dead letter. Only the message: a database error's detail would quote the row. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as Error & { code?: unknown };
  return `${error.name}: ${error.message}${typeof code === 'string' ? ` (${code})` : ''}`;
}
