import { figure, percentile, ratioOf, spreadOf } from './figures';

describe('figures of a benchmark', () => {
  it('takes a percentile that was really measured', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)]).toEqual([50, 95, 99]);
    expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, worst: 7 });
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('compares pair by pair, so that a slow round does not change the ratio', () => {
    const slowThenQuick: [number, number][] = [
      [20, 10],
      [2, 1],
      [300, 100],
    ];
    expect(ratioOf(slowThenQuick)).toEqual({ median: 2, least: 2, most: 3 });
  });

  it('writes three digits', () => {
    expect([3.214, 32.14, 321.4, Number.NaN].map(figure)).toEqual(['3.21', '32.1', '321', '-']);
  });
});
