import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { quarterChanged } from '@jishi/event-contracts';
import { areaInUse } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { basicGridOf, dayDoesNotFit, Grid, gridAtPoint, isOnMap, refuseIf, type Point } from '../grid-tree';
import { Building, Quarter, type PropertyMode, type QuarterKind } from './quarters.entities';

export interface RecordQuarterInput {
  readonly id?: string | null;
  readonly version?: number | null;
  readonly name: string;
  readonly address?: string | null;
  readonly kind: QuarterKind;
  readonly areaCode: string;
  readonly gridId?: string | null;
  readonly households?: number | null;
  readonly validFrom?: CivilDate | null;
  readonly validTo?: CivilDate | null;
}

/** Records a quarter, or changes it when id and version are given (GRD-20). */
export const recordQuarter = (ctx: Context, input: RecordQuarterInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { areaCode, gridId = null } = input;
    must(tx.actor, 'quarters:keep', { area: areaCode, ofArea: true }, tx.today);
    const area = await areaInUse(tx, areaCode, tx.today);
    if (area.level !== 'GRASSROOTS')
      throw invalidInput(
        'areaCode',
        { zh: '小区应登记在村（社区）', en: 'A quarter belongs to a community or village' },
        { code: 'NOT_A_COMMUNITY' },
      );
    if (gridId) await basicGridOf(tx, gridId, areaCode);
    const facts = {
      name: input.name.trim(),
      address: input.address?.trim() || null,
      kind: input.kind,
      areaCode,
      gridId,
      households: input.households ?? 0,
      validTo: input.validTo ?? null,
    };
    const quarter = input.id
      ? await changedQuarter(tx, input.id, input.version, facts)
      : await opened(tx, input, facts);
    tellOfQuarter(tx, quarter, tx.today);
    return { id: quarter.id };
  });

async function opened(tx: Tx, input: RecordQuarterInput, facts: Partial<Quarter>): Promise<Quarter> {
  const validFrom = input.validFrom ?? tx.today;
  refuseIf(dayDoesNotFit(validFrom, tx.today, null, 'validFrom'));
  const quarter = await tx.insert(Quarter, { ...facts, validFrom });
  await tx.query('INSERT INTO quarter_place (quarter_id, area_code, valid_from) VALUES ($1, $2, $3)', [
    quarter.id,
    quarter.areaCode,
    validFrom,
  ]);
  return quarter;
}

async function changedQuarter(
  tx: Tx,
  id: string,
  version: number | null | undefined,
  facts: Partial<Quarter>,
): Promise<Quarter> {
  const quarter = await tx.lock(Quarter, id, version ?? 0);
  must(tx.actor, 'quarters:keep', placeOf(quarter), tx.today);
  if (facts.areaCode !== quarter.areaCode)
    throw invalidInput(
      'areaCode',
      {
        zh: '小区不能改到另一个村（社区）；社区合并时由系统随区划变更',
        en: 'A quarter stays in its community; a merger of communities moves it by itself',
      },
      { code: 'QUARTER_STAYS_IN_ITS_COMMUNITY' },
    );
  return tx.save(quarter, facts);
}

/** Tells the others what a quarter is and how it is managed from a day on. */
export const tellOfQuarter = (tx: Tx, quarter: Quarter, from: CivilDate): void =>
  tx.emit(
    quarterChanged(
      {
        quarterId: quarter.id,
        communityCode: quarter.areaCode,
        propertyMode: quarter.propertyMode,
        providerId: quarter.providerId,
        from,
      },
      { areaCode: quarter.areaCode },
    ),
  );

/** Writes how a locked quarter is managed from a day on, and tells the others. Who keeps the history judged it before. */
export async function changePropertyMode(
  tx: Tx,
  quarter: Quarter,
  {
    propertyMode,
    providerId,
    from,
  }: { readonly propertyMode: PropertyMode; readonly providerId: string | null; readonly from: CivilDate },
): Promise<void> {
  await tx.save(quarter, { propertyMode, providerId });
  tellOfQuarter(tx, quarter, from);
}

