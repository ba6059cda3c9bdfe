import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Question } from '../../apps/gateway/src/committed';
import { readArguments, UsageError, variablesFor } from './arguments';
import { ask } from './ask';
import { answerAsTables, widthOf } from './table';

const questions: readonly Question[] = [
  {
    name: 'Q02',
    zh: '超过50人的党支部',
    en: 'Branches over 50',
    text: 'query Q02($areaCode: AreaCode!, $first: Int, $kinds: [Kind!], $filter: Filter, $open: Boolean) { a }',
    variables: { areaCode: '410803', first: 10 },
  },
  { name: 'terms-due', zh: '届满的班子', en: 'Terms due', text: '{ a }', variables: {} },
];

let folder: string;
let server: Server | undefined;
let url: string;
let seen: { headers: IncomingHttpHeaders; body: unknown }[];
let reply: { status: number; type: string; text: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ask-'));
  seen = [];
  reply = { status: 200, type: 'application/json', text: JSON.stringify({ data: { name: '焦作' } }) };
  server = createServer(async (request, response) => {
    seen.push({ headers: request.headers, body: await json(request) });
    response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.text);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((closed) => server?.close(closed));
});

async function run(...words: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await ask(words, {
    questions,
    tokenFor: (account) => `token-of-${account}`,
    dataFolder: folder,
    port: 1,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
  });
  return { code, out: out.join(''), err: err.join('') };
}
const leaveNote = (note: object) => writeFileSync(join(folder, 'server.json'), JSON.stringify(note));

describe('asking', () => {
  it('finds the running server by the note it left, asks as city-org in Chinese and prints the whole answer', async () => {
    leaveNote({ url, pid: process.pid });
    expect(await run('q02')).toEqual({ code: 0, out: '{\n  "data": {\n    "name": "焦作"\n  }\n}\n', err: '' });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer token-of-city-org', 'accept-language': 'zh' });
    expect(seen[0]?.body).toEqual({ query: questions[0]?.text, variables: { areaCode: '410803', first: 10 } });
  });

  it('takes variables, account, language and address from the command line', async () => {
    await run('Q02', '--var', 'areaCode=410881', '--var=first=3', '--as', 'nobody', '--lang', 'en', '--url', url);
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer token-of-nobody', 'accept-language': 'en' });
    expect(seen[0]?.body).toMatchObject({ variables: { areaCode: '410881', first: 3 } });
  });

  it('answers with errors: prints what there is, names each error, exits with 1', async () => {
    reply.text = JSON.stringify({
      data: { name: null },
      errors: [{ message: '没有这项权限', path: ['name'], extensions: { code: 'NOT_ALLOWED' } }],
    });
    const { code, out, err } = await run('Q02', '--url', url);
    expect([code, err]).toEqual([1, 'NOT_ALLOWED name: 没有这项权限\n']);
    expect(JSON.parse(out).data).toEqual({ name: null });
  });

  it('prints a refused sign-in as an answer with errors', async () => {
    reply = {
      ...reply,
      status: 401,
      text: '{"errors":[{"message":"请先登录","extensions":{"code":"UNAUTHENTICATED"}}]}',
    };
    expect(await run('Q02', '--url', url, '--table')).toMatchObject({ code: 1, err: 'UNAUTHENTICATED: 请先登录\n' });
  });

  it('says in Chinese what to do when no server runs, also after one was killed', async () => {
    expect(await run('Q02')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('请在另一个终端运行 npm start'),
    });
    leaveNote({ url, pid: 2 ** 22 + 1 });
    expect((await run('Q02')).code).toBe(2);
    expect(seen).toEqual([]);
  });

  it('does not take a foreign web server for Jishi', async () => {
    reply.type = 'text/html';
    expect(await run('Q02', '--url', url)).toMatchObject({ code: 2, err: expect.stringContaining('不是基石的地址') });
  });

  it('lists the questions in Chinese', async () => {
    expect(await run('--list')).toEqual({
      code: 0,
      out: 'Q02               超过50人的党支部\nterms-due         届满的班子\n',
      err: '',
    });
  });

  it.each([
    [['Q99'], 'Q02、terms-due'],
    [[], '--table'],
    [['Q02', 'terms-due'], '一次只问一个问题'],
    [['Q02', '--tabel'], '--tabel'],
    [['Q02', '--url', 'localhost'], '不是地址'],
    [['Q02', '--var', 'first'], '名称=值'],
    [['Q02', '--var', 'villages=1'], 'areaCode, first'],
    [['Q02', '--var', 'first=ten'], 'first'],
    [['Q02', '--lang', 'fr'], 'zh'],
  ])('refuses %j before asking, and says what would be right', async (words, hint) => {
    expect(await run('--url', url, ...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(hint) });
    expect(seen).toEqual([]);
  });
});

describe('values of variables', () => {
  const text = questions[0]?.text ?? '';
  it('are read as the type that the question gives them', () => {
    const given = readArguments(
      ['areaCode=410803', 'first=5', 'kinds=A,B', 'filter={"n":1}', 'open=true'].flatMap((each) => ['--var', each]),
    ).variables;
    expect(variablesFor(text, {}, given)).toEqual({
      areaCode: '410803',
      first: 5,
      kinds: ['A', 'B'],
      filter: { n: 1 },
      open: true,
    });
    expect(variablesFor(text, { first: 5 }, [['first', 'null']])).toEqual({ first: null });
    expect(() => variablesFor(text, {}, [['filter', '{n']])).toThrow(UsageError);
  });
});

describe('tables', () => {
  it('align Chinese, which is twice as wide', () => {
    expect([widthOf('党支部'), widthOf('A 党'), widthOf('（一）')]).toEqual([6, 4, 6]);
    const edges = [
      {
        node: {
          name: '中国共产党某村支部',
          secretary: { person: { name: '王' } },
          classes: [
            { c: 'RURAL', n: 40 },
            { c: 'MOBILE', n: 12 },
          ],
        },
      },
      { node: { name: '二支部', secretary: null, classes: [] } },
    ];
    expect(answerAsTables({ organizations: { totalCount: 7, edges } })).toBe(
      [
        'organizations (2 / 7)',
        'name                person.name  classes',
        '------------------  -----------  -------------------',
        '中国共产党某村支部  王           RURAL 40；MOBILE 12',
        '二支部',
      ].join('\n'),
    );
  });

  it('show one record as lines and its lists as tables below', () => {
    const member = {
      id: '1',
      person: { name: '李', posts: [{ kind: 'SECRETARY' }] },
      flags: ['A', 'B'],
      transfers: [{ state: 'CLOSED' }],
      events: [],
    };
    expect(answerAsTables({ member, gone: null })).toBe(
      [
        'member',
        'id           1',
        'person.name  李',
        'flags        A、B',
        '',
        'person.posts (1)',
        'kind',
        '---------',
        'SECRETARY',
        '',
        'transfers (1)',
        'state',
        '------',
        'CLOSED',
        '',
        'events (0)',
        '',
        'gone',
        '—',
      ].join('\n'),
    );
  });
});
