import pino from 'pino';
import { currentTrace } from './trace';

export type Logger = pino.Logger;

/** Fields whose values never reach a log line, wherever in an object they stand, in both spellings. */
export const personalFields: ReadonlySet<string> = new Set(
  [
    [
      'name',
      'personName',
      'fullName',
      'citizenId',
      'citizenIdMasked',
      'phone',
      'mobile',
      'birthDate',
      'birthday',
      'email',
    ],
    ['address', 'homeAddress', 'bankAccount', 'photo', 'signature'],
    ['authorization', 'cookie', 'setCookie', 'password', 'secret', 'token', 'accessToken', 'privateKey'],
    ['parameters', 'values', 'variables'],
  ]
    .flat()
    .flatMap((field) => [field, field.toLowerCase(), field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]),
);

const hidden = '[hidden]';

/** Deep copies what is logged without the personal fields. Six levels: a log line is not a dump. */
function withoutPersons(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error || value instanceof Date || Buffer.isBuffer(value)) return value;
  if (depth === 6) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => withoutPersons(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      personalFields.has(field.toLowerCase().replace(/-/g, '_')) ? hidden : withoutPersons(inner, depth + 1),
    ]),
  );
}

/** 18-digit citizen ids and mobile numbers that slipped into a message, wherever it came from. Never part of a longer word or id. */
const citizenId = /(?<![\w-])[1-8]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\w-])/g;
const mobile = /(?<![\w-])(?:\+?86)?1[3-9]\d{9}(?![\w-])/g;

/** What may be said of an error: a database error's detail and parameters quote whole rows, so only these fields pass. */
function errorInWords(error: unknown): unknown {
  if (!(error instanceof Error)) return withoutPersons(error);
  const more = error as Error & { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(more.code === undefined ? {} : { code: more.code }),
    ...(more.constraint === undefined ? {} : { constraint: more.constraint, table: more.table }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: errorInWords(error.cause) }),
  };
}

/**
 * The log of a process: one JSON object a line, with the process's name as `service` and the ids of the running trace.
 * Personal fields are hidden at any depth; numbers that look like a citizen id or a mobile phone are hidden in messages too.
 */
export function createLogger(
  name: string,
  level: pino.LevelWithSilent = 'info',
  destination: pino.DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level,
      base: { service: name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => ({ ...currentTrace() }),
      serializers: { err: errorInWords, error: errorInWords },
      // The formatter below sees every line but not what a child logger was given once; these paths do.
      redact: { paths: [...personalFields].flatMap((field) => [field, `*.${field}`]), censor: hidden },
      formatters: {
        level: (label) => ({ level: label }),
        log: (line) => withoutPersons(line) as Record<string, unknown>,
      },
      hooks: { streamWrite: (line) => line.replace(citizenId, hidden).replace(mobile, hidden) },
    },
    destination,
  );
}
