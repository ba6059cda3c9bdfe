import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { getDistDirectory, isSandboxFrame, renderAltair, SANDBOX_FRAME_CSP } from 'altair-static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Question } from './committed';

const base = '/graphql/altair/';

/** Nothing is fetched from, and nothing is told to, any other host: also not by a page that its authors change one day. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "connect-src 'self'",
].join('; ');

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

const howTo = `# 先取令牌：npm run -s token -- city-org
# 再点右上角「演示」→「环境…」，把它填进变量 token；各窗口共用。
# First get a token (npm run -s token -- city-org), then put it into the variable "token" of the environment 演示, top right.
`;

/** The explorer for people who write queries: one window for each committed question, one place for the bearer token. */
export function explorerPage(questions: readonly Question[], endpointURL: string): string {
  return renderAltair({
    baseURL: base,
    endpointURL,
    initialSettings: {
      language: 'zh-CN',
      theme: 'system',
      'banners.disable': true,
      'alert.disableUpdateNotification': true,
      disablePushNotification: true,
    },
    initialEnvironments: {
      activeSubEnvironment: 'demo',
      subEnvironments: [{ id: 'demo', title: '演示', variables: { token: 'npm run -s token -- city-org' } }],
    },
    disableAccount: true,
    initialWindows: questions.map(({ name, text, variables }) => ({
      initialName: name,
      // Altair refuses to send to a relative address from a preloaded window.
      endpointURL,
      initialQuery: howTo + text,
      initialVariables: JSON.stringify(variables, null, 2),
      initialHeaders: { Authorization: 'Bearer {{token}}', 'Accept-Language': 'zh-CN' },
    })),
  });
}

/** Serves the explorer's page to browsers and its files beside it, from this machine's disk. */
export function mountExplorer(
  app: FastifyInstance,
  questions: readonly Question[],
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const folder = getDistDirectory();

  app.get<{ Params: { '*': string } }>(`${base}*`, async (request, reply) => {
    const path = normalize(join(folder, request.params['*']));
    const found = path.startsWith(folder + sep) && (await stat(path).catch(() => undefined))?.isFile();
    const type = types[extname(path)];
    if (!found || !type) return reply.code(404).send();
    if (isSandboxFrame(path)) void reply.header('content-security-policy', SANDBOX_FRAME_CSP);
    return reply.type(type).header('cache-control', 'max-age=3600').send(createReadStream(path));
  });

  return (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .send(explorerPage(questions, `${request.protocol}://${encodeURI(request.host)}/graphql`));
}
