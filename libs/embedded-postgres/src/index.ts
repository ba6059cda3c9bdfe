export { runningPostgres, startPostgres, stopPostgres } from './start';
export type { Postgres, StartOptions } from './start';
export { connected, ensureDatabase, quoted } from './databases';
export { StartError, systemCode } from './start-error';
export type { StartErrorCode } from './start-error';
// What every server in a folder needs; @jishi/embedded-kafka stands on it as well.
export { pause, processMark } from './processes';
export { takeLock, type Lock } from './lock';
export { freePort } from './memory';
