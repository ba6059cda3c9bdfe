import { invalidInput } from '@jishi/errors';
import { areaPrefixOf } from '@jishi/identifiers';
import { addDays, daysBetween, startOfDayInShanghai, type CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { Matter, type ClockStep } from './matters.entities';

interface Share {
  readonly done: number;
  readonly of: number;
}
interface Counted {
  readonly code: string;
  readonly reported: number;
  readonly accepted: number;
  readonly looped: number;
  readonly closed: number;
  readonly selfSolved: number;
  readonly due: number;
  readonly inTime: number;
  readonly handled: number;
  readonly reworked: number;
  readonly bySteps: readonly (Share & { readonly step: ClockStep })[] | null;
  readonly byUnits: readonly (Share & { readonly unitId: string })[] | null;
}

/** Figures of an area over the days from `from` to `to`, both included. */
export interface FiguresOver {
  readonly from: CivilDate;
  readonly to: CivilDate;
}

const mostDays = 3_700;
/** Units with the most steps are shown; a department's own share is asked by its unit. */
const mostUnits = 50;

/**
 * 闭环率、按期率、自行解决率、返工率 of areas of one level, by one statement (model.md §6.4, rules.md §6.3). Void and merged matters are not
 * counted, nor suspended ones among those to be closed, nor limits that stand still; a step counts in the period in which it is due.
 */
export async function figuresOf(ctx: Context, areaCodes: readonly string[], { from, to }: FiguresOver) {
  const days = daysBetween(from, to);
  if (days < 0 || days > mostDays)
    throw invalidInput('to', {
      zh: '截止日期不能早于起始日期，且最多十年',
      en: 'The last day is not before the first, and the span is ten years at most',
    });
  const prefixes = areaCodes.map(areaPrefixOf);
  const rows = (
    await Promise.all(
      [...new Set(prefixes.map(({ length }) => length))].map((length) =>
        countedAt(
          ctx,
          length,
          prefixes.filter((prefix) => prefix.length === length),
          { from, to },
        ),
      ),
    )
  ).flat();
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const asOf = to < ctx.today ? to : ctx.today;
  return areaCodes.map((areaCode, index) => shown(areaCode, byCode.get(prefixes[index]!), { from, to }, asOf));
}

const levelColumn = (alias: string, length: number): string =>
  length === 12
    ? `${alias}.area_code`
    : length === 9
      ? `${alias}.town_code`
      : length === 6
        ? `${alias}.county_code`
        : `left(${alias}.county_code, ${length})`;

const eventColumns = 'm.reported_at, m.accepted_at, m.closed_at, m.state, m.level';
const touched = 'm.reported_at < $3 AND (m.reported_at >= $2 OR m.accepted_at >= $2 OR m.closed_at >= $2)';
/** It happened in the period, and while the matter was in this place. */
const happened = (moment: string): string =>
  `coalesce(${moment} >= $2 AND ${moment} < $3 AND (since IS NULL OR ${moment} >= since) AND (until IS NULL OR ${moment} < until), false)`;

function countedAt(ctx: Context, length: number, prefixes: readonly string[], { from, to }: FiguresOver) {
  const matter = ctx.scopeSql(Matter, 'm', 5);
  const step = ctx.scopeSql(Matter, 's', 5 + matter.values.length);
  const place = ctx.scopeSql(Matter, 'p', 5 + matter.values.length + step.values.length);
  const text = `
    WITH asked AS (SELECT DISTINCT unnest($1::text[]) AS code),
    -- Of a matter whose community merged, what happened before counts where it happened: taken from its place, given to the former one.
    events AS (
      SELECT ${levelColumn('m', length)} AS code, 1 AS weight, ${eventColumns}, NULL::timestamptz AS since, NULL::timestamptz AS until
      FROM matter m
      WHERE ${levelColumn('m', length)} = ANY($1) AND ${touched} AND ${matter.sql}
      UNION ALL
      SELECT ${levelColumn('m', length)}, -1, ${eventColumns}, p.since, p.until
      FROM matter_place p JOIN matter m ON m.id = p.matter_id
      WHERE ${levelColumn('m', length)} = ANY($1) AND ${touched} AND ${matter.sql}
      UNION ALL
      SELECT ${levelColumn('p', length)}, 1, ${eventColumns}, p.since, p.until
      FROM matter_place p JOIN matter m ON m.id = p.matter_id
      WHERE ${levelColumn('p', length)} = ANY($1) AND ${touched} AND ${place.sql}),
    matters AS (
      SELECT code,
        coalesce(sum(weight) FILTER (WHERE reported_then), 0)::integer AS reported,
        coalesce(sum(weight) FILTER (WHERE due_to_close), 0)::integer AS accepted,
        coalesce(sum(weight) FILTER (WHERE due_to_close AND state = 'CLOSED'), 0)::integer AS looped,
        coalesce(sum(weight) FILTER (WHERE closed_then), 0)::integer AS closed,
        coalesce(sum(weight) FILTER (WHERE closed_then AND level IN ('GRID', 'COMMUNITY')), 0)::integer AS self_solved
      FROM events CROSS JOIN LATERAL (SELECT
        ${happened('reported_at')} AND state NOT IN ('VOID', 'MERGED') AS reported_then,
        ${happened('accepted_at')} AND state NOT IN ('VOID', 'MERGED', 'SUSPENDED') AS due_to_close,
        ${happened('closed_at')} AND state = 'CLOSED' AS closed_then) judged
      GROUP BY 1),
    steps AS (
      SELECT ${levelColumn('s', length)} AS code, s.step, s.unit_id, count(*)::integer AS of,
        count(*) FILTER (WHERE s.in_time)::integer AS done,
        count(*) FILTER (WHERE s.solved)::integer AS handled,
        count(*) FILTER (WHERE s.solved AND s.rework)::integer AS reworked
      FROM matter_step s
      WHERE ${levelColumn('s', length)} = ANY($1) AND s.counted AND s.due_at >= $2 AND s.due_at < $3
        AND (s.ended_at IS NOT NULL OR s.due_at < $4) AND ${step.sql}
      GROUP BY 1, 2, 3)
    SELECT asked.code, coalesce(m.reported, 0) AS reported, coalesce(m.accepted, 0) AS accepted, coalesce(m.looped, 0) AS looped,
      coalesce(m.closed, 0) AS closed, coalesce(m.self_solved, 0) AS "selfSolved",
      coalesce(t.of, 0)::integer AS due, coalesce(t.done, 0)::integer AS "inTime",
      coalesce(t.handled, 0)::integer AS handled, coalesce(t.reworked, 0)::integer AS reworked,
      (SELECT jsonb_agg(jsonb_build_object('step', step, 'done', done, 'of', of) ORDER BY step) FROM (
         SELECT step, sum(done) AS done, sum(of) AS of FROM steps WHERE code = asked.code GROUP BY step) by_step) AS "bySteps",
      (SELECT jsonb_agg(jsonb_build_object('unitId', unit_id, 'done', done, 'of', of) ORDER BY of DESC, unit_id) FROM (
         SELECT unit_id, sum(done) AS done, sum(of) AS of FROM steps WHERE code = asked.code AND unit_id IS NOT NULL
         GROUP BY unit_id ORDER BY sum(of) DESC, unit_id LIMIT ${mostUnits}) by_unit) AS "byUnits"
    FROM asked LEFT JOIN matters m ON m.code = asked.code
    LEFT JOIN (SELECT code, sum(of) AS of, sum(done) AS done, sum(handled) AS handled, sum(reworked) AS reworked FROM steps GROUP BY code) t
      ON t.code = asked.code`;
  return ctx.query<Counted & object>('matter-figures', text, [
    prefixes,
    startOfDayInShanghai(from),
    startOfDayInShanghai(addDays(to, 1)),
    ctx.now,
    ...matter.values,
    ...step.values,
    ...place.values,
  ]);
}

function shown(areaCode: string, counted: Counted | undefined, { from, to }: FiguresOver, asOf: CivilDate) {
  const ratio = (numerator = 0, denominator = 0) => ({
    numerator,
    denominator,
    value: denominator === 0 ? null : numerator / denominator,
    asOf,
  });
  return {
    areaCode,
    from,
    to,
    reported: counted?.reported ?? 0,
    accepted: counted?.accepted ?? 0,
    closed: counted?.closed ?? 0,
    loop: ratio(counted?.looped, counted?.accepted),
    onTime: ratio(counted?.inTime, counted?.due),
    onTimeBySteps: (counted?.bySteps ?? []).map(({ step, done, of }) => ({ step, ratio: ratio(done, of) })),
    onTimeByUnits: (counted?.byUnits ?? []).map(({ unitId, done, of }) => ({ unitId, ratio: ratio(done, of) })),
    selfSolved: ratio(counted?.selfSolved, counted?.closed),
    rework: ratio(counted?.reworked, counted?.handled),
  };
}
