export { ConfigError, readConfig, type Environment, type WrongVariable } from './read-config';
export { bus, data, database, gateway, gatewayKeys, http, logging, mode, service, subgraphKeys } from './blocks';
export { choice, file, folder, port, secretUrl, text, variable, wholeNumber, type Expectation } from './variables';
export { keepApolloFromCallingHome } from './vendor-telemetry';
