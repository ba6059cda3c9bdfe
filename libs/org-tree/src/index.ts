export * from './kinds';
export * from './path';
