import fastify from 'fastify';
import {
  counter,
  createLogger,
  currentTrace,
  gauge,
  health,
  metricsText,
  mountOperations,
  traceFrom,
  traceHeaders,
  withTrace,
} from './index';

/** A logger whose lines are read back. */
function listening(level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const log = createLogger('members', level, { write: (line) => void lines.push(line) });
  return {
    log,
    text: () => lines.join(''),
    lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('log lines', () => {
  it('carry the service, the level in a word and the ids of the running trace', () => {
    const { log, lines } = listening();
    withTrace({ requestId: 'r-1', correlationId: 'c-1' }, () => log.info({ orgId: 'o-1' }, 'issued'));
    expect(lines()).toMatchObject([
      { service: 'members', level: 'info', requestId: 'r-1', correlationId: 'c-1', orgId: 'o-1', msg: 'issued' },
    ]);
  });

  it('hide personal fields at any depth, in both spellings, in arrays and in child loggers', () => {
    const { log, text, lines } = listening();
    const wang = { name: '王小明', citizen_id: 'c', citizenId: 'c', birth_date: '1980-01-01', id: 'kept' };
    log
      .child({ phone: 'p' })
      .info({ batch: [{ member: { person: wang } }], headers: { Authorization: 'Bearer x', 'set-cookie': 's' } });
    for (const value of ['王小明', '"c"', '1980-01-01', '"p"', 'Bearer', '"s"']) expect(text()).not.toContain(value);
    expect(lines()[0]).toMatchObject({
      phone: '[hidden]',
      batch: [{ member: { person: { id: 'kept', name: '[hidden]' } } }],
    });
  });

  it('hide a citizen id and a mobile number that somebody wrote into a message', () => {
    const { log, text } = listening();
    log.warn('11010519491231002X not found');
    log.warn({ err: new Error('Key (citizen_id)=(11010519491231002X) exists, call 13800138000') }, 'failed');
    expect(text()).not.toMatch(/11010519491231002X|13800138000/);
  });

  it('leave ids, area codes and times alone', () => {
    const { log, lines } = listening();
    const line = {
      id: '019d2b10-7c1f-7000-8000-139123456789',
      areaCode: '410811001001',
      at: 1764000000000,
      version: 13912345678,
    };
    log.info({ ...line, version: 7 });
    expect(lines()[0]).toMatchObject({ ...line, version: 7 });
  });

  it('say of a database error what broke, never the row that broke it', () => {
    const { log, text, lines } = listening();
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      constraint: 'member_person_unique',
      detail: '(王小明)',
    });
    log.error({ err: Object.assign(new Error('insert failed', { cause }), { parameters: ['王小明'] }) });
    expect(lines()[0]).toMatchObject({
      err: { message: 'insert failed', cause: { code: '23505', constraint: 'member_person_unique' } },
    });
    expect(text()).not.toContain('王小明');
  });
});

describe('traces', () => {
  it('keep a caller’s plain ids and hand them on', () => {
    const headers = { 'x-request-id': 'r-1', 'x-correlation-id': 'case-7' };
    expect(traceHeaders(traceFrom(headers))).toEqual(headers);
  });

  it('replace ids that are long, many or would break a log line', () => {
    for (const sent of ['x'.repeat(65), 'a b', 'a\n{"level":"fatal"}', ['r-1', 'r-2'], '']) {
      const { requestId, correlationId } = traceFrom({ 'x-request-id': sent });
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(correlationId).toBe(requestId);
    }
  });

  it('do not mix between requests that run at the same time', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((id) =>
        withTrace({ requestId: id, correlationId: id }, async () => {
          await new Promise((resolve) => setTimeout(resolve, id === 'a' ? 5 : 1));
          return currentTrace()?.requestId;
        }),
      ),
    );
    expect([...seen, currentTrace()]).toEqual(['a', 'b', undefined]);
  });
});

describe('figures', () => {
  it('are one figure for two services of the same process', async () => {
    counter('transfers_total', 'transfers', ['service']).inc({ service: 'a' });
    counter('transfers_total', 'transfers', ['service']).inc({ service: 'b' }, 2);
    expect(await metricsText()).toMatch(/transfers_total\{service="b"\} 2/);
  });

  it('that are measured on reading are as old as the reading', async () => {
    let waiting = 3;
    gauge('outbox_waiting', 'rows', [], (figure) => figure.set(waiting));
    expect(await metricsText()).toMatch(/^outbox_waiting 3$/m);
    waiting = 0;
    expect(await metricsText()).toMatch(/^outbox_waiting 0$/m);
  });
});

describe('health', () => {
  it('is ready when every check passes and says which one does not, without its words', async () => {
    const { log, text } = listening();
    const broken = () => Promise.reject(new Error('password authentication failed for user members'));
    const { ready } = health({ ready: { database: async () => 1, bus: broken }, log });
    const answer = await ready();
    expect(answer).toEqual({ status: 503, body: { status: 'not ready', checks: { database: 'ok', bus: 'failed' } } });
    expect(text()).toContain('password authentication failed');
  });

  it('is not ready when a check hangs', async () => {
    const { ready } = health({ ready: { database: () => new Promise(() => {}) }, limit: 20 });
    expect((await ready()).status).toBe(503);
  });

  it('stays live when the database is gone and while it drains', async () => {
    const state = health({ ready: { database: () => Promise.reject(new Error('gone')) } });
    state.drain();
    expect([state.live().status, (await state.ready()).body]).toEqual([200, { status: 'draining' }]);
  });
});

describe('a server with operations', () => {
  it('answers the three paths, returns the request id and runs its handlers under the trace', async () => {
    const { log, lines } = listening();
    const server = fastify();
    const state = health();
    mountOperations(server, { health: state, log });
    server.get('/who', async () => ({ requestId: currentTrace()?.requestId }));

    const who = await server.inject({ url: '/who', headers: { 'x-request-id': 'r-9' } });
    expect([who.json(), who.headers['x-request-id']]).toEqual([{ requestId: 'r-9' }, 'r-9']);
    expect((await server.inject('/health/live')).statusCode).toBe(200);
    expect((await server.inject('/health/ready')).statusCode).toBe(200);
    state.drain();
    expect((await server.inject('/health/ready')).statusCode).toBe(503);

    const figures = await server.inject('/metrics');
    expect(figures.body).toMatch(/http_request_seconds_count\{method="GET",route="\/who",status="200"\} 1/);
    expect(figures.body).toContain('nodejs_eventloop_lag_seconds');
    expect(lines().map(({ route }) => route)).toEqual(['/who']);
    await server.close();
  });
});
