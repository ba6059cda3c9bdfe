export * from './contract';
export * from './organizations.events';
export * from './members.events';
export * from './registry';
export * from './json-schema';
