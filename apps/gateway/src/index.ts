export { createGateway, type GatewayOptions } from './gateway';
export { httpSubgraph, type HttpSubgraphOptions } from './http-subgraph';
export { localSubgraph, type LocalCaller, type LocalRequest } from './local-subgraph';
export { committedQuestions, type Question } from './questions';
export { SubgraphFailure, type Caller, type Subgraph, type SubgraphAnswer, type SubgraphCall } from './subgraph';