export interface RecordBuildingInput {
  readonly id?: string | null;
  readonly version?: number | null;
  readonly quarterId: string;
  readonly no: string;
  readonly floors?: number | null;
  readonly units?: number | null;
  readonly households?: number | null;
  readonly longitude?: number | null;
  readonly latitude?: number | null;
  readonly gridId?: string | null;
}

/** Records a building of a quarter, or changes it (GRD-20). It lies in exactly one active basic grid (GRD-01). */
export const recordBuilding = (ctx: Context, input: RecordBuildingInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const quarter = await tx.get(Quarter, input.quarterId);
    must(tx.actor, 'quarters:keep', placeOf(quarter), tx.today);
    const point = pointOf(input, tx.today);
    const facts = {
      no: input.no.trim(),
      areaCode: quarter.areaCode,
      floors: input.floors ?? null,
      units: input.units ?? null,
      households: input.households ?? 0,
      longitude: point?.longitude ?? null,
      latitude: point?.latitude ?? null,
    };
    if (!input.id) {
      const gridId = await gridFor(tx, quarter, point, input.gridId ?? null);
      return { id: (await tx.insert(Building, { ...facts, quarterId: quarter.id, gridId })).id };
    }
    const building = await tx.lock(Building, input.id, input.version ?? 0);
    must(tx.actor, 'quarters:keep', placeOf(building), tx.today);
    const gridId = await gridFor(tx, quarter, point, input.gridId ?? (point ? null : building.gridId));
    await tx.save(building, { ...facts, quarterId: quarter.id, gridId });
    return { id: building.id };
  });

function pointOf({ longitude, latitude }: RecordBuildingInput, on: CivilDate): Point | null {
  if (longitude == null && latitude == null) return null;
  if (longitude == null || latitude == null || !isOnMap([longitude, latitude], on))
    throw invalidInput(
      longitude == null ? 'longitude' : 'latitude',
      {
        zh: '位置应同时填写经度和纬度（WGS84），并在地图范围内',
        en: 'A place takes both longitude and latitude (WGS84), on the map',
      },
      { code: 'OUTSIDE_THE_MAP' },
    );
  return { longitude, latitude };
}

/** The grid of a building: the one around its point, else the one that is named, else its quarter's. */
async function gridFor(tx: Tx, quarter: Quarter, point: Point | null, named: string | null): Promise<string> {
  const around = point && (await gridAtPoint(tx, point, tx.today));
  if (around) {
    if (around.areaCode !== quarter.areaCode)
      throw invalidInput(
        'longitude',
        {
          zh: '该位置在网格{code}内，不属于小区所在的村（社区）',
          en: 'This place lies in the grid {code}, which is not of the quarter’s community',
        },
        { code: 'PLACE_IN_ANOTHER_COMMUNITY', params: { code: around.code } },
      );
    if (named && named !== around.id)
      throw invalidInput(
        'gridId',
        { zh: '该位置在网格{code}内', en: 'This place lies in the grid {code}' },
        { code: 'BUILDING_IN_ANOTHER_GRID', params: { code: around.code } },
      );
    return around.id;
  }
  const gridId = named ?? quarter.gridId;
  if (!gridId)
    throw ruleBroken({
      code: 'BUILDING_WITHOUT_GRID',
      field: 'gridId',
      rule: '每栋楼属于且只属于一个基础网格',
      wording: {
        zh: '请指明楼栋所在的基础网格：小区没有网格，位置也不在任何网格内',
        en: 'Name the basic grid of the building: its quarter has none, and its place lies in none',
      },
    });
  const grid = await basicGridOf(tx, gridId, quarter.areaCode);
  if (point && grid.boundaryVersion > 0) throw placeOutside(grid);
  return grid.id;
}

const placeOutside = ({ code }: Grid) =>
  invalidInput(
    'longitude',
    { zh: '该位置不在网格{code}的边界内', en: 'This place lies outside the boundary of the grid {code}' },
    { code: 'PLACE_OUTSIDE_GRID', params: { code } },
  );
