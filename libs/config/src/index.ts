export { ConfigError, readConfig, type Environment, type WrongVariable } from './read-config';
export { bus, data, database, http, keys, logging, mode, service } from './blocks';
export { choice, file, folder, port, secretUrl, text, variable, wholeNumber, type Expectation } from './variables';
export { keepApolloFromCallingHome } from './vendor-telemetry';
