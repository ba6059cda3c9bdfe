import { isCivilDate } from '@jishi/periods';
import type { Ordering, SortType, SortValue } from './ordering';

const timeOfDay = /^[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)$/;

const fits: Readonly<Record<SortType, (value: SortValue) => boolean>> = {
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  date: isCivilDate,
  timestamptz: (value) =>
    typeof value === 'string' && isCivilDate(value.slice(0, 10)) && timeOfDay.test(value.slice(10)),
  integer: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  numeric: (value) => Number.isFinite(value) || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)),
  boolean: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string' && !value.includes('\0'),
};

/** The place of a row in a list, opaque to clients: the tag of the order and the row's sort values. */
export const encodeCursor = ({ tag }: Ordering, values: readonly SortValue[]): string =>
  Buffer.from(JSON.stringify([tag, ...values])).toString('base64url');

/** The sort values inside a cursor; null when it is none, belongs to another list or order, or holds what could not be compared. */
export function decodeCursor({ tag, columns }: Ordering, cursor: string): readonly SortValue[] | null {
  const parsed = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(parsed) || parsed[0] !== tag || parsed.length !== columns.length + 1) return null;
  const values = parsed.slice(1) as SortValue[];
  return columns.every(({ type, nullable }, index) => {
    const value = values[index] ?? null;
    return value === null ? nullable : fits[type](value);
  })
    ? values
    : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
