import { DomainError } from '@jishi/errors';
import fc from 'fast-check';
import {
  ancestorColumns,
  buildPaths,
  deepest,
  holdsMembers,
  isInside,
  partyOrganizationKinds,
  pathOfColumns,
  pathUnder,
  refuseMove,
  refuseSuperior,
  wouldMakeCycle,
  type PartyOrganizationKind,
  type TreeRow,
} from './index';

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return [error.kind, error.refusal.code, error.refusal.params?.id];
    throw error;
  }
  throw new Error('nothing was refused');
};

// A register of up to 60 organisations on at most seven levels, in any order: each stands under an earlier one or is a root.
const registers = fc
  .array(fc.nat(), { minLength: 1, maxLength: 60 })
  .map((choices) => {
    const depths: number[] = [];
    return choices.map((choice, index): TreeRow => {
      const possible = depths.flatMap((depth, at) => (depth < deepest ? [at] : []));
      const superior = possible[choice % (possible.length + 1)];
      depths[index] = superior === undefined ? 1 : (depths[superior] ?? 0) + 1;
      return { id: `o${index}`, superiorId: superior === undefined ? null : `o${superior}` };
    });
  })
  .chain((rows) => fc.shuffledSubarray(rows, { minLength: rows.length }));

describe('ORG-01 paths of the tree', () => {
  it('run from the root to the organisation itself', () => {
    const paths = buildPaths([
      { id: 'branch', superiorId: 'town' },
      { id: 'city', superiorId: null },
      { id: 'town', superiorId: 'county' },
      { id: 'county', superiorId: 'city' },
    ]);
    expect(paths.get('branch')).toEqual(['city', 'county', 'town', 'branch']);
    expect(paths.get('city')).toEqual(['city']);
    expect(isInside(paths.get('branch') ?? [], 'county')).toBe(true);
    expect(isInside(paths.get('county') ?? [], 'branch')).toBe(false);
  });

  it.each<[string, TreeRow[], unknown[]]>([
    [
      'a circle',
      [
        { id: 'a', superiorId: 'b' },
        { id: 'b', superiorId: 'c' },
        { id: 'c', superiorId: 'a' },
      ],
      ['TREE_CYCLE'],
    ],
    ['one above itself', [{ id: 'a', superiorId: 'a' }], ['TREE_CYCLE', 'a']],
    [
      'an unknown superior',
      [
        { id: 'a', superiorId: null },
        { id: 'b', superiorId: 'x' },
      ],
      ['SUPERIOR_UNKNOWN', 'b'],
    ],
    [
      'one listed twice',
      [
        { id: 'a', superiorId: null },
        { id: 'a', superiorId: null },
      ],
      ['ORGANISATION_TWICE', 'a'],
    ],
  ])('refuses a register with %s', (_, rows, expected) => {
    expect(codeOf(() => buildPaths(rows))).toEqual(expect.arrayContaining(['RULE_BROKEN', ...expected]));
  });

  it('refuses an eighth level', () => {
    const seven = Array.from({ length: deepest }, (_, index) => `o${index + 1}`);
    expect(pathUnder(seven.slice(0, -1), 'o7')).toEqual(seven);
    expect(codeOf(() => pathUnder(seven, 'o8'))).toContain('TREE_TOO_DEEP');
    expect(pathUnder(null, 'o1')).toEqual(['o1']);
  });

  it('each path is its superior’s path and itself, and fits the columns of a table', () => {
    fc.assert(
      fc.property(registers, (rows) => {
        const paths = buildPaths(rows);
        expect(paths.size).toBe(rows.length);
        for (const { id, superiorId } of rows) {
          const path = paths.get(id) ?? [];
          expect(path).toEqual([...(superiorId === null ? [] : (paths.get(superiorId) ?? [])), id]);
          expect(pathOfColumns(ancestorColumns(path))).toEqual(path);
          expect(Object.keys(ancestorColumns(path))).toHaveLength(deepest);
        }
      }),
    );
  });

  it('a move is refused exactly when the register after it could not be built', () => {
    fc.assert(
      fc.property(registers, fc.nat(), fc.nat(), (rows, a, b) => {
        const paths = buildPaths(rows);
        const [moved, superior] = [rows[a % rows.length]?.id ?? '', rows[b % rows.length]?.id ?? ''];
        const depthOf = (id: string) => paths.get(id)?.length ?? 0;
        const subtree = [...paths.values()].filter((path) => isInside(path, moved));
        const levelsBelow = Math.max(...subtree.map((path) => path.length)) - depthOf(moved);
        const superiorPath = paths.get(superior) ?? [];
        const after = rows.map((row) => (row.id === moved ? { ...row, superiorId: superior } : row));
        const refusal = refuseMove(moved, levelsBelow, superiorPath);
        expect(wouldMakeCycle(superiorPath, moved)).toBe(refusal?.code === 'TREE_CYCLE');
        if (refusal) expect(codeOf(() => buildPaths(after))).toContain(refusal.code);
        else expect(buildPaths(after).get(moved)).toEqual([...superiorPath, moved]);
      }),
    );
  });
});

describe('ORG-03 which kinds stand under which', () => {
  const kinds = Object.keys(partyOrganizationKinds) as PartyOrganizationKind[];

  it('a group has nothing below it, a branch only groups, a general branch only branches', () => {
    const held = (superior: PartyOrganizationKind) => kinds.filter((kind) => refuseSuperior(kind, superior) === null);
    expect(held('GROUP')).toEqual([]);
    expect(held('BRANCH')).toEqual(['GROUP']);
    expect(held('JOINT_BRANCH')).toEqual(['GROUP']);
    expect(held('GENERAL_BRANCH')).toEqual(['BRANCH', 'JOINT_BRANCH']);
    expect(held('COMMITTEE')).toEqual(kinds.filter((kind) => kind !== 'GROUP'));
  });

  it('says in the office’s words why not', () => {
    expect(refuseSuperior('BRANCH', 'GROUP')).toMatchObject({ code: 'SUPERIOR_HOLDS_NONE', field: 'superiorId' });
    expect(refuseSuperior('COMMITTEE', 'BRANCH')?.wording.zh).toBe('党支部下面只能设党小组，不能设党委');
    expect(refuseSuperior('BRANCH', null)).toMatchObject({
      code: 'SUPERIOR_NEEDED',
      wording: { zh: '党支部必须有上级党组织' },
    });
    expect(refuseSuperior('COMMITTEE', null)).toBeNull();
  });

  it('members belong to branches only', () => expect(kinds.filter(holdsMembers)).toEqual(['BRANCH', 'JOINT_BRANCH']));
});
