import { indicators, profiles, type Profile } from '@jishi/indicators';
import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import type { CivilDate } from '@jishi/periods';
import { listOf, readRows, where, within, type Condition, type Context } from '@jishi/subgraph';
import { beginsWith } from '../areas';
import { IndicatorTarget } from './targets.entities';

export type TargetRow = Omit<IndicatorTarget, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const columns = `t.id, t.version, t.key, t.area_code AS "areaCode", t.profile, t.facet, t.comparator, t.value, t.unit, t.parameters,
  t.due_on AS "dueOn", t.document, t.article, t.note, t.valid_from AS "validFrom", t.valid_to AS "validTo"`;

/** The codes of an area and of those above it, itself first: a village's targets are its town's, county's or city's. */
const upwards = (code: string): string[] => [
  ...new Set([12, 9, 6].filter((digits) => digits <= code.length).map((digits) => code.slice(0, digits))),
  `${code.slice(0, 4)}00`,
];

const inForce = (alias: string, day: CivilDate): Condition =>
  where(`${alias}.valid_from <= ? AND (${alias}.valid_to IS NULL OR ${alias}.valid_to > ?)`, day, day);

/** No area nearer to the one that was asked for has set a target of this figure that holds on the day. */
const nearest = (codes: readonly string[], day: CivilDate): Condition =>
  where(
    `NOT EXISTS (SELECT 1 FROM indicator_target n WHERE n.key = t.key AND n.area_code = ANY(?)
       AND array_position(?::text[], n.area_code) < array_position(?::text[], t.area_code)
       AND n.valid_from <= ? AND (n.valid_to IS NULL OR n.valid_to > ?))`,
    codes,
    codes,
    codes,
    day,
    day,
  );

export interface TargetsArguments extends PageArguments {
  readonly areaCode: string;
  readonly keyPrefix?: string | null;
  readonly asOf?: CivilDate | null;
}

/** The targets that hold for an area on a day: for each figure those of the nearest area that has set any. */
export function listTargets(ctx: Context, { areaCode, keyPrefix, asOf, ...page }: TargetsArguments) {
  const day = asOf ?? ctx.today;
  const codes = upwards(areaCode);
  return listOf<TargetRow & Record<string, unknown>>(
    ctx,
    {
      name: 'targets',
      select: columns,
      from: 'indicator_target t',
      ordering: ordering('targets', [asc('t.key', 'text'), asc('t.id', 'uuid')]),
      conditions: [
        within(ctx, IndicatorTarget, 't'),
        where('t.area_code = ANY(?)', codes),
        inForce('t', day),
        keyPrefix ? beginsWith('t.key', keyPrefix) : null,
        nearest(codes, day),
      ],
    },
    page,
  );
}

export interface TargetHistoryArguments extends PageArguments {
  readonly areaCode: string;
  readonly key: string;
}

/** Every target that an area has ever set for a figure, newest first; what was withdrawn before it began is left out. */
export const listTargetHistory = (ctx: Context, { areaCode, key, ...page }: TargetHistoryArguments) =>
  listOf<TargetRow & Record<string, unknown>>(
    ctx,
    {
      name: 'target-history',
      select: columns,
      from: 'indicator_target t',
      ordering: ordering('target-history', [desc('t.valid_from', 'date'), desc('t.id', 'uuid')]),
      conditions: [
        within(ctx, IndicatorTarget, 't'),
        where('t.area_code = ? AND t.key = ?', areaCode, key),
        where('t.valid_to IS DISTINCT FROM t.valid_from'),
      ],
    },
    page,
  );

export const targetsByIds = (ctx: Context, ids: readonly string[]): Promise<TargetRow[]> =>
  readRows<TargetRow & Record<string, unknown>>(
    ctx,
    'targets-by-id',
    `SELECT ${columns} FROM indicator_target t WHERE {where} ORDER BY t.key, t.facet, t.id`,
    within(ctx, IndicatorTarget, 't'),
    where('t.id = ANY(?)', ids),
  );

/** The plans with those of their targets whose figure begins so. */
export const targetProfiles = (keyPrefix: string | null | undefined): Profile[] =>
  profiles.map((profile) => ({
    ...profile,
    targets: keyPrefix ? profile.targets.filter(({ key }) => key.startsWith(keyPrefix)) : profile.targets,
  }));

/** What a figure is called, and the feature rows that use it. */
export const figureOf = (
  key: string,
): { readonly zh: string; readonly en: string; readonly features: readonly string[] } =>
  indicators.get(key) ?? { zh: key, en: key, features: [] };
