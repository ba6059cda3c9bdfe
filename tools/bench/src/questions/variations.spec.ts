import { rowsIn, variablesOf } from './variations';

const variations = {
  counties: [
    { code: '410823', committee: 'org-1' },
    { code: '410825', committee: 'org-2' },
  ],
  members: ['member-1'],
  towns: [{ code: '410823102', committee: 'org-3' }],
  grids: ['410823001001001', '410823001001002'],
  firms: ['firm-1'],
};
const question = { name: 'Q02', zh: '', en: '', text: '', variables: { areaCode: '410823', first: 50 } };

describe('variables of a measured question', () => {
  it('go round the counties and leave the rest as in the example', () => {
    expect([0, 1, 2].map((n) => variablesOf(question, variations, n))).toEqual([
      { areaCode: '410823', first: 50 },
      { areaCode: '410825', first: 50 },
      { areaCode: '410823', first: 50 },
    ]);
  });

  it('name towns with their committees, grids and firms in turn', () => {
    const page = { ...question, variables: { townCode: '', committee: '', gridCode: '', id: '', year: 2025 } };
    expect(variablesOf(page, variations, 1)).toEqual({
      townCode: '410823102',
      committee: 'org-3',
      gridCode: '410823001001002',
      id: 'firm-1',
      year: 2025,
    });
  });

  it('are those of the example where the data has nothing to choose from', () => {
    expect(variablesOf(question, { counties: [], members: [], towns: [], grids: [], firms: [] }, 3)).toEqual({
      areaCode: '410823',
      first: 50,
    });
  });

  it('rows are the objects in lists, at any depth', () => {
    expect(rowsIn({ organizations: { nodes: [{ classes: [{ count: 1 }, { count: 2 }] }, { flags: ['WEAK'] }] } })).toBe(
      4,
    );
  });
});
