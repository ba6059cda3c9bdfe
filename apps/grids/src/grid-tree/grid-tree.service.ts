import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import { gridDefined, gridRetired } from '@jishi/event-contracts';
import { areaInUse, KnownOrganization } from '@jishi/known-register';
import { laterOf, type CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { Grid, type GridStatus, type GridTier, type NetworkKind } from './grid-tree.entities';
import { lastChangedOn, writeHistory } from './grid-tree.history';
import {
  areaDoesNotFit,
  codeDoesNotFit,
  dayDoesNotFit,
  gridSteps,
  parentDoesNotFit,
  proposedCode,
  type GridFacts,
} from './grid-tree.rules';
import type { Level } from './levels.rules';
import { levelOf } from './levels.service';

export const refuseIf = (refusal: Refusal | false | undefined | null): void => {
  if (refusal) throw ruleBroken(refusal);
};

interface GridFactsInput {
  readonly name: string;
  readonly parentId?: string | null;
  readonly setting?: Grid['setting'] | null;
  readonly households?: number | null;
  readonly population?: number | null;
  readonly organizationId?: string | null;
  readonly networks?: readonly NetworkKind[] | null;
}

export interface DefineGridInput extends GridFactsInput {
  readonly code?: string | null;
  readonly level: number;
  readonly areaCode: string;
  readonly special?: boolean | null;
  readonly planned?: boolean | null;
  readonly validFrom?: CivilDate | null;
}

/** Defines a grid, at once active or only planned (GRD-01). */
export const defineGrid = (ctx: Context, input: DefineGridInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => ({ id: (await addGrid(tx, input)).id }));

/** The same within a transaction that does more, such as dividing a grid into several. */
export async function addGrid(tx: Tx, input: DefineGridInput): Promise<Grid> {
  const { areaCode, level: no, planned } = input;
  const special = input.special ?? false;
  must(tx.actor, 'grids:keep', { area: areaCode, ofArea: true }, tx.today);
  const on = input.validFrom ?? tx.today;
  refuseIf(dayDoesNotFit(on, tx.today, null, 'validFrom'));
  const level = await levelOf(tx, areaCode, no);
  refuseIf(areaDoesNotFit(areaCode, level));
  const area = await areaInUse(tx, areaCode, tx.today);
  if (special && level.tier !== 'BASIC')
    throw invalidInput(
      'special',
      { zh: '只有基础网格可以是专属网格', en: 'Only a basic grid can be special' },
      { code: 'SPECIAL_ONLY_WHEN_BASIC' },
    );
  const parent = await parentFor(tx, input, level);
  if (parent) refuseIf(parentDoesNotFit({ level: no, tier: level.tier, areaCode }, parent));
  if (!planned && parent && parent.status !== 'ACTIVE') throw ruleBroken(parentIsPlanned);

  const grid = await tx.insert(Grid, {
    code: await codeFor(tx, input.code?.trim() || null, areaCode, level, special),
    level: no,
    tier: level.tier,
    special,
    areaCode,
    parentId: parent?.id ?? null,
    status: planned ? 'PLANNED' : 'ACTIVE',
    validFrom: on,
    ...(await factsOf(tx, input, area.kind === 'VILLAGE' ? 'RURAL' : 'URBAN')),
  });
  await writeHistory(tx, grid, on);
  tellOfGrid(tx, grid);
  return grid;
}

const parentIsPlanned: Refusal = {
  code: 'PARENT_NOT_ACTIVE',
  field: 'parentId',
  wording: { zh: '上级网格尚未启用', en: 'The grid above it is not active yet' },
};

async function factsOf(tx: Tx, input: GridFactsInput, usual: Grid['setting']) {
  const { organizationId } = input;
  if (organizationId) await organizationInCharge(tx, organizationId);
  return {
    name: input.name.trim(),
    setting: input.setting ?? usual,
    households: input.households ?? 0,
    population: input.population ?? 0,
    organizationId: organizationId ?? null,
    networks: [...new Set(input.networks ?? [])],
  };
}

async function organizationInCharge(tx: Tx, id: string): Promise<void> {
  // Any organisation of the register may be put in charge; the grid's keeper need not stand above it.
  const known = await tx.unscoped.find(KnownOrganization, { id });
  if (!known || known.status === 'DISSOLVED')
    throw invalidInput(
      'organizationId',
      { zh: '负责的党组织没有登记或已撤销', en: 'The organisation in charge is not recorded, or is dissolved' },
      { code: 'ORGANIZATION_UNKNOWN' },
    );
}

const tierAbove: Partial<Record<GridTier, readonly [GridTier, number]>> = {
  TOWN: ['COUNTY', 6],
  GRASSROOTS: ['TOWN', 9],
  BASIC: ['GRASSROOTS', 12],
};

/** The grid above: the one that is named, or the one that stands for the area as a whole. */
async function parentFor(tx: Tx, { parentId, areaCode }: DefineGridInput, level: Level): Promise<Grid | null> {
  if (level.no === 1) return null;
  // Of the grid above only its place in the tree is used; it may belong to an area above the caller's.
  if (parentId) return tx.unscoped.get(Grid, parentId);
  const [tier, digits] = tierAbove[level.tier] ?? [];
  const found =
    tier &&
    (await tx.unscoped.find(Grid, { areaCode: areaCode.slice(0, digits), tier, status: ['ACTIVE', 'PLANNED'] }));
  if (found) return found;
  throw invalidInput(
    'parentId',
    {
      zh: '{level}的上级网格尚未划定，或需要指明',
      en: 'The grid above this {level} is not defined yet, or must be named',
    },
    { code: 'PARENT_MISSING', params: { level: level.zh } },
  );
}

/** The code that is given, checked, or the next one that was never used. Codes of one area are given out one at a time. */
async function codeFor(
  tx: Tx,
  given: string | null,
  areaCode: string,
  level: Level,
  special: boolean,
): Promise<string> {
  if (given) {
    refuseIf(codeDoesNotFit(given, areaCode, level, special, tx.today));
    return given;
  }
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('grid codes of ' || $1, 0))`, [areaCode]);
  const code = proposedCode(areaCode, level, special, await usedCodes(tx, areaCode), tx.today);
  if (typeof code !== 'string') throw ruleBroken(code);
  return code;
}

/** Every code of an area that a grid has or ever had. */
export const usedCodes = async (tx: Pick<Tx, 'query'>, areaCode: string): Promise<string[]> =>
  (
    await tx.query<{ code: string }>(
      `SELECT code FROM grid WHERE area_code = $1 UNION SELECT code FROM grid_history WHERE area_code = $1`,
      [areaCode],
    )
  ).map(({ code }) => code);

export interface ChangeGridInput extends GridFactsInput {
  readonly id: string;
  readonly version: number;
  readonly on?: CivilDate | null;
}

/** Changes what is recorded of a grid from a day on; its code, level and area stay (GRD-01). */
export const changeGrid = (ctx: Context, input: ChangeGridInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const grid = await heldGrid(tx, input.id, input.version);
    refuseEnded(grid);
    const on = input.on ?? tx.today;
    refuseIf(dayDoesNotFit(on, tx.today, await lastChangedOn(tx, [grid.id])));
    const parent = input.parentId && input.parentId !== grid.parentId ? await tx.get(Grid, input.parentId) : null;
    if (parent) refuseIf(parentDoesNotFit(grid, parent));
    await tx.save(grid, {
      ...(await factsOf(tx, input, grid.setting)),
      parentId: parent?.id ?? grid.parentId,
    });
    await writeHistory(tx, grid, on);
    tellOfGrid(tx, grid);
    return { id: grid.id };
  });

/** Locks a grid that the caller may change. */
export async function heldGrid(tx: Tx, id: string, version?: number | null): Promise<Grid> {
  const grid = await tx.lock(Grid, id, version ?? undefined);
  must(tx.actor, 'grids:keep', placeOf(grid), tx.today);
  return grid;
}

export function refuseEnded({ status, code }: Pick<Grid, 'status' | 'code'>, field = 'id'): void {
  if (status === 'PLANNED' || status === 'ACTIVE') return;
  throw ruleBroken({
    code: 'GRID_HAS_ENDED',
    field,
    wording: { zh: '网格{code}{state}，不再变更', en: 'The grid {code} has ended ({state}) and changes no more' },
    params: { code, state: gridSteps.labelOf(status).zh },
  });
}

/** What a grid's steps look at. */
export async function stepFacts(
  tx: Pick<Tx, 'query'>,
  grid: Pick<Grid, 'id' | 'status' | 'tier' | 'code'>,
): Promise<GridFacts> {
  const [around] = await factsAround((sql, values) => tx.query(sql, values), [grid.id]);
  const { status: state, tier, code } = grid;
  return { state, tier, code, parentActive: around!.parentActive, openChildren: around!.openChildren };
}

interface Around extends Pick<GridFacts, 'parentActive' | 'openChildren'> {
  readonly id: string;
}

/** What stands above and below many grids. Reads without scope: who sees a grid may know what stands against its steps. */
export const factsAround = (
  read: (sql: string, values: readonly unknown[]) => Promise<Around[]>,
  ids: readonly string[],
): Promise<Around[]> =>
  read(
    `SELECT g.id, coalesce(above.status = 'ACTIVE', true) AS "parentActive",
       (SELECT count(*)::integer FROM grid below WHERE below.parent_id = g.id AND below.status IN ('PLANNED', 'ACTIVE')) AS "openChildren"
     FROM grid g LEFT JOIN grid above ON above.id = g.parent_id WHERE g.id = ANY($1)`,
    [ids],
  );

/** A grid ends on a day: its boundary and its history end with it, and its successors are told. Its permission and step were judged before. */
export async function endGrid(
  tx: Tx,
  grid: Grid,
  status: Extract<GridStatus, 'MERGED' | 'SPLIT' | 'RETIRED'>,
  on: CivilDate,
  successorIds: readonly string[],
  endReason: string | null = null,
): Promise<void> {
  await tx.save(grid, { status, validTo: laterOf(on, grid.validFrom), successorIds: [...successorIds], endReason });
  await writeHistory(tx, grid, on);
  await tx.query(
    'UPDATE grid_boundary SET valid_to = greatest(valid_from, $2) WHERE grid_id = $1 AND valid_to IS NULL',
    [grid.id, on],
  );
  tx.emit(
    gridRetired(
      { gridId: grid.id, areaCode: grid.areaCode, successorIds: [...successorIds], on },
      { areaCode: grid.areaCode },
    ),
  );
}

/** Tells the others what a grid is now. */
export const tellOfGrid = (tx: Tx, grid: Grid): void =>
  tx.emit(
    gridDefined(
      {
        gridId: grid.id,
        code: grid.code,
        level: grid.level,
        parentId: grid.parentId,
        areaCode: grid.areaCode,
        special: grid.special,
        boundaryVersion: grid.boundaryVersion,
      },
      { areaCode: grid.areaCode },
    ),
  );

/** An active basic grid of a community or village, for what is to lie in one; INVALID_INPUT on `field` otherwise. */
export async function basicGridOf(tx: Tx, id: string, areaCode: string, field = 'gridId'): Promise<Grid> {
  // Whoever keeps the record that lies in the grid was judged before.
  const grid = await tx.unscoped.get(Grid, id);
  if (grid.tier !== 'BASIC' || grid.status !== 'ACTIVE' || grid.areaCode !== areaCode)
    throw invalidInput(
      field,
      {
        zh: '网格{code}不是{area}启用中的基础网格',
        en: 'The grid {code} is no active basic grid of {area}',
      },
      { code: 'NOT_A_BASIC_GRID_HERE', params: { code: grid.code, area: areaCode } },
    );
  return grid;
}
