import type { Refusal } from '@jishi/errors';
import type { Grid } from '../grid-tree';

const refusal = (code: string, field: string, zh: string, en: string, params: Refusal['params'] = {}): Refusal => ({
  code,
  field,
  wording: { zh, en },
  params,
});

/** What a merger looks at of a grid. */
export type Merging = Pick<Grid, 'id' | 'code' | 'areaCode' | 'level' | 'parentId'>;

/** Grids merge when they are of one level under one grid. */
export function refuseMerger(grids: readonly Merging[], intoId: string | null, name: string | null): Refusal | null {
  const [first, ...others] = grids;
  if (!first || others.length === 0)
    return refusal('TOO_FEW_GRIDS', 'grids', '合并至少要有两个网格', 'A merger takes two grids at least');
  const other = others.find(
    ({ parentId, areaCode, level }) =>
      parentId !== first.parentId || areaCode !== first.areaCode || level !== first.level,
  );
  if (other)
    return refusal(
      'NOT_UNDER_ONE_GRID',
      'grids',
      '网格{a}与{b}不在同一上级网格之下',
      'The grids {a} and {b} are not under one grid',
      { a: first.code, b: other.code },
    );
  if (intoId !== null && !grids.some(({ id }) => id === intoId))
    return refusal(
      'NOT_ONE_OF_THE_GRIDS',
      'intoId',
      '保留的网格应是合并的网格之一',
      'The grid that stays should be one of those that merge',
    );
  return intoId === null && !name
    ? refusal('NAME_MISSING', 'name', '请填写新网格的名称', 'Give the new grid a name')
    : null;
}

export const notAdjacent: Refusal = refusal(
  'GRIDS_NOT_ADJACENT',
  'grids',
  '这些网格的边界不相连，或围着其他网格',
  'The boundaries of these grids do not hang together, or enclose another grid',
);

export const partlyDrawn = (codes: readonly string[]): Refusal =>
  refusal(
    'BOUNDARY_MISSING',
    'grids',
    '网格{codes}没有边界，而其他的有；请先绘制',
    'The grids {codes} have no boundary while the others have; draw them first',
    { codes: codes.join('、') },
  );

/** A division has two parts at least, and when the grid is drawn each part is. */
export function refuseDivision(
  parts: readonly { readonly polygon?: string | null }[],
  isDrawn: boolean,
): Refusal | null {
  if (parts.length < 2)
    return refusal('TOO_FEW_PARTS', 'parts', '拆分至少要有两个部分', 'A division has two parts at least');
  const undrawn = parts.findIndex(({ polygon }) => !polygon);
  if (isDrawn && undrawn >= 0)
    return refusal(
      'BOUNDARY_MISSING',
      `parts.${undrawn}.polygon`,
      '原网格有边界，每个部分都应画出',
      'The grid has a boundary; every part should be drawn',
    );
  return null;
}

/** What lies in a grid that ends must be told where it goes. */
export const homeless = (names: readonly string[], field: string): Refusal =>
  refusal(
    'QUARTERS_WITHOUT_GRID',
    field,
    '请指明下列小区归哪个网格：{names}',
    'Say to which grid these quarters belong now: {names}',
    { names: names.join('、') },
  );

export const mapMustFollow: Refusal = refusal(
  'MAP_MUST_FOLLOW',
  'features',
  '该网格在地图上，撤销后会留下空白；请一并提交其余网格的新边界',
  'The grid is on the map and would leave a blank; send the new boundaries of the other grids with it',
);
