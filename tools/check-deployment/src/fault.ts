/** Something that a file of docker/ or k8s/ names and that is not so. */
export interface Fault {
  readonly file: string;
  /** Where in the file, in words: `services.members.environment.PROT`. */
  readonly at: string;
  readonly message: string;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const words = (value: unknown): readonly string[] => list(value).filter((item) => typeof item === 'string');

/** A key that nobody reads is a setting that somebody believes in: `replica: 2`. */
export function* unknownKeys(file: string, at: string, value: unknown, known: readonly string[]): Generator<Fault> {
  for (const key of Object.keys(record(value)))
    if (!known.includes(key) && !key.startsWith('x-'))
      yield { file, at: at ? `${at}.${key}` : key, message: 'unknown key' };
}
