export * from './civil-date';
export * from './majorities';
export * from './period';
export * from './working-days';
export * from './written-date';
export * from './working-hours';
