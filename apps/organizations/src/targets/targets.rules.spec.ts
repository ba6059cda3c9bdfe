import { profiles } from '@jishi/indicators';
import type { CivilDate } from '@jishi/periods';
import { checkedTarget, factsOfPreset, parameterNames, refuseBeginning, refuseEnd, saysTheSame } from './targets.rules';

const today = '2026-06-15' as CivilDate;
const stretch = (validFrom: string, validTo: string | null = null) => ({
  validFrom: validFrom as CivilDate,
  validTo: validTo as CivilDate | null,
});

describe('P12 when a target may begin or end', () => {
  it.each([
    ['nothing was set before', undefined, '2020-01-01', undefined],
    ['one holds and the day is today', stretch('2026-01-01'), '2026-06-15', undefined],
    ['one holds and the day has passed', stretch('2026-01-01'), '2026-06-14', 'TARGET_DAYS_PASSED'],
    ['one begins today', stretch('2026-06-15'), '2026-06-15', undefined],
    ['one begins later', stretch('2026-09-01'), '2026-08-31', 'TARGET_BEFORE_LAST_ONE'],
    ['one begins on that later day', stretch('2026-09-01'), '2026-09-01', undefined],
    ['one has ended and the day lies behind its end', stretch('2025-01-01', '2026-01-01'), '2026-01-01', undefined],
    [
      'one has ended and the day lies before its end',
      stretch('2025-01-01', '2026-01-01'),
      '2025-12-31',
      'TARGET_BEFORE_LAST_ONE',
    ],
  ])('P12 %s', (_, before, on, code) => {
    expect(refuseBeginning(before, on as CivilDate, today)?.code).toBe(code);
  });

  it.each([
    [stretch('2026-01-01'), '2026-06-15', undefined],
    [stretch('2026-01-01'), '2026-06-14', 'TARGET_DAYS_PASSED'],
    [stretch('2026-09-01'), '2026-08-31', 'TARGET_DAYS_PASSED'],
    [stretch('2026-09-01'), '2026-09-01', undefined],
    [stretch('2026-01-01', '2026-12-31'), '2026-07-01', 'TARGET_ENDED'],
  ])('P12 %s ends on %s: %s', (target, on, code) => {
    expect(refuseEnd(target, on as CivilDate, today)?.code).toBe(code);
  });
});

describe('X-22 what a target says', () => {
  it('X-22 every parameter of every plan has a name for people', () => {
    const used = new Set(
      profiles.flatMap(({ targets }) => targets.flatMap(({ parameters }) => Object.keys(parameters))),
    );
    expect([...used].filter((name) => !parameterNames[name])).toEqual([]);
  });

  it('X-22 what a plan says can be written by hand with the same meaning', () => {
    for (const preset of profiles.flatMap(({ targets }) => targets)) {
      const parameters = Object.entries(preset.parameters).map(([name, value]) => ({
        name,
        value: Array.isArray(value) ? value.join('、') : String(value),
      }));
      const byHand = checkedTarget({ ...preset, parameters }, '2017-01-01');
      expect(saysTheSame(byHand, factsOfPreset(preset))).toBe(true);
      expect(byHand.facet).toBe(factsOfPreset(preset).facet);
    }
  });
});
