import { yuanOf } from '@jishi/money';
import {
  coverageCounter,
  entities,
  membersAt,
  organizationsAt,
  postsApart,
  withoutAdmissions,
} from '../fixtures/question-facts';
import { askTheCounty, leaves, questions, standsAt, type Asked } from '../fixtures/questions';

jest.setTimeout(120_000);

let asked: Asked;
beforeAll(async () => {
  asked = await askTheCounty();
}, 400_000);
afterAll(() => asked?.platform.close());

interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}
interface Counted {
  readonly totalCount: number;
}
interface Page {
  readonly area: {
    readonly name: string;
    readonly incomeSummary: Readonly<Record<string, unknown>>;
    readonly entityCounts: { readonly enterprises: number; readonly socialOrganizations: number };
    readonly enterpriseCoverage: { readonly covered: Ratio; readonly work: Ratio };
    readonly socialCoverage: { readonly covered: Ratio; readonly work: Ratio };
  };
  readonly villageIndicators: readonly { key: string; mean: string | null; ratio: Ratio | null; verdict: string }[];
  readonly matterFigures: Readonly<Record<'reported' | 'accepted' | 'closed', number>> &
    Readonly<Record<'loop' | 'onTime' | 'rework', Ratio>>;
  readonly gridTeams: { readonly complete: Ratio; readonly withFullTimeWorker: Ratio };
  readonly organizationCounts: readonly { kind: string; count: number }[];
  readonly memberStructure: { readonly total: number; readonly cells: readonly { key: string; count: number }[] };
  readonly settingIssues: Counted;
  readonly termsDue: Counted;
  readonly supervisionSamples: Counted;
  readonly firstSecretaryCoverage: { readonly ratio: Ratio };
  readonly villagesWithoutFirstSecretary: Counted;
  readonly villagesWithoutOnePersonTwoPosts: Counted;
  readonly villagesWithoutAdmissions: Counted;
  readonly shouldBeBuilt: Counted;
}

const { townCode, committee, year, from, to } = questions.get('Q34')!.variables as Record<string, string>;
const town = townCode ?? '';
const share = ({ numerator, denominator }: Ratio): number[] => [numerator, denominator];
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

