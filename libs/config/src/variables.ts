import { z } from 'zod';

/** What a variable should hold, in both languages, for the person who has to correct it. */
export interface Expectation {
  readonly zh: string;
  readonly en: string;
  /** The value is never printed: a password, or an address that may contain one. */
  readonly secret?: boolean;
}

/** Kept outside the schemas, so that any zod schema can be a variable, also one made `optional()` or given a default. */
export const expectations = z.registry<Expectation>();

/**
 * Says what a variable should hold. Use it last, after `.default(…)` or `.optional()`: zod forgets it on each further step.
 * A variable of a service's own: `MERGE_HOUR: variable(z.coerce.number().int().min(0).max(23).default(3), { zh: '0–23 的整点', en: 'an hour, 0 to 23' })`.
 */
export function variable<S extends z.ZodType>(schema: S, expected: Expectation): S {
  expectations.add(schema, expected);
  return schema;
}

/** Digits only: `Number('')` is 0 and `Number('0x10')` is 16, neither of which anybody means in an environment variable. */
const digits = z.string().regex(/^\d+$/).transform(Number);

/** A TCP port, 0–65535; 0 lets the system choose a free one (tests do so). */
export const port = (usual: number) =>
  variable(digits.pipe(z.number().max(65535)).default(usual), {
    zh: `端口号(0–65535),缺省 ${usual}`,
    en: `a port number from 0 to 65535, default ${usual}`,
  });

/** A whole number of at least `least`. */
export const wholeNumber = (least: number, usual: number, unit: Expectation) =>
  variable(digits.pipe(z.number().min(least)).default(usual), {
    zh: `不小于 ${least} 的整数(${unit.zh}),缺省 ${usual}`,
    en: `a whole number of ${unit.en}, at least ${least}, default ${usual}`,
  });

/** One of a few words. */
export const choice = <const W extends readonly [string, ...string[]]>(words: W, usual: W[number]) =>
  variable(z.enum(words).default(usual as z.util.NoUndefined<z.output<z.ZodEnum<z.util.ToEnum<W[number]>>>>), {
    zh: `${words.join('、')} 之一,缺省 ${usual}`,
    en: `one of ${words.join(', ')}, default ${usual}`,
  });

/** Any text that is not empty. */
export const text = (usual: string, expected: Expectation) =>
  variable(z.string().default(usual), { zh: `${expected.zh},缺省 ${usual}`, en: `${expected.en}, default ${usual}` });

/** The path of a file; whether it can be read is the reader's business, who can say more about what is wrong with it. */
export const file = (expected: Expectation) => variable(z.string(), expected);

/** The path of a folder. */
export const folder = (usual: string, expected: Expectation) => text(usual, expected);

export const isUrlOf = (schemes: readonly string[], value: string): boolean =>
  URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1));

/** An address that may carry a password: never printed, not even when it is the wrong one. */
export const secretUrl = (schemes: readonly string[], expected: Expectation) =>
  variable(
    z.string().refine((value) => isUrlOf(schemes, value)),
    { ...expected, secret: true },
  );
