import type { FastifyInstance } from 'fastify';
import { executeFixture, type FixtureName, quiet, supergraphSdl, verify } from './fixtures/two-subgraphs';
import { createGateway } from './gateway';
import { localSubgraph } from './local-subgraph';

const questions = [
  {
    name: 'Q02',
    zh: '大支部',
    en: 'large',
    text: '# 问题：大支部 `?` ${x}\n{ branches { id } }',
    variables: { areaCode: '410823' },
  },
];

const open: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

async function gateway(production = false) {
  const app = await createGateway({
    supergraphSdl,
    verify,
    log: quiet,
    production,
    questions,
    dataSourceFor: (name) => localSubgraph(executeFixture(name as FixtureName)),
  });
  open.push(app);
  return app;
}
const browser = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };

describe('the explorer', () => {
  it('opens for a browser without a token, with the questions, their variables and a place for the token', async () => {
    const page = await (await gateway()).inject({ url: '/graphql', headers: { ...browser, host: 'desk:4000' } });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    // The page hands its settings to Altair as one literal, which must be as we wrote it, quotes and all.
    const script = /AltairGraphQL\.init\(([\s\S]*)\);\s*<\/script>/.exec(page.body)?.[1];
    const settings = new Function(`return (${script})`)();
    expect(settings.initialWindows).toEqual([
      expect.objectContaining({
        initialName: 'Q02',
        endpointURL: 'http://desk:4000/graphql',
        initialQuery: expect.stringContaining(questions[0]?.text ?? ''),
        initialVariables: JSON.stringify(questions[0]?.variables, null, 2),
        initialHeaders: expect.objectContaining({ Authorization: 'Bearer {{token}}' }),
      }),
    ]);
    const { activeSubEnvironment, subEnvironments } = settings.initialEnvironments;
    expect(subEnvironments).toEqual([
      expect.objectContaining({ id: activeSubEnvironment, variables: { token: expect.any(String) } }),
    ]);
  });

  it('loads every file from this server and may load none from elsewhere', async () => {
    const app = await gateway();
    const page = await app.inject({ url: '/graphql', headers: browser });
    const base = /<base href="([^"]+)">/.exec(page.body)?.[1] ?? '';
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+\.(?:js|css|ico|svg))"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const answer = await app.inject(`${base}${file}`);
      expect([file, answer.statusCode]).toEqual([file, 200]);
    }
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:/);
  });

  it.each(['..%2f..%2fpackage.json', '%2e%2e/package.json', '....//package.json', 'assets', ''])(
    'shows no other file of the disk: %s',
    async (path) => {
      expect((await (await gateway()).inject(`/graphql/altair/${path}`)).statusCode).toBe(404);
    },
  );

  it('is not there in production', async () => {
    const app = await gateway(true);
    expect((await app.inject({ url: '/graphql', headers: browser })).statusCode).toBe(401);
    expect((await app.inject('/graphql/altair/main.js')).statusCode).toBe(404);
  });
});
