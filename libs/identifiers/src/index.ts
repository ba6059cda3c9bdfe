export * from './area-code';
export * from './citizen-id';
export * from './credit-code';
export * from './masks';
export * from './phone';
