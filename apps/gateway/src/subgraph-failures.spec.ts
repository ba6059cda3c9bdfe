import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { breaker } from './breaker';
import { actor, executeFixture, quiet, supergraphSdl, verify } from './fixtures/two-subgraphs';
import { createGateway } from './gateway';
import { httpSubgraph, type HttpSubgraphOptions } from './http-subgraph';
import { type LocalRequest, localSubgraph } from './local-subgraph';
import type { Subgraph } from './subgraph';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const servers: Server[] = [];
const gateways: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((app) => app.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

async function listening(handler: Handler): Promise<string> {
  const server = createServer((request, response) => void handler(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

const working: Handler = async (request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(await executeFixture('members')((await json(request)) as LocalRequest)));
};

/** `organizations` works in this process; `members` is what the test makes of it. */
async function gatewayWith(members: Subgraph, deadline = 2000) {
  const app = await createGateway({
    supergraphSdl,
    verify,
    log: quiet,
    deadline,
    dataSourceFor: (name) => (name === 'members' ? members : localSubgraph(executeFixture('organizations'))),
  });
  gateways.push(app);
  return async (query: string, language = 'zh') => {
    const started = performance.now();
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: 'Bearer good', 'accept-language': language },
      payload: { query },
    });
    return { status: answer.statusCode, body: answer.json(), took: performance.now() - started };
  };
}

const http = (url: string, more: Partial<HttpSubgraphOptions> = {}) =>
  httpSubgraph({ url, sign: ({ account }) => `signed-for-${account}`, ...more });

const question = '{ branches { name memberCount } }';
const partial = {
  branches: [
    { name: '第一党支部', memberCount: null },
    { name: '第二党支部', memberCount: null },
  ],
};

