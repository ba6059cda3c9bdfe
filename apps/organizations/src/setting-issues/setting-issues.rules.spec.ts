import type { CivilDate } from '@jishi/periods';
import { decide, verdictsOn, type Setting } from './setting-issues.rules';

const today = '2026-06-15' as CivilDate;
const branch: Setting = { kind: 'BRANCH', status: 'ACTIVE', setUpWay: 'SINGLE' };

describe('ORG-04 judging a branch by its numbers', () => {
  it.each([
    [50, 50, false, false],
    [50, 51, true, false],
    [3, 3, false, false],
    [2, 60, true, true],
    [0, 0, false, true],
  ])('ORG-04 %s full of %s: oversize %s, below the minimum %s', (full, total, oversize, below) => {
    expect(verdictsOn({ full, total }, today).map(({ kind, broken }) => [kind, broken])).toEqual([
      ['OVERSIZE', oversize],
      ['BELOW_MINIMUM', below],
    ]);
  });

  const over = verdictsOn({ full: 60, total: 60 }, today)[0]!;
  const fine = verdictsOn({ full: 40, total: 40 }, today)[0]!;
  it.each([
    ['breaks the rule', branch, over, undefined, 'open'],
    ['still breaks it by as many', branch, over, { measured: 60 }, 'nothing'],
    ['breaks it by more', branch, over, { measured: 55 }, 'note'],
    ['no longer breaks it', branch, fine, { measured: 55 }, 'close'],
    ['never broke it', branch, fine, undefined, 'nothing'],
    ['is temporary', { ...branch, setUpWay: 'TEMPORARY' as const }, over, undefined, 'nothing'],
    ['is a committee', { ...branch, kind: 'COMMITTEE' as const }, over, undefined, 'nothing'],
    ['is being prepared', { ...branch, status: 'PREPARING' as const }, over, undefined, 'nothing'],
    ['is closing', { ...branch, status: 'CLOSING' as const }, over, undefined, 'nothing'],
    ['is closing and still breaks it', { ...branch, status: 'CLOSING' as const }, over, { measured: 60 }, 'nothing'],
    ['is dissolved', { ...branch, status: 'DISSOLVED' as const }, over, { measured: 60 }, 'close'],
  ])('ORG-04 a branch that %s', (_, setting, verdict, open, action) => {
    expect(decide(setting, verdict, open)).toBe(action);
  });
});
