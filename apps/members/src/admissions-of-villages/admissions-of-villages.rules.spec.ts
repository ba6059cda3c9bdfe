import type { CivilDate } from '@jishi/periods';
import { judgeAdmissions, listedAfter } from './admissions-of-villages.rules';

const since = '2015-07-01' as CivilDate;

describe('MEM-14 how long a village has admitted nobody', () => {
  it.each([
    ['2024-07-01', '2026-06-30', 1, null],
    ['2024-07-01', '2026-07-01', 2, 'YELLOW'],
    ['2024-07-01', '2027-06-30', 2, 'YELLOW'],
    ['2024-07-01', '2027-07-01', 3, 'RED'],
    ['2024-02-29', '2027-02-28', 3, 'RED'],
    [null, '2018-06-30', 2, 'YELLOW'],
    [null, '2018-07-01', 3, 'RED'],
  ])('MEM-14 last on %s, asked on %s: %s years, %s', (lastJoinedOn, on, years, level) => {
    const counted = { lastJoinedOn: lastJoinedOn as CivilDate | null, since };
    expect(judgeAdmissions(counted, on as CivilDate)).toMatchObject({ years, level });
  });
  it('MEM-14 names the rule of the level', () => {
    expect(judgeAdmissions({ lastJoinedOn: null, since }, '2026-01-01').citation).toMatchObject({
      rule: 'mem.village.no-admission.red',
    });
  });
  it('MEM-14 lists from the years of the red level on', () => {
    expect(listedAfter('2026-01-01')).toBe(3);
  });
});
