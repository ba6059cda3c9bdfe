import { type Environment, gateway, readConfig, variable, wholeNumber } from '@jishi/config';
import { z } from 'zod';

const address = (service: string, port: number) =>
  variable(z.url({ protocol: /^https?$/ }).default(`http://127.0.0.1:${port}/graphql`), {
    zh: `${service} 服务的 GraphQL 地址，缺省 http://127.0.0.1:${port}/graphql`,
    en: `the GraphQL address of the service ${service}, default http://127.0.0.1:${port}/graphql`,
  });

/** What the gateway reads from its environment; each subgraph of the supergraph has its address here. */
export const variables = {
  ...gateway,
  ORGANIZATIONS_URL: address('organizations', 4001),
  MEMBERS_URL: address('members', 4002),
  VILLAGES_URL: address('villages', 4003),
  GRIDS_URL: address('grids', 4004),
  ENTERPRISES_URL: address('enterprises', 4005),
  DEADLINE_MS: wholeNumber(100, 10_000, { zh: '毫秒，每个请求最多用时', en: 'milliseconds that a request may take' }),
};

export const readEnv = (env?: Environment) => readConfig(variables, env);

/** The address of every subgraph, by its name in the supergraph. */
export const subgraphAddresses = (env: ReturnType<typeof readEnv>): Readonly<Record<string, string>> => ({
  organizations: env.ORGANIZATIONS_URL,
  members: env.MEMBERS_URL,
  villages: env.VILLAGES_URL,
  grids: env.GRIDS_URL,
  enterprises: env.ENTERPRISES_URL,
});
