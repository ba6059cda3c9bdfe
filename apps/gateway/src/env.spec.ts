import { ConfigError } from '@jishi/config';
import { committedSupergraph } from './committed';
import { readEnv, subgraphAddresses } from './env';

const keys = { USER_PUBLIC_KEY_FILE: '/keys/user.public.pem', SUBGRAPH_PRIVATE_KEY_FILE: '/keys/subgraph.pem' };

describe('the environment of the gateway', () => {
  it('needs nothing but the two keys on a desk', () => {
    expect(readEnv(keys)).toMatchObject({
      PORT: 4000,
      DEADLINE_MS: 10_000,
      MEMBERS_URL: 'http://127.0.0.1:4002/graphql',
    });
  });

  it('has an address for every subgraph of the committed supergraph', () => {
    const graphs = [...committedSupergraph().matchAll(/@join__graph\(name: "(\w+)"/g)].map(([, name]) => name);
    expect(graphs.length).toBeGreaterThan(0);
    const set = Object.fromEntries(
      graphs.map((name) => [`${String(name).toUpperCase()}_URL`, `http://${name}/graphql`]),
    );
    expect(subgraphAddresses(readEnv({ ...keys, ...set }))).toEqual(
      Object.fromEntries(graphs.map((name) => [name, `http://${name}/graphql`])),
    );
  });

  it('refuses an address that is none', () => {
    expect(() => readEnv({ ...keys, MEMBERS_URL: 'members:4002' })).toThrow(ConfigError);
  });
});
