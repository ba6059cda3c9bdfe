import { addDays, fullYears, type CivilDate } from '@jishi/periods';
import fc from 'fast-check';
import { ageBands, joiningPeriods } from './structure.rules';

const groupOf = (groups: ReturnType<typeof ageBands>, date: CivilDate): string =>
  groups.filter(({ from }) => from === null || from <= date).at(-1)!.key;

describe('MEM-01 groups of a structure table', () => {
  it('MEM-01 the age bands are those of the Party statistics, the oldest first', () => {
    expect(ageBands('2026-03-01').map(({ zh }) => zh)).toEqual([
      '61岁及以上',
      '56至60岁',
      '51至55岁',
      '46至50岁',
      '41至45岁',
      '36至40岁',
      '31至35岁',
      '30岁及以下',
    ]);
    expect(joiningPeriods('2026-03-01').map(({ key }) => key)).toEqual([
      'BEFORE_1949-10-01',
      '1949-10-01_1978-12-17',
      '1978-12-18_2012-11-07',
      'FROM_2012-11-08',
    ]);
  });

  it.each<[CivilDate, CivilDate, string]>([
    ['1995-03-01', '2026-02-28', 'UP_TO_30'],
    ['1995-02-28', '2026-02-28', '31_35'],
    ['2004-02-29', '2035-02-28', '31_35'], // a birthday of 29 February is completed on the 28th
    ['1965-03-02', '2026-03-01', '56_60'],
    ['1965-03-01', '2026-03-01', 'FROM_61'],
  ])('MEM-01 somebody born on %s is counted on %s under %s', (born, day, key) => {
    expect(groupOf(ageBands(day), born)).toBe(key);
  });

  it('MEM-01 every date of birth falls into the band of its full years', () => {
    const date = (from: CivilDate, days: number) =>
      fc.integer({ min: 0, max: days }).map((offset) => addDays(from, offset));
    fc.assert(
      fc.property(date('1930-01-01', 27_000), date('2015-01-01', 8_000), (born, day) => {
        const years = fullYears(born, day);
        const [from, to] = /^(?:UP_TO_(\d+)|FROM_(\d+)|(\d+)_(\d+))$/
          .exec(groupOf(ageBands(day), born))!
          .slice(1)
          .reduce(
            ([low, high], text, index) =>
              text === undefined
                ? [low, high]
                : index === 0
                  ? [-100, Number(text)]
                  : index === 1
                    ? [Number(text), 200]
                    : index === 2
                      ? [Number(text), high]
                      : [low, Number(text)],
            [0, 0],
          );
        return years >= from! && years <= to!;
      }),
    );
  });
});
