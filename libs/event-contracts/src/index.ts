export * from './contract';
export * from './organizations.events';
export * from './members.events';
export * from './villages.events';
export * from './grids.events';
export * from './enterprises.events';
export * from './registry';
export * from './json-schema';
