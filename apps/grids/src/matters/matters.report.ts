import { must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { areaInUse } from '@jishi/known-register';
import { dueAfter, partsOf } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { Context } from '@jishi/subgraph';
import { gridAtPoint } from '../grid-tree';
import { admittedType, mustFor, officeInBusiness, type TypeInForce } from '../matter-types';
import { beginLimit } from './matters.clock';
import { Matter, type MatterOrigin } from './matters.entities';
import { hoursOf, type Read } from './matters.hours';
import type { StepDone } from './matters.case';
import { tell, writeDown } from './matters.told';

export interface ReportMatterInput {
  readonly typeCode: string;
  readonly origin: MatterOrigin;
  readonly longitude?: number | null;
  readonly latitude?: number | null;
  readonly gridId?: string | null;
  readonly summary: string;
  readonly evidence?: readonly string[] | null;
  readonly requesterContact?: string | null;
  readonly reporterUnitId?: string | null;
  readonly confirmDuplicate?: boolean | null;
}

/** 上报: an admitted type, a place within a grid, not entered already (GRD-07, GRD-09). */
export const reportMatter = (ctx: Context, input: ReportMatterInput): Promise<StepDone> =>
  ctx.transact(async (tx) => {
    const department = await reportingDepartment(tx, input);
    const { gridId, areaCode } = await gridFor(tx, input);
    if (!department) must(tx.actor, 'matters:report', { area: areaCode, ofArea: true }, tx.today);
    const type = await admittedType(tx, input.typeCode, areaCode);
    const { longitude = null, latitude = null } = input;
    // The book holds back whoever enters for this county at the same moment, so that the second sees what the first has entered.
    const no = await nextNo(tx, areaCode.slice(0, 6));
    if (!input.confirmDuplicate) await refuseAlike(tx, type, { longitude, latitude, gridId });

    const hours = await hoursOf(tx.query, areaCode.slice(0, 6));
    const due = dueAfter(tx.now, type.limits.accept, hours);
    const matter = await tx.insert(Matter, {
      no,
      typeCode: type.code,
      typeEdition: type.edition,
      origin: input.origin,
      gridId,
      areaCode,
      longitude,
      latitude,
      summary: input.summary.trim(),
      evidence: [...(input.evidence ?? [])],
      requesterContact: input.requesterContact?.trim() || null,
      reporterUnitId: department?.id ?? null,
      reporterOrgId: department?.orgId ?? null,
      level: type.level,
      state: 'REPORTED',
      reportedAt: tx.now,
      step: 'accept',
      dueAt: due.at,
      dueProvisional: due.provisional,
    });
    await beginLimit(tx, matter, { step: 'accept' }, type, hours);
    await writeDown(tx, matter, { kind: 'report', from: null, to: 'REPORTED', evidence: matter.evidence });
    tell(tx, matter, 'report');
    return { id: matter.id, warnings: [] };
  });

/** With origin DEPARTMENT the unit whose task it is, for which the caller must act; null otherwise. */
async function reportingDepartment(tx: Tx, { origin, reporterUnitId }: ReportMatterInput) {
  if (origin !== 'DEPARTMENT') return null;
  if (!reporterUnitId)
    throw invalidInput('reporterUnitId', {
      zh: '部门下派的任务必须写明部门',
      en: 'A task of a department names the department',
    });
  const office = await officeInBusiness(tx.query, reporterUnitId, 'reporterUnitId');
  mustFor(tx.actor, 'matters:report', office, tx.today);
  return office;
}

const outsideGrids = (field: string) =>
  invalidInput(
    field,
    { zh: '该位置不在任何网格内', en: 'This place lies in no grid' },
    { code: 'PLACE_OUTSIDE_GRIDS' },
  );

/** The basic grid of the point, else the one that is named. */
async function gridFor(tx: Tx, { longitude, latitude, gridId }: ReportMatterInput) {
  if ((longitude == null) !== (latitude == null))
    throw invalidInput(longitude == null ? 'longitude' : 'latitude', {
      zh: '经度和纬度须同时填写',
      en: 'Give both longitude and latitude',
    });
  if (longitude != null && latitude != null) {
    const grid = await gridAtPoint(tx, { longitude, latitude }, tx.today);
    if (!grid) throw outsideGrids('longitude');
    if (gridId && gridId !== grid.id)
      throw invalidInput(
        'gridId',
        { zh: '该位置不在所选网格内', en: 'This place does not lie in the grid that was chosen' },
        { code: 'PLACE_IN_ANOTHER_GRID' },
      );
    return { gridId: grid.id, areaCode: grid.areaCode };
  }
  if (!gridId)
    throw invalidInput('gridId', { zh: '请选择网格或者在地图上定位', en: 'Choose a grid, or a place on the map' });
  const [grid] = await tx.query<{ areaCode: string }>(
    `SELECT area_code AS "areaCode" FROM grid WHERE id::text = $1 AND tier IN ('BASIC', 'BUILDING') AND status = 'ACTIVE'`,
    [gridId],
  );
  if (!grid) throw outsideGrids('gridId');
  await areaInUse(tx, grid.areaCode, tx.today, 'gridId');
  return { gridId, areaCode: grid.areaCode };
}

export interface Place {
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly gridId: string | null;
}

export interface Alike {
  readonly id: string;
  readonly no: string;
}

/**
 * Open or just entered matters of the same type within the distance and time of the rules, nearest first; in the same grid when
 * either has no point. Great-circle distance on a sphere of the mean radius of the earth, in metres.
 */
export function mattersAlike(
  read: Read,
  typeCode: string,
  { longitude, latitude, gridId }: Place,
  { now, today }: Pick<Tx, 'now' | 'today'>,
): Promise<Alike[]> {
  const hours = Number(ruleInForce('matter.duplicate-hours', today).value);
  const metres = Number(ruleInForce('matter.duplicate-distance', today).value);
  return read<Alike & object>(
    `SELECT m.id, m.no FROM matter m CROSS JOIN LATERAL (
       SELECT 2 * 6371008.8 * asin(least(1, sqrt(power(sin(radians(m.latitude - $4) / 2), 2)
         + cos(radians($4)) * cos(radians(m.latitude)) * power(sin(radians(m.longitude - $3) / 2), 2)))) AS metres) away
     WHERE m.type_code = $1 AND m.reported_at >= $2 AND m.state NOT IN ('REJECTED', 'MERGED', 'VOID')
       AND CASE WHEN away.metres IS NULL THEN m.grid_id = $5 ELSE away.metres <= $6 END
     ORDER BY away.metres NULLS LAST, m.reported_at DESC LIMIT 10`,
    [typeCode, new Date(now.getTime() - hours * 3_600_000), longitude, latitude, gridId, metres],
  );
}

async function refuseAlike(tx: Tx, { code }: TypeInForce, place: Place): Promise<void> {
  const alike = await mattersAlike(tx.query, code, place, tx);
  if (alike.length === 0) return;
  const distance = ruleInForce('matter.duplicate-distance', tx.today);
  throw ruleBroken({
    code: 'DUPLICATE_SUSPECTED',
    field: 'confirmDuplicate',
    wording: {
      zh: '附近近期已有同类事项：{candidates}；确属另一件事的，请确认后再上报',
      en: 'Matters of this type were entered nearby just now: {candidates}. Confirm that this is another one to enter it',
    },
    citation: citationOf(distance),
    params: { candidates: alike.map(({ no }) => no).join('、') },
  });
}

/** The next number of the county's book of the year: `410823-2026-000123`. */
async function nextNo(tx: Tx, countyCode: string): Promise<string> {
  const { year } = partsOf(tx.today);
  const [book] = await tx.query<{ no: number }>(
    `INSERT INTO matter_book AS book (county_code, year, last_no) VALUES ($1, $2, 1)
     ON CONFLICT (county_code, year) DO UPDATE SET last_no = book.last_no + 1 RETURNING last_no AS no`,
    [countyCode, year],
  );
  return `${countyCode}-${year}-${String(book!.no).padStart(6, '0')}`;
}
