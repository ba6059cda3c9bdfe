import { classify } from './entities.sizes';
import { isTradeCode, sizeIndustryOf } from './trade-codes';

const on = '2026-06-15';
const wan = (tenThousands: number): number => Math.round(tenThousands * 1_000_000);

describe('ENT-01 size classes', () => {
  it('ENT-01 software with 103 people and 157,352,800 yuan is medium: fewer than 300 people are not large', () => {
    expect(classify('I65', { employees: 103, revenue: wan(15735.28), assets: null }, on)).toEqual({
      size: 'MEDIUM',
      rule: 'ent.size.software.employees',
    });
  });

  it.each([
    ['I65', 300, 10000, 0, 'LARGE'],
    ['I65', 299, 10000, 0, 'MEDIUM'],
    ['I65', 100, 999, 0, 'SMALL'],
    ['I65', 10, 50, 0, 'SMALL'],
    ['I65', 9, 99999, 0, 'MICRO'],
    ['I65', 500, 49.99, 0, 'MICRO'],
    ['A01', 1, 20000, 0, 'LARGE'],
    ['A01', 9999, 49, 0, 'MICRO'],
    ['C34', 1000, 40000, 0, 'LARGE'],
    ['C34', 300, 2000, 0, 'MEDIUM'],
    ['C34', 20, 300, 0, 'SMALL'],
    ['E47', 1, 80000, 79999, 'MEDIUM'],
    ['F51', 200, 40000, 0, 'LARGE'],
    ['F52', 10, 100, 0, 'SMALL'],
    ['G54', 300, 2999, 0, 'SMALL'],
    ['G592', 100, 1000, 0, 'MEDIUM'],
    ['G591', 100, 1000, 0, 'SMALL'],
    ['K7010', 0, 200000, 10000, 'LARGE'],
    ['K7020', 99, 5000, 0, 'MICRO'],
    ['L72', 300, 0, 120000, 'LARGE'],
    ['M74', 300, 0, 0, 'LARGE'],
  ])(
    'ENT-01 %s with %s people, revenue %s and assets %s (10,000 yuan) is %s',
    (trade, employees, revenue, assets, size) => {
      expect(classify(trade, { employees, revenue: wan(revenue), assets: wan(assets) }, on)?.size).toBe(size);
    },
  );

  it('ENT-01 is not judged without its measures, in a trade without bounds, or without a trade', () => {
    expect(classify('I65', { employees: 103, revenue: null, assets: null }, on)).toBeNull();
    expect(classify('P83', { employees: 103, revenue: wan(1), assets: wan(1) }, on)).toBeNull();
    expect(classify(null, { employees: 103, revenue: wan(1), assets: wan(1) }, on)).toBeNull();
    expect(sizeIndustryOf('G53')).toBeUndefined();
  });

  it.each([
    ['I', true],
    ['I65', true],
    ['I6513', true],
    ['I66', false],
    ['U01', false],
    ['65', false],
    ['I6', false],
    ['i65', false],
    ['A05', true],
    ['A06', false],
  ])('ENT-01 %s is a trade code: %s', (code, expected) => {
    expect(isTradeCode(code)).toBe(expected);
  });
});
