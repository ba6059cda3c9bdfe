import { createLogger } from '@jishi/telemetry';
import type { FastifyInstance } from 'fastify';
import { executeFixture, type FixtureName, quiet, supergraphSdl, verify } from './fixtures/two-subgraphs';
import { createGateway, type GatewayOptions } from './gateway';
import { localSubgraph } from './local-subgraph';

const open: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

async function gateway(options: Partial<GatewayOptions> = {}) {
  const app = await createGateway({
    supergraphSdl,
    verify,
    log: quiet,
    dataSourceFor: (name) => localSubgraph(executeFixture(name as FixtureName)),
    ...options,
  });
  open.push(app);
  const ask = (query: string, headers: Record<string, string> = {}, more: object = {}) =>
    app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: 'Bearer good', ...headers },
      payload: { query, ...more },
    });
  return { app, ask };
}

describe('an answer of two subgraphs', () => {
  it('joins what each of them knows of the same branch, without white space between', async () => {
    const { ask } = await gateway();
    const { statusCode, body } = await ask('{ branches { name memberCount superior { name memberCount } } }');
    expect(statusCode).toBe(200);
    expect(body).toBe(
      '{"data":{"branches":[{"name":"第一党支部","memberCount":51,"superior":null},' +
        '{"name":"第二党支部","memberCount":3,"superior":{"name":"第一党支部","memberCount":51}}]}}',
    );
  });

  it('tells each subgraph who asks, in which language and for which piece of business', async () => {
    const { ask } = await gateway();
    const headers = { 'accept-language': 'en', 'x-correlation-id': 'case-7' };
    const answer = await ask('{ whoAsks }', headers);
    expect(answer.json()).toEqual({ data: { whoAsks: 'city-org en case-7' } });
    expect(answer.headers['x-correlation-id']).toBe('case-7');
  });

  it('gives a request without a correlation id one of its own, and returns it', async () => {
    const { ask } = await gateway();
    const answer = await ask('{ whoAsks }');
    expect(answer.headers['x-correlation-id']).toMatch(/^[\w-]{36}$/);
    expect(answer.json().data.whoAsks).toBe(`city-org zh ${String(answer.headers['x-correlation-id'])}`);
  });

  it('hands a refusal through with code, field, rule and citation', async () => {
    const { ask } = await gateway();
    expect((await ask('{ refused branches { id } }')).json()).toEqual({
      data: { refused: null, branches: [{ id: 'a' }, { id: 'b' }] },
      errors: [
        {
          message: '介绍信有效期至2026-03-01',
          path: ['refused'],
          extensions: {
            code: 'LETTER_EXPIRED',
            field: 'validUntil',
            rule: 'transfer.letter-validity',
            citation: { document: '某办法', article: '第四条' },
          },
        },
      ],
    });
  });

  it('reports a hidden field by its place in the whole answer, and not as an error', async () => {
    const { ask } = await gateway();
    const answer = (await ask('{ branches { secretary } }')).json();
    expect(answer).toEqual({
      data: { branches: [{ secretary: '李' }, { secretary: null }] },
      extensions: { hidden: [{ path: ['branches', 1, 'secretary'], permission: 'persons:personal' }] },
    });
  });

  it('masks what went wrong inside, with a number that is found in the log', async () => {
    const lines: string[] = [];
    const log = createLogger('gateway', 'info', { write: (line) => void lines.push(line) });
    const { ask } = await gateway({ log });
    const answer = await ask('{ broken }', { 'x-correlation-id': 'case-8', 'accept-language': 'en' });
    expect(answer.body).not.toContain('does not exist');
    expect(answer.body).not.toContain('secret.ts');
    expect(answer.json().errors[0]).toMatchObject({
      message: expect.stringContaining('case-8'),
      path: ['broken'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'case-8' },
    });
    const logged = lines.find((line) => line.includes('relation \\"member\\" does not exist'));
    expect(JSON.parse(logged ?? '{}')).toMatchObject({ correlationId: 'case-8', level: 'error' });
  });

  it('says so when a subgraph breaks its promise and nothing is left of the answer', async () => {
    const { ask } = await gateway({ dataSourceFor: () => localSubgraph(async () => ({ data: { branches: null } })) });
    const answer = (await ask('{ branches { id } }')).json();
    expect(answer.data).toBeNull();
    expect(answer.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(answer.extensions).toBeUndefined();
  });
});

describe('the door', () => {
  it.each([{}, { authorization: 'Bearer bad' }, { authorization: 'Basic Z29vZA==' }])(
    'lets nobody in without a valid bearer token: %j',
    async (headers) => {
      const { app } = await gateway();
      const request = { url: '/graphql', headers: { ...headers, 'accept-language': 'zh-CN' } };
      const posted = await app.inject({ ...request, method: 'POST', payload: { query: '{ branches { id } }' } });
      const got = await app.inject({ ...request, method: 'GET', query: { query: '{ branches { id } }' } });
      for (const answer of [posted, got]) {
        expect(answer.statusCode).toBe(401);
        expect(answer.json()).toEqual({
          errors: [{ message: '请先登录：请求没有有效的身份凭证', extensions: { code: 'UNAUTHENTICATED' } }],
        });
      }
    },
  );

  it('refuses a stranger before it reads his bytes', async () => {
    const { app } = await gateway();
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
      payload: '{ not json',
    });
    expect(answer.statusCode).toBe(401);
  });

  it('shows health and figures to anybody', async () => {
    const { app } = await gateway();
    expect((await app.inject('/health/live')).json()).toEqual({ status: 'live' });
    expect((await app.inject('/health/ready')).json()).toMatchObject({ status: 'ready' });
    expect((await app.inject('/metrics')).body.includes('gateway_subgraph_seconds')).toBe(true);
  });

  it('takes neither batches nor what a foreign page can send without asking', async () => {
    const { app } = await gateway();
    const headers = { authorization: 'Bearer good' };
    const batch = await app.inject({ method: 'POST', url: '/graphql', headers, payload: [{ query: '{ whoAsks }' }] });
    expect(batch.statusCode).toBe(400);
    const form = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { ...headers, 'content-type': 'text/plain' },
      payload: '{"query":"{ whoAsks }"}',
    });
    expect(form.statusCode).toBe(400);
    expect(form.body).not.toContain('city-org');
    const simple = await app.inject({ url: '/graphql', headers, query: { query: '{ whoAsks }' } });
    expect(simple.statusCode).toBe(400);
  });

  it('answers unknown addresses and unreadable bodies in the shape of the graph', async () => {
    const { app } = await gateway();
    const headers = { authorization: 'Bearer good', 'content-type': 'application/json' };
    expect((await app.inject('/elsewhere')).json().errors[0].extensions.code).toBe('NOT_FOUND');
    const bad = await app.inject({ method: 'POST', url: '/graphql', headers, payload: '{ not json' });
    expect([bad.statusCode, bad.json().errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('limits', () => {
  const nested = (levels: number) =>
    `{ branch(id: "b") ${'{ superior '.repeat(levels - 2)} { id } ${'}'.repeat(levels - 2)} }`;

  it.each([
    ['depth', nested(11)],
    [
      'depth',
      `query { branch(id: "b") { ...F } } fragment F on Branch ${nested(11).slice(2 + 'branch(id: "b") '.length, -2)}`,
    ],
    ['aliases', `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: branch(id: "b") { id }`).join(' ')} }`],
    ['aliases', `{ branches { ${'...F '.repeat(8)} } } fragment F on Branch { x: id y: name }`],
    ['directives', `{ branches { id ${'@include(if: true) '.repeat(21)} } }`],
    ['spreads', `{ branches { ${'...F '.repeat(51)} } } fragment F on Branch { id }`],
  ])('refuses too many %s', async (limit, query) => {
    const { ask } = await gateway();
    const answer = await ask(query);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors.map(({ extensions }: { extensions: object }) => extensions)).toContainEqual(
      expect.objectContaining({ limit }),
    );
    expect(answer.json().data).toBeUndefined();
  });

  it('lets the largest allowed operation pass', async () => {
    const { ask } = await gateway();
    const aliases = Array.from({ length: 15 }, (_, n) => `a${n}: branch(id: "a") { id }`).join(' ');
    expect((await ask(`{ ${aliases} }`)).statusCode).toBe(200);
    expect((await ask(nested(10))).json()).toEqual({ data: { branch: { superior: { superior: null } } } });
  });

  it('survives fragments that spread each other', async () => {
    const { ask } = await gateway();
    const cycle = '{ branches { ...A } } fragment A on Branch { id ...B } fragment B on Branch { name ...A }';
    expect((await ask(cycle)).statusCode).toBe(400);
  });

  it('refuses a document of too many tokens and a body of too many bytes', async () => {
    const { ask } = await gateway();
    const tokens = await ask(`{ branches { ${'id '.repeat(1100)} } }`);
    expect(tokens.statusCode).toBe(400);
    expect(tokens.body).toContain('token');
    const bytes = await ask(`{ whoAsks } #${'x'.repeat(100 * 1024)}`);
    expect(bytes.statusCode).toBe(413);
    expect(bytes.json().errors[0]).toMatchObject({
      message: '请求超过100 KB',
      extensions: { code: 'REQUEST_TOO_LARGE' },
    });
  });

  it('describes itself in development and not in production', async () => {
    const introspection = '{ __schema { queryType { name } } }';
    expect((await (await gateway()).ask(introspection)).json().data.__schema.queryType.name).toBe('Query');
    const production = await gateway({ production: true });
    expect((await production.ask(introspection)).statusCode).toBe(400);
    const suggestion = await production.ask('{ branchez { id } }');
    expect(suggestion.body).not.toContain('Did you mean');
  });
});
