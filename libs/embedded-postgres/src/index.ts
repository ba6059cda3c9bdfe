export { runningPostgres, startPostgres, stopPostgres } from './start';
export type { Postgres, StartOptions } from './start';
export { connected, ensureDatabase, quoted } from './databases';
export { StartError } from './start-error';
export type { StartErrorCode } from './start-error';
export { processMark } from './processes';
