import type { CivilDate } from '@jishi/periods';
import { decide, refuseRemark } from './supervision-samples.rules';

const never = { lastYear: undefined, onTheList: false, exists: true };
const listed = { lastYear: 2024, onTheList: true, exists: true };

describe('P4 what a classification does to the list', () => {
  it.each([
    ['is weak for the first time', { year: 2024, weak: true }, never, 'open'],
    ['was never weak', { year: 2024, weak: false }, never, 'nothing'],
    ['is weak again in the next year', { year: 2025, weak: true }, listed, 'note'],
    ['is no longer weak by the next year', { year: 2025, weak: false }, listed, 'close'],
    ['is no longer weak by a correction of the same year', { year: 2024, weak: false }, listed, 'close'],
    ['was not weak by a correction of an older year', { year: 2023, weak: false }, listed, 'nothing'],
    [
      'was weak by a correction of an older year',
      { year: 2023, weak: true },
      { ...listed, onTheList: false },
      'nothing',
    ],
    ['falls back', { year: 2026, weak: true }, { ...listed, onTheList: false }, 'open'],
    ['was merged away', { year: 2025, weak: true }, { ...listed, onTheList: false, exists: false }, 'nothing'],
  ])('P4 a village that %s', (_, classified, known, action) => {
    expect(decide(classified, known)).toBe(action);
  });
});

describe('X-07 what may be written about a village on the list', () => {
  const today = '2026-06-15' as CivilDate;
  it.each([
    [null, 'reason', '书记刚到任', null, undefined],
    [null, 'reason', ' ', null, 'REASON_MISSING'],
    [null, 'note', '', null, 'REASON_MISSING'],
    [null, 'reason', '书记刚到任', '2026-06-15', undefined],
    [null, 'reason', '书记刚到任', '2026-06-14', 'EXEMPTION_IN_THE_PAST'],
    ['2026-01-31', 'note', '已移出', null, 'SAMPLE_CLOSED'],
  ] as const)('X-07 closed %s, %s “%s” until %s: %s', (closedOn, field, text, until, code) => {
    expect(refuseRemark({ closedOn }, field, text, until, today)?.code).toBe(code);
  });
});
