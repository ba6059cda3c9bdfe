import { must } from '@jishi/access';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { areaInUse } from '@jishi/known-register';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { addDays, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import { inOrderOf, listOf, where, within, type Context, insideArea } from '@jishi/subgraph';
import { coverageOf, onDay, type AreaOnDay } from '../plans';
import { StationedAssignment, StationedRequirement } from './stationed.entities';
import { notAVillage } from './stationed.rules';

/** A village that must have a first secretary and has none. */
export interface VacancyRow {
  readonly areaCode: string;
  /** By the organisation department's list; null when only because the village is weak. */
  readonly requirementId: string | null;
  /** Since when the village counts as weak; null when it does not. */
  readonly weakSince: CivilDate | null;
  readonly since: CivilDate;
  readonly vacantSince: CivilDate;
  readonly asOf: CivilDate;
}

/**
 * Villages in use on the day $1, with what makes a first secretary necessary: the organisation department's list, or that the
 * newest judgement made by then calls the village weak; what is said later of an older year changes nothing. `first_secretary` says
 * whether it had one that day, on leave or not.
 */
const villages = `(
  SELECT village.area_code, village.county_code, village.town_code, required.id AS requirement_id, weak.since AS weak_since,
    least(required.valid_from, weak.since) AS since,
    greatest(least(required.valid_from, weak.since), (
      SELECT max(last.ended_on) FROM stationed_assignment last WHERE last.area_code = village.area_code
        AND last.role = 'FIRST_SECRETARY' AND last.ended_on <= $1::date)) AS vacant_since,
    EXISTS (SELECT FROM stationed_assignment s WHERE s.area_code = village.area_code AND s.role = 'FIRST_SECRETARY'
      AND s.posted_on <= $1::date AND (s.ended_on IS NULL OR s.ended_on > $1::date)) AS first_secretary
  FROM village
  LEFT JOIN stationed_requirement required ON required.area_code = village.area_code
    AND required.valid_from <= $1::date AND (required.valid_to IS NULL OR required.valid_to > $1::date)
  LEFT JOIN LATERAL (
    SELECT min(newest.judged_on) AS since FROM (
      SELECT told.judged_on, bool_and(told.weak) OVER (ORDER BY told.id DESC) AS weak_from_then_on FROM (
        SELECT c.id, c.judged_on, c.weak, c.year, max(c.year) OVER (ORDER BY c.id) AS newest_year
        FROM village_class c WHERE c.area_code = village.area_code AND c.judged_on <= $1::date) told
      WHERE told.year = told.newest_year) newest
    WHERE newest.weak_from_then_on) weak ON true
  WHERE village.valid_from <= $1::date AND (village.merged_on IS NULL OR village.merged_on > $1::date)
) v`;

const necessary = where('v.since IS NOT NULL');
const byCode = ordering('first-secretary-vacancies', [asc('v.area_code', 'text')]);

export interface VacanciesArguments extends PageArguments {
  readonly filter?: { readonly areaCode?: string | null; readonly overLimit?: boolean | null } | null;
  readonly asOf?: CivilDate | null;
}

/** 应派未派第一书记的村 (VIL-19), by area code, with the day since when each is without one. */
export function listVacancies(ctx: Context, { filter, asOf, ...page }: VacanciesArguments) {
  const day = asOf ?? ctx.today;
  const lastInTime = addDays(day, -ruleInForce('village.first-secretary.vacancy', day).value);
  const { areaCode, overLimit } = filter ?? {};
  return listOf<VacancyRow & object>(
    ctx,
    {
      name: 'first-secretary-vacancies',
      select: `v.area_code AS "areaCode", v.requirement_id AS "requirementId", v.weak_since AS "weakSince", v.since,
        v.vacant_since AS "vacantSince", $1::date AS "asOf"`,
      from: villages,
      conditions: [
        onDay(day),
        necessary,
        where('NOT v.first_secretary'),
        areaCode ? insideArea('v', areaCode) : null,
        overLimit == null ? null : where(`v.vacant_since ${overLimit ? '<' : '>='} ?`, lastInTime),
        within(ctx, StationedRequirement, 'v'),
      ],
      ordering: byCode,
    },
    page,
  );
}

/** `vil.stationed.filled`: villages that must have a first secretary and have ÷ such villages, as of a day. */
export const firstSecretaryCoverage = (ctx: Context, area: AreaOnDay) =>
  coverageOf(
    ctx,
    {
      key: 'vil.stationed.filled',
      villages,
      covered: 'v.first_secretary',
      entity: StationedRequirement,
      among: necessary,
    },
    area,
  );

/** The last first secretary of each village, and who is nominated or approved to come; null where there is none. */
export async function beforeAndAfter(ctx: Context, vacancies: readonly VacancyRow[]) {
  const codes = vacancies.map(({ areaCode }) => areaCode);
  const secretaries = ctx
    .scoped(StationedAssignment, 's')
    .andWhere(`s.area_code = ANY(:codes) AND s.role = 'FIRST_SECRETARY'`, { codes });
  const candidates = await secretaries.clone().andWhere(`s.state IN ('NOMINATED', 'APPROVED')`).getMany();
  const former = await secretaries
    .clone()
    .andWhere(`s.state IN ('ENDED', 'RECALLED')`)
    .distinctOn(['s.area_code'])
    .orderBy('s.area_code')
    .addOrderBy('s.endedOn', 'DESC')
    .getMany();
  const candidateOf = inOrderOf(codes, candidates, ({ areaCode }) => areaCode);
  const lastOf = inOrderOf(codes, former, ({ areaCode }) => areaCode);
  return vacancies.map((_, index) => ({ last: lastOf[index] ?? null, candidate: candidateOf[index] ?? null }));
}

/** The requirement in force today for each village; null where there is none. */
export async function requirementsOf(ctx: Context, codes: readonly string[]): Promise<(StationedRequirement | null)[]> {
  const rows = await ctx
    .scoped(StationedRequirement, 'r')
    .andWhere('r.area_code = ANY(:codes) AND r.valid_from <= :today AND (r.valid_to IS NULL OR r.valid_to > :today)', {
      codes,
      today: ctx.today,
    })
    .getMany();
  return inOrderOf(codes, rows, ({ areaCode }) => areaCode);
}

export async function requirementsByIds(ctx: Context, ids: readonly (string | null)[]) {
  const wanted = ids.filter((id) => id !== null);
  const rows = await ctx.scoped(StationedRequirement, 'r').andWhere('r.id = ANY(:wanted)', { wanted }).getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}

export interface RequireFirstSecretaryInput {
  readonly areaCode: string;
  readonly reason: string;
  readonly from?: CivilDate | null;
}

const reasonGiven = (reason: string): string => {
  if (reason.trim()) return reason.trim();
  throw invalidInput('reason', { zh: '请说明理由', en: 'Give the reason' }, { code: 'REASON_MISSING' });
};

/** 列入应派名单: by the organisation department, with a reason. */
export const requireFirstSecretary = (ctx: Context, input: RequireFirstSecretaryInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const { areaCode } = input;
    must(tx.actor, 'stationed:approve', { area: areaCode, ofArea: true }, tx.today);
    const validFrom = input.from ?? tx.today;
    const area = await areaInUse(tx, areaCode, validFrom);
    if (area.kind !== 'VILLAGE') throw ruleBroken(notAVillage);
    const { id } = await tx.insert(StationedRequirement, { areaCode, reason: reasonGiven(input.reason), validFrom });
    return { id };
  });

export interface LiftRequirementInput {
  readonly id: string;
  readonly version: number;
  readonly reason: string;
  readonly on?: CivilDate | null;
}

/** 移出应派名单: from a day on; the days before count as they did. */
export const liftFirstSecretaryRequirement = (ctx: Context, input: LiftRequirementInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const row = await tx.lock(StationedRequirement, input.id, input.version);
    must(tx.actor, 'stationed:approve', { area: row.areaCode, ofArea: true }, tx.today);
    const on = input.on ?? tx.today;
    if (row.validTo !== null)
      throw ruleBroken({
        code: 'REQUIREMENT_LIFTED',
        field: 'id',
        wording: { zh: '该村已于{on}移出应派名单', en: 'The requirement was lifted on {on}' },
        params: { on: row.validTo },
      });
    if (on < row.validFrom)
      throw ruleBroken({
        code: 'BEFORE_IT_BEGAN',
        field: 'on',
        wording: { zh: '日期早于列入之日{since}', en: 'The day lies before {since}, when it began' },
        params: { since: row.validFrom },
      });
    await tx.save(row, { validTo: on, liftReason: reasonGiven(input.reason) });
    return { id: row.id };
  });
