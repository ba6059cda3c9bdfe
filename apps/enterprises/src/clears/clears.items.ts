/** 八个清: the eight items, in the order of the office. */
export const clearItems = [
  'OPERATION',
  'SET_UP',
  'AFFILIATION',
  'MEMBERS',
  'OWNER_SECRETARY',
  'ACTIVITY',
  'VENUE',
  'INSTRUCTOR',
] as const;
export type ClearItem = (typeof clearItems)[number];
export type ClearSource = 'REGISTRATION' | 'YEAR_REPORT' | 'DISPATCH' | 'SURVEY';