describe('Q34 one town on one page', () => {
  let page: Page;
  beforeAll(async () => {
    page = await asked.answerTo<Page>('Q34', 'county-org');
  });

  it('VIL-03 income of its villages in the closed year, their mean, and how many stand where', async () => {
    const rows = await asked.sql<{ total: number; operating: number; surplus: number }>(
      'villages',
      `SELECT a.closed_total AS total, a.closed_operating AS operating, a.closed_operating_surplus AS surplus
       FROM village v JOIN annual_income a USING (area_code)
       WHERE v.area_code LIKE $1 || '%' AND a.year = $2 AND a.closed_on IS NOT NULL AND v.valid_from <= make_date($2, 12, 31)
         AND (v.merged_on IS NULL OR v.merged_on > make_date($2, 12, 31))`,
      town,
      Number(year),
    );
    expect(rows.length).toBeGreaterThan(10);
    const totals = rows.map(({ total }) => total);
    expect(page.area.incomeSummary).toMatchObject({
      villages: rows.length,
      closedVillages: rows.length,
      closedTotal: yuanOf(sum(totals)),
      closedOperating: yuanOf(sum(rows.map(({ operating }) => operating))),
      closedOperatingSurplus: yuanOf(sum(rows.map(({ surplus }) => surplus))),
    });
    const of = (key: string) => page.villageIndicators.find((each) => each.key === key);
    expect(of('vil.income.mean')?.mean).toBe(yuanOf(Math.round(sum(totals) / rows.length)));
    const counted = {
      'vil.income.floor': totals.filter((total) => total < 10_000_000).length,
      'vil.shell': rows.filter(({ surplus }) => surplus <= 0).length,
      'vil.operating.share': rows.filter(({ operating }) => operating >= 5_000_000).length,
      'vil.star': totals.filter((total) => total >= 100_000_000).length,
    };
    for (const [key, count] of Object.entries(counted))
      expect([key, share(of(key)!.ratio!)]).toEqual([key, [count, rows.length]]);
  });

  it('ENT-07 ENT-05 coverage of its enterprises and social organisations, and what should be built', async () => {
    // Instructors whose time is over leave on the first day: what was counted before may be more.
    page = await asked.answerTo<Page>('Q34', 'county-org');
    const counted = await coverageCounter(asked);
    for (const [told, registrar] of [
      [page.area.enterpriseCoverage, 'MR'],
      [page.area.socialCoverage, 'CA'],
    ] as const) {
      const { covered, work } = counted(town, registrar);
      expect([registrar, share(told.covered), share(told.work)]).toEqual([registrar, covered, work]);
    }
    const [members, organizations] = [await membersAt(asked), await organizationsAt(asked)];
    const missing = (await entities(asked)).filter(
      ({ id, area_code, operating }) =>
        area_code.startsWith(town) &&
        operating === 'OPEN' &&
        (members.get(id)?.[0] ?? 0) >= 3 &&
        !organizations.has(id),
    );
    expect(page.shouldBeBuilt.totalCount).toBe(missing.length);
  });

  it('GRD-09 GRD-05 matters of the year with their loop, and teams of its grids', async () => {
    const [matters] = await asked.sql<Record<'reported' | 'accepted' | 'looped' | 'closed', number>>(
      'grids',
      `SELECT count(*) FILTER (WHERE reported AND state NOT IN ('VOID', 'MERGED')) AS reported,
         count(*) FILTER (WHERE accepted AND state NOT IN ('VOID', 'MERGED', 'SUSPENDED')) AS accepted,
         count(*) FILTER (WHERE accepted AND state = 'CLOSED') AS looped,
         count(*) FILTER (WHERE closed AND state = 'CLOSED') AS closed
       FROM (SELECT state, (reported_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $2 AND $3 AS reported,
               (accepted_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $2 AND $3 AS accepted,
               (closed_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $2 AND $3 AS closed
             FROM matter WHERE area_code LIKE $1 || '%') m`,
      town,
      from,
      to,
    );
    expect(matters?.accepted).toBeGreaterThan(100);
    const { reported, accepted, closed, loop } = page.matterFigures;
    expect({ reported, accepted, closed, looped: loop }).toMatchObject({
      ...{ reported: matters?.reported, accepted: matters?.accepted, closed: matters?.closed },
      looped: { numerator: matters?.looped, denominator: matters?.accepted },
    });
    const [grids] = await asked.sql<{ all: number; served: number }>(
      'grids',
      `SELECT count(*) AS all, count(*) FILTER (WHERE EXISTS (SELECT FROM grid_staff s
         WHERE s.grid_id = g.id AND s.kind = 'FULL_TIME' AND (s.to_on IS NULL OR s.to_on > $2))) AS served
       FROM grid g WHERE g.area_code LIKE $1 || '%' AND g.status = 'ACTIVE'
         AND g.level = (SELECT max(level) FROM grid WHERE area_code LIKE $1 || '%')`,
      town,
      asked.platform.today,
    );
    expect(share(page.gridTeams.withFullTimeWorker)).toEqual([grids?.served, grids?.all]);
  });

  it('MEM-01 ORG-04 ORG-11 its members, organisations, open setting issues and overdue terms', async () => {
    const ids = await asked.subtree(committee ?? '', asked.platform.today);
    const statuses = await asked.sql<{ key: string; count: number }>(
      'members',
      `SELECT status AS key, count(*) AS count FROM member WHERE org_id = ANY($1) AND status IN ('FULL', 'PROBATIONARY') GROUP BY 1 ORDER BY 1`,
      ids,
    );
    expect(page.memberStructure.total).toBe(sum(statuses.map(({ count }) => count)));
    expect([...page.memberStructure.cells].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(statuses);
    const [counted] = await asked.sql<{ organizations: number; issues: number; overdue: number }>(
      'organizations',
      `SELECT (SELECT count(*) FROM party_organization WHERE id = ANY($1) AND status <> 'DISSOLVED') AS organizations,
         (SELECT count(*) FROM setting_issue WHERE org_id = ANY($1) AND closed_on IS NULL) AS issues,
         (SELECT count(*) FROM term t JOIN leading_body b ON b.id = t.body_id
          WHERE b.area_code LIKE $2 || '%' AND b.closed_on IS NULL AND t.ended_on IS NULL
            AND (t.due_on + make_interval(months => t.extension_months))::date < $3::date) AS overdue`,
      ids,
      town,
      asked.platform.today,
    );
    expect({
      organizations: sum(page.organizationCounts.map(({ count }) => count)),
      issues: page.settingIssues.totalCount,
      overdue: page.termsDue.totalCount,
    }).toEqual(counted);
  });

  it('VIL-19 ORG-13 MEM-14 villages without a first secretary, one person in both posts, or admissions; supervision', async () => {
    const required = await asked.sql<{ area_code: string; has: boolean }>(
      'villages',
      `SELECT v.area_code, EXISTS (SELECT FROM stationed_assignment s WHERE s.area_code = v.area_code
         AND s.role = 'FIRST_SECRETARY' AND s.state IN ('ON_POST', 'ON_LEAVE')) AS has
       FROM village v WHERE v.area_code LIKE $1 || '%' AND v.merged_on IS NULL
         AND (v.weak OR EXISTS (SELECT FROM stationed_requirement r WHERE r.area_code = v.area_code AND r.valid_to IS NULL))`,
      town,
    );
    const served = required.filter(({ has }) => has).length;
    expect(required.length).toBeGreaterThan(served);
    expect(share(page.firstSecretaryCoverage.ratio)).toEqual([served, required.length]);
    expect(page.villagesWithoutFirstSecretary.totalCount).toBe(required.length - served);
    const inTown = (codes: readonly string[]) => codes.filter((code) => code.startsWith(town)).length;
    expect(page.villagesWithoutOnePersonTwoPosts.totalCount).toBe(
      inTown((await postsApart(asked)).map(({ code }) => code)),
    );
    expect(page.villagesWithoutAdmissions.totalCount).toBe(inTown([...(await withoutAdmissions(asked)).keys()]));
    const [samples] = await asked.sql<{ open: number }>(
      'villages',
      `SELECT count(*) AS open FROM village WHERE area_code LIKE $1 || '%' AND weak AND merged_on IS NULL`,
      town,
    );
    expect(page.supervisionSamples.totalCount).toBe(samples?.open);
  });

  it('the town sees the same page; another town and a department, to whom only parts belong, get none of it', async () => {
    expect(await asked.answerTo<Page>('Q34', 'town-office')).toEqual(await asked.answerTo<Page>('Q34', 'county-org'));
    for (const account of ['street-office', 'county-agriculture', 'county-market']) {
      const { data, errors } = await asked.replyTo('Q34', account);
      expect([account, leaves(data)]).toEqual([account, []]);
      expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(
        expect.arrayContaining([account === 'street-office' ? 'NOT_FOUND' : 'NOT_ALLOWED']),
      );
    }
    const own = { townCode: '410823001', committee: standsAt('street-office') };
    expect((await asked.answerTo<Page>('Q34', 'street-office', own)).area.name).toBe('木城街道');
  });
});
