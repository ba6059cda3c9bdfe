export { drain, type Drain, type DrainOptions } from './drain';
export { health, type Answer, type Health, type HealthOptions } from './health';
export { createLogger, personalFields, type Logger } from './logger';
export { counter, gauge, histogram, metrics, metricsText } from './metrics';
export { mountOperations, operationPaths, type Operations } from './operations';
export { currentTrace, traceFrom, traceHeaders, withTrace, type Trace } from './trace';
