export { createGateway, type GatewayOptions } from './gateway';
export { httpSubgraph, type HttpSubgraphOptions } from './http-subgraph';
export { localSubgraph, type LocalCaller, type LocalRequest } from './local-subgraph';
export { committedQuestions, committedSupergraph, type Question } from './committed';
export { SubgraphFailure, type Caller, type Subgraph, type SubgraphAnswer, type SubgraphCall } from './subgraph';
