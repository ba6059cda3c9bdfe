import { must } from '@jishi/access';
import { invalidInput, ruleBroken } from '@jishi/errors';
import type { Context } from '@jishi/subgraph';
import { usedCodes } from './grid-tree.service';
import { proposedCode } from './grid-tree.rules';
import { levelsOf, readOf } from './levels.service';

export interface NextCodeArguments {
  readonly areaCode: string;
  readonly level: number;
  readonly special?: boolean | null;
}

/** The code that the next grid of an area would get (rules.md §6.2). It is taken only when the grid is defined. */
export async function nextGridCode(ctx: Context, { areaCode, level: no, special }: NextCodeArguments): Promise<string> {
  must(ctx.actor, 'grids:read', { area: areaCode, ofArea: true }, ctx.today);
  const level = (await levelsOf(readOf(ctx), areaCode, ctx.today)).find((each) => each.no === no);
  if (!level)
    throw invalidInput(
      'level',
      { zh: '当地没有第{no}级网格', en: 'There is no level {no} of grids here' },
      { params: { no } },
    );
  const used = await usedCodes({ query: (sql, values) => ctx.query('grid-codes', sql, values) }, areaCode);
  const code = proposedCode(areaCode, level, special ?? false, used, ctx.today);
  if (typeof code !== 'string') throw ruleBroken(code);
  return code;
}
