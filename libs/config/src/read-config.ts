import { z } from 'zod';
import { expectations } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One variable that stops the process from starting. `given` is undefined when it was absent. */
export interface WrongVariable {
  readonly name: string;
  readonly expected: { readonly zh: string; readonly en: string };
  readonly given?: string;
}

/** The environment does not fit. The message lists every wrong variable at once, so that one correction is enough. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly wrong: readonly WrongVariable[]) {
    super(['环境变量有误 / wrong environment variables:', ...wrong.map(inWords)].join('\n'));
  }
}

const inWords = ({ name, expected, given }: WrongVariable) =>
  [
    `  ${name}`,
    `    应为 ${expected.zh};实际:${given ?? '未设置'}`,
    `    expected ${expected.en}; given: ${given ?? 'nothing'}`,
  ].join('\n');

const soundsSecret = /SECRET|PASSWORD|TOKEN|CREDENTIAL|_KEY$/;

/**
 * Reads the variables that `shape` names, once, and freezes the answer. The only place of the program that sees
 * `process.env`: everybody else is handed values. An empty variable counts as absent, as compose files and shells write
 * `NAME=` for "nothing here".
 *
 * @throws ConfigError naming every wrong variable; values of secrets are never part of it.
 */
export function readConfig<const S extends z.core.$ZodLooseShape>(
  shape: S,
  env: Environment = process.env,
): Readonly<z.output<z.ZodObject<S>>> {
  const present = Object.fromEntries(
    Object.keys(shape).flatMap((name) => (env[name] ? [[name, env[name]] as const] : [])),
  );
  const read = z.object(shape).safeParse(present);
  if (read.success) return Object.freeze(read.data);

  const messages = new Map(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
  throw new ConfigError(
    [...messages].map(([name, message]) => {
      const schema = shape[name] as z.ZodType | undefined;
      const said = schema && expectations.get(schema);
      const given = present[name];
      const hidden = said?.secret || soundsSecret.test(name);
      return {
        name,
        expected: { zh: said?.zh ?? message, en: said?.en ?? message },
        ...(given === undefined ? {} : { given: hidden ? '(已设置,不显示 / set, not shown)' : JSON.stringify(given) }),
      };
    }),
  );
}