describe('a subgraph that does not answer', () => {
  it('gives what the others know when it hangs, by the deadline', async () => {
    const ask = await gatewayWith(http(await listening(() => undefined)));
    const { status, body, took } = await ask(question);
    expect(status).toBe(200);
    expect(body).toEqual({
      data: partial,
      errors: [
        {
          message: 'members 服务没有在期限内回答，答案中缺少它的部分',
          extensions: { code: 'SUBGRAPH_TIMEOUT', service: 'members' },
        },
      ],
    });
    expect(took).toBeLessThan(8000);
  });

  it('gives the same when it hangs in this process', async () => {
    const ask = await gatewayWith(localSubgraph(() => new Promise(() => undefined)));
    const { body, took } = await ask(question, 'en');
    expect(body.data).toEqual(partial);
    expect(body.errors[0].message).toBe(
      'The service members did not answer in time; its part of the answer is missing',
    );
    expect(took).toBeLessThan(8000);
  });

  it('gives the same when it stops in the middle of its answer', async () => {
    const ask = await gatewayWith(
      http(
        await listening((_, response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
          response.write('{"data":{"_entities":[{"memberCount":5');
          setTimeout(() => response.destroy(), 20);
        }),
      ),
    );
    const { body, took } = await ask(question);
    expect(body.data).toEqual(partial);
    expect(body.errors).toEqual([
      {
        message: 'members 服务暂时不可用，答案中缺少它的部分',
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'members' },
      },
    ]);
    expect(took).toBeLessThan(8000);
  });

  it('gives the same when it refuses connections', async () => {
    const url = await listening(() => undefined);
    await new Promise((closed) => servers.pop()?.close(closed));
    const ask = await gatewayWith(http(url));
    const { body } = await ask(question);
    expect(body.data).toEqual(partial);
    expect(body.errors[0].extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', service: 'members' });
  });

  it('gives the same when a proxy answers in its place', async () => {
    const ask = await gatewayWith(
      http(await listening((_, response) => response.writeHead(502).end('<h1>Bad gateway at 10.0.0.7</h1>'))),
    );
    const { body } = await ask(question);
    expect(body.data).toEqual(partial);
    expect(JSON.stringify(body)).not.toContain('10.0.0.7');
  });

  it('does not send a person to sign in again when the subgraph does not believe the gateway', async () => {
    const refusal = JSON.stringify({ errors: [{ message: '请先登录', extensions: { code: 'UNAUTHENTICATED' } }] });
    const ask = await gatewayWith(http(await listening((_, response) => response.writeHead(401).end(refusal))));
    const { body } = await ask(question);
    expect(body.data).toEqual(partial);
    expect(body.errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
  });

  it('lets a subgraph that needs long use what is left of the time, and no more', async () => {
    const told: number[] = [];
    const ask = await gatewayWith(
      http(
        await listening((request, response) => {
          told.push(Number(request.headers['x-deadline-ms']));
          return working(request, response);
        }),
      ),
      4000,
    );
    expect((await ask(question)).body.errors).toBeUndefined();
    expect(told).toHaveLength(1);
    expect(told[0]).toBeLessThanOrEqual(3950);
    expect(told[0]).toBeGreaterThan(1000);
  });
});

describe('a second try', () => {
  /** Cuts the first connection before anything is answered, then works. */
  const cutsTheFirst = () => {
    const heads: IncomingMessage['headers'][] = [];
    const handler: Handler = (request, response) => {
      heads.push(request.headers);
      if (heads.length === 1) return request.socket.destroy();
      return working(request, response);
    };
    return { heads, handler };
  };

  it('answers a question whose connection was cut, with the same token, language and trace', async () => {
    const { heads, handler } = cutsTheFirst();
    const ask = await gatewayWith(http(await listening(handler)));
    expect((await ask(question, 'en')).body).toMatchObject({
      data: { branches: [{ memberCount: 51 }, { memberCount: 3 }] },
    });
    expect(heads).toHaveLength(2);
    expect(heads[1]).toMatchObject({ authorization: 'Bearer signed-for-city-org', 'accept-language': 'en' });
    expect(heads[1]?.['x-correlation-id']).toBe(heads[0]?.['x-correlation-id']);
  });

  it('is never made for a step, which may already have been taken', async () => {
    const { heads, handler } = cutsTheFirst();
    const subgraph = http(await listening(handler));
    const call = {
      query: 'mutation { rename(id: "a", name: "x") { id } }',
      variables: {},
      caller: { actor, language: 'zh', trace: { requestId: 'r', correlationId: 'c' }, deadline: Infinity },
      budget: 1000,
      signal: AbortSignal.timeout(1000),
    } as const;
    await expect(subgraph.ask({ ...call, mutation: true })).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(heads).toHaveLength(1);
    await subgraph.close();
  });

  it('tells who took a step that trying again is safe', async () => {
    const app = await createGateway({
      supergraphSdl,
      verify,
      log: quiet,
      deadline: 1000,
      dataSourceFor: () => localSubgraph(() => new Promise(() => undefined)),
    });
    gateways.push(app);
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: 'Bearer good' },
      payload: { query: 'mutation { rename(id: "a", name: "x") { id } }' },
    });
    expect(answer.json().errors[0].message).toContain('用同一个 clientMutationId 再试一次不会重复办理');
  });
});

describe('too much for a subgraph', () => {
  it('turns away at once what finds neither a socket nor a place to wait', async () => {
    let inside = 0;
    let most = 0;
    const url = await listening(async (request, response) => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 50));
      inside -= 1;
      return working(request, response);
    });
    const ask = await gatewayWith(http(url, { connections: 2, waiting: 3 }), 5000);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(question)));
    const failed = answers.filter(({ body }) => body.errors);
    expect(failed).toHaveLength(7);
    expect(failed[0]?.body.errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    expect(most).toBe(2);
  });

  it('is not asked again for a while after half of the last twenty calls failed, and then once to see', () => {
    let time = 0;
    const gate = breaker({ now: () => time });
    for (let n = 0; n < 10; n++) gate.record(true);
    for (let n = 0; n < 9; n++) gate.record(false);
    expect(gate.allows()).toBe(true);
    gate.record(false);
    expect(gate.allows()).toBe(false);
    time = 5_001;
    expect([gate.allows(), gate.allows()]).toEqual([true, false]);
    gate.record(false);
    expect(gate.allows()).toBe(false);
    time = 10_002;
    expect(gate.allows()).toBe(true);
    gate.record(true);
    expect([gate.allows(), gate.allows()]).toEqual([true, true]);
  });

  it('forgets failures that are long past', () => {
    let time = 0;
    const gate = breaker({ now: () => time });
    for (let n = 0; n < 19; n++) gate.record(false);
    time = 10_001;
    gate.record(false);
    expect(gate.allows()).toBe(true);
  });
});
