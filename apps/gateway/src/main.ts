import { readFileSync } from 'node:fs';
import { tokenSigner, tokenVerifier } from '@jishi/access';
import { createLogger, drain, health } from '@jishi/telemetry';
import { readEnv, subgraphAddresses } from './env';
import { createGateway } from './gateway';
import { httpSubgraph } from './http-subgraph';
import { committedQuestions, committedSupergraph } from './committed';

/** Seconds that a token for the subgraphs holds: longer than any request, too short to be worth stealing. */
const internalTokenLife = 60;

async function main(): Promise<void> {
  const env = readEnv();
  const production = env.NODE_ENV === 'production';
  const log = createLogger('gateway', env.LOG_LEVEL);
  const state = health({ log });
  const stop = drain({ log, health: state, notice: production ? 5_000 : 0 });

  const addresses = subgraphAddresses(env);
  const sign = tokenSigner(readFileSync(env.SUBGRAPH_PRIVATE_KEY_FILE, 'utf8'), 'subgraph', internalTokenLife);

  const app = await createGateway({
    supergraphSdl: committedSupergraph(),
    dataSourceFor(name) {
      const url = addresses[name];
      if (!url) throw new Error(`no variable names the address of the subgraph ${name}`);
      return httpSubgraph({ url, sign });
    },
    verify: tokenVerifier(readFileSync(env.USER_PUBLIC_KEY_FILE, 'utf8'), 'user'),
    log,
    deadline: env.DEADLINE_MS,
    production,
    questions: production ? [] : committedQuestions(),
    health: state,
  });
  stop.onShutdown('gateway', () => app.close());
  const address = await app.listen({ host: env.HOST, port: env.PORT });
  log.info({ address }, 'the gateway listens');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
