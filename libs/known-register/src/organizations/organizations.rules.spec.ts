import { changedFrom, placedUnder, samePlaces, type PlacedStretch, type Stretch } from './organizations.rules';

const facts = { kind: 'BRANCH', board: null, status: 'ACTIVE', superiorId: 'town', areaCode: '410811001' } as const;
const since2020: Stretch = { ...facts, validFrom: '2020-01-01', validTo: null };

describe('ORG-01 the tree of any day', () => {
  it('ORG-01 a change holds from its day on and leaves the days before', () => {
    expect(changedFrom([since2020], '2026-03-01', { status: 'CLOSING' })).toEqual([
      { ...facts, validFrom: '2020-01-01', validTo: '2026-03-01' },
      { ...facts, status: 'CLOSING', validFrom: '2026-03-01', validTo: null },
    ]);
  });

  it('ORG-01 changes of different facts leave the same history in either order', () => {
    const move = (history: Stretch[]) => changedFrom(history, '2026-02-01', { superiorId: 'other' });
    const relocate = (history: Stretch[]) => changedFrom(history, '2026-01-01', { areaCode: '410811002' });
    expect(relocate(move([since2020]))).toEqual(move(relocate([since2020])));
  });

  it('ORG-01 a branch follows its superior from the day the superior moved', () => {
    const town: PlacedStretch[] = [
      { ...facts, superiorId: 'a', path: ['a', 'town'], validFrom: '2010-01-01', validTo: '2026-05-01' },
      { ...facts, superiorId: 'b', path: ['b', 'town'], validFrom: '2026-05-01', validTo: null },
    ];
    expect(placedUnder('x', [since2020], new Map([['town', town]]))).toEqual([
      { ...facts, path: ['a', 'town', 'x'], validFrom: '2020-01-01', validTo: '2026-05-01' },
      { ...facts, path: ['b', 'town', 'x'], validFrom: '2026-05-01', validTo: null },
    ]);
  });

  it('ORG-01 no day is lost when the superior is recorded only from a later day', () => {
    const town: PlacedStretch[] = [{ ...facts, path: ['a', 'town'], validFrom: '2022-01-01', validTo: null }];
    expect(placedUnder('x', [since2020], new Map([['town', town]]))).toMatchObject([
      { path: ['a', 'town', 'x'], validFrom: '2020-01-01', validTo: null },
    ]);
  });

  it('ORG-01 a change of status does not move anybody', () => {
    const before = placedUnder('x', [{ ...since2020, superiorId: null }], new Map());
    const after = placedUnder(
      'x',
      changedFrom([{ ...since2020, superiorId: null }], '2026-01-01', { status: 'CLOSING' }),
      new Map(),
    );
    expect(samePlaces(before, after)).toBe(true);
    expect(after).toHaveLength(2);
  });
});
