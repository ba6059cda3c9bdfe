export { accessRules, type AccessRule } from './access-rules';
export { forAll, groupedBy, inOrderOf } from './batch';
export { openContext, type Context, type ContextSources, type Hidden, type RequestContext } from './context';
export { createSubgraph, type Subgraph } from './create-subgraph';
export { formatInternal, formatRefusal, type GraphQLReply, type GraphQLRequest } from './execute';
export {
  allOf,
  insideArea,
  listedAs,
  listOf,
  readRows,
  where,
  within,
  type Condition,
  type List,
  type Listed,
} from './list';
export { openServiceDatabase } from './open';
export { printedSchemaOf, sourceOf } from './schema';
export { consumersOf, slicesOf, snapshotsOf } from './slices';
export { type Capability, type DailyRun, type Resolver, type Resolvers, type Service } from './service';
export { asActions, asReason, type Reason } from './words';
export { subgraphServer, type HttpOptions } from './serve';
export { serve, work } from './processes';
export { runWorker, type Worker, type WorkerOptions } from './worker';
