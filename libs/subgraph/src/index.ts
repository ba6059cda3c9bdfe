export { accessRules, type AccessRule } from './access-rules';
export { forAll, groupedBy, inOrderOf } from './batch';
export { openContext, type Context, type ContextSources, type Hidden, type RequestContext } from './context';
export { createSubgraph, type Subgraph } from './create-subgraph';
export { formatInternal, formatRefusal, type GraphQLReply, type GraphQLRequest } from './execute';
export { openServiceDatabase } from './open';
export { printedSchemaOf, sourceOf } from './schema';
export { slicesOf, type Capability, type DailyRun, type Resolver, type Resolvers, type Service } from './service';
export { asActions, asReason, type Reason } from './words';
