import { notFound, say, type Wording } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { depthOn, memberClasses, memberSteps, type MemberClass, type MemberStatus } from '../membership';
import { educations, genders, type EducationCode, type GenderCode } from '../people';
import { ageBands, joiningPeriods, type Group } from './structure.rules';

export type Axis = 'GENDER' | 'AGE' | 'EDUCATION' | 'CLASS' | 'STATUS' | 'JOINED_PERIOD';

export interface StructureArguments {
  readonly under: string;
  readonly asOf?: CivilDate | null;
  readonly by?: readonly Axis[] | null;
}

export interface Cell {
  readonly axis: Axis;
  readonly key: string;
  readonly label: string;
  readonly count: number;
}

/** The column in which each axis is counted. */
const columns: Readonly<Record<Axis, string>> = {
  GENDER: 'gender',
  AGE: 'age_band',
  EDUCATION: 'education',
  CLASS: 'member_class',
  STATUS: 'status',
  JOINED_PERIOD: 'joining_period',
};
const allAxes = Object.keys(columns) as Axis[];

interface Row {
  readonly axis: Axis;
  readonly value: string;
  readonly count: number;
}

/**
 * 党员结构表 (MEM-01, MEM-02): the tree of that day, the branches, classes and statuses of that day. One statement counts the
 * members by everything at once and adds up the axes from that.
 */
export async function memberStructure(ctx: Context, { under, asOf, by }: StructureArguments) {
  const day = asOf ?? ctx.today;
  const depth = await depthOn(ctx, under, day, 'structure:read');
  if (depth === null) throw notFound({ zh: '党组织', en: 'Party organisation' }, under);

  const bands = ageBands(day);
  const periods = joiningPeriods(day);
  const rows = await ctx.query<Row>('member-structure', statementAt(depth), [
    under,
    day,
    startsOf(bands),
    startsOf(periods),
  ]);
  const asked = new Set(by ?? allAxes);
  const words = { bands, periods, language: ctx.language };
  const total = rows.filter(({ axis }) => axis === 'GENDER').reduce((sum, { count }) => sum + count, 0);
  return {
    organization: { id: under },
    asOf: day,
    total,
    cells: allAxes.filter((axis) => asked.has(axis)).flatMap((axis) => cellsOf(axis, rows, words)),
  };
}

const startsOf = (groups: readonly Group[]): CivilDate[] => groups.flatMap(({ from }) => from ?? []);

const statementAt = (depth: number): string => `
  WITH counted AS MATERIALIZED (
    SELECT h.gender, h.education, h.member_class, h.status,
      width_bucket(h.birth_date, $3::date[]) AS age_band,
      width_bucket(h.joined_on, $4::date[]) AS joining_period,
      count(*) AS members
    FROM known_organization_history o JOIN member_history h ON h.org_id = o.org_id
    WHERE o.ancestor_${depth} = $1
      AND o.valid_from <= $2 AND (o.valid_to IS NULL OR o.valid_to > $2)
      AND h.valid_from <= $2 AND (h.valid_to IS NULL OR h.valid_to > $2)
      AND h.status IN ('FULL', 'PROBATIONARY')
    GROUP BY 1, 2, 3, 4, 5, 6)
  SELECT axis, value, sum(members)::integer AS count
  FROM counted CROSS JOIN LATERAL (VALUES ${allAxes.map((axis) => `('${axis}', ${columns[axis]}::text)`).join(', ')}) a (axis, value)
  GROUP BY axis, value`;

interface Words {
  readonly bands: readonly Group[];
  readonly periods: readonly Group[];
  readonly language: 'zh' | 'en';
}

/** The cells of one axis, the largest first where the axis has no order of its own. */
function cellsOf(axis: Axis, rows: readonly Row[], words: Words): Cell[] {
  const counted = rows.filter((row) => row.axis === axis);
  const groups = groupsOf(axis, words);
  const cells = counted.map(({ value, count }) => {
    const { key, label } = groups(value);
    return { axis, key, label: say(label, words.language), count, value };
  });
  const ordered = axis === 'AGE' || axis === 'JOINED_PERIOD';
  cells.sort((a, b) => (ordered ? Number(a.value) - Number(b.value) : b.count - a.count || (a.key < b.key ? -1 : 1)));
  return cells.map(({ key, label, count }) => ({ axis, key, label, count }));
}

/** What a value that was counted is called. */
function groupsOf(axis: Axis, { bands, periods }: Words): (value: string) => { key: string; label: Wording } {
  const coded = ({ name, zh, en }: Wording & { readonly name: string }) => ({ key: name, label: { zh, en } });
  const dated = (groups: readonly Group[]) => (value: string) => {
    const { key, zh, en } = groups[Number(value)]!;
    return { key, label: { zh, en } };
  };
  switch (axis) {
    case 'GENDER':
      return (value) => coded(genders[value as GenderCode]);
    case 'EDUCATION':
      return (value) => coded(educations[value as EducationCode]);
    case 'CLASS':
      return (value) => ({ key: value, label: memberClasses[value as MemberClass] });
    case 'STATUS':
      return (value) => ({ key: value, label: memberSteps.labelOf(value as MemberStatus) });
    case 'AGE':
      return dated(bands);
    case 'JOINED_PERIOD':
      return dated(periods);
  }
}
