import { must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput } from '@jishi/errors';
import { areaInUse } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import type { Context } from '@jishi/subgraph';
import { GridLevel } from './grid-tree.entities';
import { nearest, presetLevels, type Level } from './levels.rules';

/** Reads rows: a transaction's statements, or a request's prepared ones. */
export type Read = <Row extends object>(sql: string, values: readonly unknown[]) => Promise<Row[]>;
export const readOf =
  (ctx: Context): Read =>
  (sql, values) =>
    ctx.query('grids', sql, values);

interface Named {
  readonly areaCode: string;
  readonly no: number;
  readonly zh: string;
  readonly en: string;
}

/**
 * The levels of the grid tree in each of these areas on a day (GRD-01): as many as the target grd.levels of the nearest area says,
 * called as the nearest area with names of its own calls them.
 */
export async function levelsOfAreas(read: Read, areaCodes: readonly string[], on: CivilDate): Promise<Level[][]> {
  const targets = await read<{ areaCode: string; value: number | null }>(
    `SELECT t.area_code AS "areaCode", t.value::float8 AS value FROM known_target t
     WHERE t.key = 'grd.levels' AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1)`,
    [on],
  );
  const named = await read<Named>('SELECT area_code AS "areaCode", no, zh, en FROM grid_level', []);
  const usual = ruleInForce('grid.levels.default', on).value;
  return areaCodes.map((code) => {
    const [target] = nearest(targets, code);
    const levels = presetLevels(target?.value ?? usual) ?? presetLevels(usual)!;
    return levels.map((level) => {
      const [own] = nearest(
        named.filter(({ no }) => no === level.no),
        code,
      );
      return own ? { ...level, zh: own.zh, en: own.en } : level;
    });
  });
}

export const levelsOf = async (read: Read, areaCode: string, on: CivilDate): Promise<Level[]> =>
  (await levelsOfAreas(read, [areaCode], on))[0]!;

/** The level with a number, or INVALID_INPUT: there are not so many. */
export async function levelOf(tx: Tx, areaCode: string, no: number): Promise<Level> {
  const levels = await levelsOf((sql, values) => tx.query(sql, values), areaCode, tx.today);
  const level = levels.find((each) => each.no === no);
  if (level) return level;
  throw invalidInput(
    'level',
    { zh: '当地网格共{count}级，没有第{no}级', en: 'There are {count} levels of grids here, and no level {no}' },
    { code: 'LEVEL_UNKNOWN', params: { count: levels.length, no } },
  );
}

export interface NameGridLevelsInput {
  readonly areaCode: string;
  readonly names: readonly { readonly no: number; readonly zh: string; readonly en: string }[];
}

/** Names levels for an area and everything inside it that has no names of its own (GRD-01). */
export const nameGridLevels = (ctx: Context, { areaCode, names }: NameGridLevelsInput): Promise<{ areaCode: string }> =>
  ctx.transact(async (tx) => {
    must(tx.actor, 'grids:keep', { area: areaCode, ofArea: true }, tx.today);
    const area = await areaInUse(tx, areaCode, tx.today);
    if (area.level === 'GRASSROOTS')
      throw invalidInput(
        'areaCode',
        { zh: '层级名称按市、县、街道（乡镇）设定', en: 'Levels are named for a city, a county, a street or a town' },
        { code: 'LEVELS_NAMED_TOO_LOW' },
      );
    for (const { no, zh, en } of names) {
      await levelOf(tx, areaCode, no);
      const known = await tx.find(GridLevel, { areaCode, no });
      if (known) await tx.save(await tx.lock(GridLevel, known.id), { zh: zh.trim(), en: en.trim() });
      else await tx.insert(GridLevel, { areaCode, no, zh: zh.trim(), en: en.trim() });
    }
    return { areaCode };
  });
