import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { keepApolloFromCallingHome } from '@jishi/config';
import type { GraphQLSchema } from 'graphql';
import { withOwnersWords } from './ownership';

/** One subgraph as composition sees it: its name in the graph and its printed SDL. */
export interface SubgraphSdl {
  readonly name: string;
  readonly sdl: string;
}

/** The subgraphs do not fit together; the message lists every reason of composition, one a line. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError';
}

const heading = '# The composed graph of all subgraphs. Written by `npm run compose`; never edited by hand.';

/**
 * Composes the subgraphs offline. The order of `subgraphs` does not matter: the same SDLs always give the same text.
 * The address of a subgraph is not part of the graph: the gateway finds it by name (`dataSourceFor`).
 *
 * @throws CompositionError when the subgraphs contradict each other.
 */
export function compose(subgraphs: readonly SubgraphSdl[]): string {
  const sorted = [...subgraphs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { errors, supergraphSdl } = composeServices(
    withOwnersWords(sorted).map(({ name, document }) => ({ name, url: `http://${name}/graphql`, typeDefs: document })),
  );
  if (errors?.length || !supergraphSdl) {
    throw new CompositionError((errors ?? []).map(({ message }) => message).join('\n'));
  }
  return `${heading}\n\n${supergraphSdl.trim()}\n`;
}

/** What a client of the composed graph sees: no federation directives, no join machinery. */
export async function apiSchema(supergraphSdl: string): Promise<GraphQLSchema> {
  keepApolloFromCallingHome();
  const gateway = new ApolloGateway({ supergraphSdl, logger: silent });
  const { schema } = await gateway.load();
  await gateway.stop();
  return schema;
}

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
