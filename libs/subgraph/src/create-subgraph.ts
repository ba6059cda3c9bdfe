import type { GraphQLSchema } from 'graphql';
import { openContext, type ContextSources, type RequestContext } from './context';
import { executor, type GraphQLReply, type GraphQLRequest } from './execute';
import { schemaOf } from './schema';
import type { Service } from './service';
import { slicesOf } from './slices';

export interface Subgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Answers a request on behalf of an actor. Never throws for what the request did: errors are in the reply. */
  execute(request: GraphQLRequest, context: RequestContext): Promise<GraphQLReply>;
}

/** Builds a subgraph from a service: schema and executor, no port, nothing global. */
export function createSubgraph(service: Service, sources: ContextSources): Subgraph {
  const schema = schemaOf(service);
  const constraints = Object.assign({}, ...slicesOf(service).map((slice) => slice.constraints ?? {}));
  const run = executor(schema, constraints, sources.log);
  return {
    name: service.name,
    schema,
    execute: async (request, context) => run(request, await openContext(sources, context)),
  };
}
