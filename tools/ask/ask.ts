import type { Question } from '../../apps/gateway/src/committed';
import { readArguments, UsageError, variablesFor } from './arguments';
import { graphAddress } from './server';
import { answerAsTables } from './table';

export interface AskOptions {
  readonly questions: readonly Question[];
  /** A bearer token of an account; throws `UsageError` when there is no such account. */
  readonly tokenFor: (account: string) => string;
  readonly dataFolder: string;
  readonly port: number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** 0: answered. 1: answered with errors. 2: not asked, as the command was wrong or no server runs. */
export type ExitCode = 0 | 1 | 2;

const help = `向运行中的基石服务提问 / asks the running server one of the committed questions

  npm run -s ask -- Q02 [--var 名称=值]… [--as 账号] [--table] [--lang en] [--url 地址]
  npm run -s ask -- --list

  --var    改变一个变量，其余用示例值 / changes one variable; the others are those of the example
  --as     以哪个账号提问，默认 city-org / the account that asks
  --table  以表格显示，默认 JSON / prints tables instead of JSON
  --lang   zh（默认）或 en：消息的语言 / language of messages
  --url    服务地址，默认找正在运行的服务 / the server's address, by default the one that runs

退出码 / exit codes: 0 已回答 answered · 1 回答中有错误 answered with errors · 2 未能提问 not asked
`;

const noServer = (url: URL) => `没有正在运行的基石服务（${url.origin}）。
请在另一个终端运行 npm start，看到“就绪”后再问一次；服务在别的端口时用 --url http://127.0.0.1:端口。
No server answers at ${url.origin}: run \`npm start\` in another terminal and ask again when it is ready.
`;

/** `npm run ask`: everything but the process around it. */
export async function ask(words: readonly string[], options: AskOptions): Promise<ExitCode> {
  const { questions, out, err } = options;
  try {
    const { question: name, help: wantsHelp, list, ...given } = readArguments(words);
    if (wantsHelp) return done(out, help);
    if (list) return done(out, questions.map(({ name: known, zh }) => `${known.padEnd(18)}${zh}\n`).join(''));
    if (name === undefined) throw new UsageError(`问什么？/ which question?\n\n${help}`);
    const question = questions.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!question) {
      const known = questions.map((each) => each.name).join('、');
      throw new UsageError(`没有问题 ${name}，现有 / no question ${name}, there are: ${known}`);
    }
    const variables = variablesFor(question.text, question.variables, given.variables);
    const url = graphAddress({ url: given.url, dataFolder: options.dataFolder, port: options.port });
    const token = options.tokenFor(given.account);
    const answer = await post(url, token, given.language, { query: question.text, variables });
    if (!answer) {
      err(noServer(url));
      return 2;
    }
    out(given.table && answer.data ? `${answerAsTables(answer.data)}\n` : `${JSON.stringify(answer, null, 2)}\n`);
    for (const { message, path, extensions } of answer.errors ?? []) {
      err(`${extensions?.code ?? 'ERROR'}${path ? ` ${path.join('.')}` : ''}: ${message}\n`);
    }
    return answer.errors?.length ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    err(`${error.message}\n`);
    return 2;
  }
}

function done(out: AskOptions['out'], text: string): ExitCode {
  out(text);
  return 0;
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** The answer, or undefined when nobody listens there. */
async function post(url: URL, token: string, language: string, body: object): Promise<Answer | undefined> {
  // `fetch` rejects only when no answer came at all, and says no more than that: there is no server to talk to.
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'accept-language': language },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  if (!response) return undefined;
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('json')) {
    throw new UsageError(`${url} 不是基石的地址 / is not Jishi's address (${response.status})`);
  }
  return JSON.parse(text) as Answer;
}
