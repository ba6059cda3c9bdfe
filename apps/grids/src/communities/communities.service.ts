import { must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { communityChanged } from '@jishi/event-contracts';
import { areaInUse } from '@jishi/known-register';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { partsOf, type CivilDate } from '@jishi/periods';
import { inOrderOf, listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { Community, CommunityYear } from './communities.entities';

export type CommunityRow = Pick<
  Community,
  | 'areaCode'
  | 'version'
  | 'households'
  | 'serviceHotline'
  | 'serviceStations'
  | 'status'
  | 'validFrom'
  | 'validTo'
  | 'replacedBy'
> & {
  /** Square metres; null until it is known. */
  readonly areaM2: number | null;
};
export type CommunityYearRow = Pick<
  CommunityYear,
  'id' | 'version' | 'areaCode' | 'year' | 'permanentUrbanResidents' | 'source'
>;

const columns = `c.area_code AS "areaCode", c.version, c.households, c.area_m2::float8 AS "areaM2", c.service_hotline AS "serviceHotline",
  c.service_stations AS "serviceStations", c.status, c.valid_from AS "validFrom", c.valid_to AS "validTo", c.replaced_by AS "replacedBy"`;
const yearColumns = `y.id, y.version, y.area_code AS "areaCode", y.year, y.permanent_urban_residents AS "permanentUrbanResidents", y.source`;

export interface CommunitiesArguments extends PageArguments {
  readonly filter?: { readonly areaCode?: string | null; readonly status?: Community['status'] | null } | null;
  readonly asOf?: CivilDate | null;
}

/** The communities of a day by code: those that then were one of their own (GRD-16). */
export const listCommunities = (ctx: Context, { filter, asOf, ...page }: CommunitiesArguments) =>
  listOf<CommunityRow>(
    ctx,
    {
      name: 'communities',
      select: columns,
      from: 'community c',
      ordering: ordering('communities', [asc('c.area_code', 'text')]),
      conditions: [
        within(ctx, Community, 'c'),
        filter?.status === 'MERGED' ? null : existingOn(asOf ?? ctx.today),
        filter?.areaCode ? insideArea('c', filter.areaCode) : null,
        filter?.status ? where('c.status = ?', filter.status) : null,
      ],
    },
    page,
  );

const existingOn = (day: CivilDate): Condition =>
  where('c.valid_from <= ? AND (c.valid_to IS NULL OR c.valid_to > ?)', day, day);

/** Communities by code, merged ones too, in the order asked. */
export async function communitiesByCodes(ctx: Context, codes: readonly string[]): Promise<(CommunityRow | null)[]> {
  const rows = await readRows<CommunityRow>(
    ctx,
    'communities-by-code',
    `SELECT ${columns} FROM community c WHERE {where}`,
    within(ctx, Community, 'c'),
    where('c.area_code = ANY(?)', [...new Set(codes)]),
  );
  return inOrderOf(codes, rows, ({ areaCode }) => areaCode);
}

/** The residents of these communities by year, latest first. */
export const yearsOfCommunities = (ctx: Context, codes: readonly string[]): Promise<CommunityYearRow[]> =>
  readRows<CommunityYearRow>(
    ctx,
    'community-years',
    `SELECT ${yearColumns} FROM community_year y WHERE {where} ORDER BY y.area_code, y.year DESC`,
    within(ctx, CommunityYear, 'y'),
    where('y.area_code = ANY(?)', codes),
  );

export const communityYearsByIds = (ctx: Context, ids: readonly string[]): Promise<CommunityYearRow[]> =>
  readRows<CommunityYearRow>(
    ctx,
    'community-years-by-id',
    `SELECT ${yearColumns} FROM community_year y WHERE {where}`,
    within(ctx, CommunityYear, 'y'),
    where('y.id = ANY(?)', ids),
  );

export interface RecordCommunityInput {
  readonly areaCode: string;
  readonly version?: number | null;
  readonly households: number;
  readonly areaM2?: number | null;
  readonly serviceHotline?: string | null;
  readonly serviceStations?: number | null;
}

/** Records a community, or changes it when a version is given (GRD-16). */
export const recordCommunity = (ctx: Context, input: RecordCommunityInput): Promise<{ areaCode: string }> =>
  ctx.transact(async (tx) => {
    must(tx.actor, 'communities:keep', { area: input.areaCode, ofArea: true }, tx.today);
    const { version } = input;
    const facts = {
      households: input.households,
      areaM2: input.areaM2?.toFixed(2) ?? null,
      serviceHotline: input.serviceHotline?.trim() || null,
      serviceStations: input.serviceStations ?? 0,
    };
    const community =
      version == null ? await opened(tx, input.areaCode, facts) : await changed(tx, input.areaCode, version, facts);
    tellOfCommunity(tx, community);
    return { areaCode: community.areaCode };
  });

async function opened(tx: Tx, areaCode: string, facts: Partial<Community>): Promise<Community> {
  const area = await areaInUse(tx, areaCode, tx.today);
  if (area.kind !== 'COMMUNITY')
    throw invalidInput(
      'areaCode',
      { zh: '区划代码{code}不是社区', en: 'The area {code} is no community' },
      { code: 'NOT_A_COMMUNITY', params: { code: areaCode } },
    );
  return tx.insert(Community, { ...facts, areaCode, validFrom: area.validFrom });
}

async function changed(tx: Tx, areaCode: string, version: number, facts: Partial<Community>): Promise<Community> {
  const community = await tx.lock(Community, areaCode, version);
  refuseMerged(community);
  return tx.save(community, facts);
}

function refuseMerged({ areaCode, status, replacedBy }: Community): void {
  if (status === 'MERGED')
    throw ruleBroken({
      code: 'COMMUNITY_MERGED',
      field: 'areaCode',
      wording: {
        zh: '社区{code}已并入{now}，不再变更',
        en: 'The community {code} was merged into {now} and changes no more',
      },
      params: { code: areaCode, now: replacedBy.join('、') },
    });
}

/** Tells the others what a community is now. */
export const tellOfCommunity = (tx: Tx, { areaCode, households, status, replacedBy }: Community): void =>
  tx.emit(communityChanged({ areaCode, households, status, replacedBy: [...replacedBy] }, { areaCode }));

export interface RecordCommunityYearInput {
  readonly areaCode: string;
  readonly year: number;
  readonly version?: number | null;
  readonly permanentUrbanResidents: number;
  readonly source: string;
}

/** Enters the permanent urban residents of a year from the statistics, or corrects them when a version is given (GRD-16). */
export const recordCommunityYear = (ctx: Context, input: RecordCommunityYearInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const community = await tx.get(Community, input.areaCode);
    must(tx.actor, 'communities:keep', { area: community.areaCode, ofArea: true }, tx.today);
    const { areaCode, year, permanentUrbanResidents } = input;
    if (year > partsOf(tx.today).year)
      throw invalidInput(
        'year',
        { zh: '{year}年尚未到来', en: 'The year {year} has not come yet' },
        { params: { year } },
      );
    if (community.validTo !== null && year > partsOf(community.validTo).year) refuseMerged(community);
    const source = input.source.trim();
    const known = await tx.find(CommunityYear, { areaCode, year });
    if (!known || input.version == null) {
      const row = await tx.insert(CommunityYear, { areaCode, year, permanentUrbanResidents, source });
      return { id: row.id };
    }
    const row = await tx.lock(CommunityYear, known.id, input.version);
    await tx.save(row, { permanentUrbanResidents, source });
    return { id: row.id };
  });
