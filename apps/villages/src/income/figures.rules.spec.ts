import { countsAsOperating, figuresOf, kinds, totalOf } from './figures.rules';

const wan = (amount: number) => amount * 10_000 * 100;
const nothing = {
  operation: 0,
  contract: 0,
  investment: 0,
  lease: 0,
  service: 0,
  coopShare: 0,
  assetSale: 0,
  grants: 0,
  other: 0,
};

describe('VIL-02 the figures of a year', () => {
  it('VIL-02 the published example: 180 of income, 28 of operating surplus, 55 of surplus of the year', () => {
    const sums = {
      ...nothing,
      operation: wan(68),
      contract: wan(35),
      investment: wan(5),
      grants: wan(30),
      other: wan(42),
    };
    const total = totalOf(sums);
    const figures = figuresOf({
      total,
      operating: sums.operation + sums.contract + sums.investment,
      operatingExpense: wan(45),
      managementExpense: wan(35),
      otherExpense: wan(45),
    });
    expect(figures).toEqual({
      total: wan(180),
      operating: wan(108),
      operatingSurplus: wan(28),
      netSurplus: wan(55),
    });
    // 可分配 = 本年收益 + 年初未分配; 未分配 = 可分配 − 公积公益金 − 应付福利费 − 分配
    expect(figures.netSurplus! + wan(15) - wan(7) - wan(7) - wan(20)).toBe(wan(36));
  });

  it('VIL-02 says nothing of the surplus before the expenses are stated', () => {
    const figures = { total: 500, operating: 300, operatingExpense: null, managementExpense: 0, otherExpense: 0 };
    expect(figuresOf(figures)).toEqual({ total: 500, operating: 300, operatingSurplus: null, netSurplus: null });
  });

  it('VIL-02 grants, sold assets and other income are no operating income', () => {
    expect(kinds.filter((kind) => countsAsOperating(kind, '2026-01-01'))).toEqual([
      'OPERATION',
      'CONTRACT',
      'INVESTMENT',
      'LEASE',
      'SERVICE',
      'COOP_SHARE',
    ]);
  });
});
