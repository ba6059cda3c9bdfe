import { yuanOf } from '@jishi/money';
import {
  closedYears,
  firstSecretaries,
  namesOfAreas,
  organizationsOfVillages,
  postsApart,
  withoutAdmissions,
} from '../fixtures/question-facts';
import { askTheCounty, budgets, leaves, type Asked, type Held, type Named, type Nodes } from '../fixtures/questions';

jest.setTimeout(120_000);

let asked: Asked;
beforeAll(async () => {
  asked = await askTheCounty();
}, 400_000);
afterAll(() => asked?.platform.close());

const nameOf = (post: Held | null): string | null => post?.person?.name ?? null;

interface Income {
  readonly year: number;
  readonly state: string;
  readonly total: string;
  readonly closed: { readonly total: string; readonly operating: string } | null;
}

describe('Q01 VIL-03', () => {
  interface Answer {
    readonly villages: Nodes<{
      areaCode: string;
      area: Named;
      class: string;
      annualIncomes: (Income & { closed: { operatingSurplus: string } | null })[];
      classifications: { year: number; class: string; measure: string; value: string; threshold: string }[];
      partyOrganization: { code: string; secretary: Held | null } | null;
      firstSecretary: Held | null;
      cooperatives: { name: string; ledBy: { id: string } | null }[];
      supervisionSample: { reason: string; year: number } | null;
    }>;
  }

  it('every village that closed its last year below 50,000, with whoever is responsible for it', async () => {
    const { villages } = await asked.answerTo<Answer>('Q01', 'county-org');
    const organizations = await organizationsOfVillages(asked);
    const secretaries = await asked.secretaries();
    const names = await namesOfAreas(asked);
    const first = await firstSecretaries(asked);
    const judged = await asked.sql<{ area_code: string; class: string; measure: string; value: number }>(
      'villages',
      `SELECT DISTINCT ON (area_code) area_code, class, measure, value FROM village_class ORDER BY area_code, year DESC, id DESC`,
    );
    const cooperatives = await asked.sql<{ area_code: string; name: string; led_by_org_id: string | null }>(
      'villages',
      `SELECT area_code, name, led_by_org_id FROM cooperative WHERE state <> 'DISSOLVED' ORDER BY name`,
    );
    const samples = await asked.sql<{ area_code: string; year: number }>(
      'organizations',
      'SELECT area_code, year FROM supervision_sample WHERE closed_on IS NULL',
    );
    const expected = (await closedYears(asked))
      .filter(({ total }) => total < 5_000_000)
      .map(({ area_code, year, total, operating, surplus }) => ({
        village: [area_code, names.get(area_code)],
        income: [year, yuanOf(total), yuanOf(operating), yuanOf(surplus)],
        judged: judged
          .filter((row) => row.area_code === area_code)
          .map((row) => [row.class, row.class, row.measure, yuanOf(row.value)]),
        organization: organizations.get(area_code)?.code ?? null,
        secretary: secretaries.get(organizations.get(area_code)?.id ?? '') ?? null,
        firstSecretary: first.get(area_code) ?? null,
        cooperatives: cooperatives
          .filter((row) => row.area_code === area_code)
          .map((row) => [row.name, row.led_by_org_id]),
        sample: samples.filter((row) => row.area_code === area_code).map((row) => row.year),
      }));
    expect(expected.length).toBeGreaterThan(5);
    expect(
      villages.nodes.map((village) => {
        const closed = village.annualIncomes.find((income) => income.closed);
        return {
          village: [village.areaCode, village.area.name],
          income: [closed?.year, closed?.closed?.total, closed?.closed?.operating, closed?.closed?.operatingSurplus],
          judged: village.classifications.slice(0, 1).map((row) => [village.class, row.class, row.measure, row.value]),
          organization: village.partyOrganization?.code ?? null,
          secretary: nameOf(village.partyOrganization?.secretary ?? null),
          firstSecretary: nameOf(village.firstSecretary),
          cooperatives: village.cooperatives
            .map(({ name, ledBy }) => [name, ledBy?.id ?? null])
            .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
          sample: village.supervisionSample ? [village.supervisionSample.year] : [],
        };
      }),
    ).toEqual(expected);
    expect(villages.totalCount).toBe(expected.length);
    for (const part of ['cooperatives', 'firstSecretary', 'supervisionSample'] as const)
      expect([part, leaves(villages.nodes.map((village) => village[part])).length > 0]).toEqual([part, true]);
  });

  it('a page of 100 villages takes twelve statements and no more than one village takes', async () => {
    const all = { belowTotal: '99999999.00', first: 100 };
    const { villages } = await asked.answerTo<Answer>('Q01', 'city-org', all);
    expect(villages.nodes.length).toBeGreaterThan(90);
    expect(await asked.statementsOf('Q01', all)).toBe(budgets.Q01?.sqlStatements);
    expect(budgets.Q01?.sqlStatements).toBeLessThanOrEqual(12);
  });

  it('a town sees its own villages, agriculture sees villages of the county and no name, and says why', async () => {
    const all = await asked.answerTo<Answer>('Q01', 'county-org');
    const town = await asked.answerTo<Answer>('Q01', 'town-office');
    // A first secretary belongs to the branch of his unit, whose members the town does not see.
    const withoutSender = (village: Answer['villages']['nodes'][number]) => ({ ...village, firstSecretary: undefined });
    expect(town.villages.nodes.map(withoutSender)).toEqual(
      all.villages.nodes.filter(({ areaCode }) => areaCode.startsWith('410823102')).map(withoutSender),
    );
    const { data, errors, extensions } = await asked.replyTo('Q01', 'county-agriculture');
    expect(errors).toBeUndefined();
    const { villages } = data as unknown as Answer;
    expect(villages.nodes.map(({ areaCode }) => areaCode)).toEqual(all.villages.nodes.map(({ areaCode }) => areaCode));
    expect(villages.nodes.map((village) => nameOf(village.firstSecretary))).toEqual(villages.nodes.map(() => null));
    expect(JSON.stringify(extensions?.hidden)).toContain('supervision:read');
  });
});

describe('Q03 MEM-14', () => {
  interface Answer {
    readonly villagesWithoutAdmissions: Nodes<{
      lastJoinedOn: string | null;
      years: number;
      level: string | null;
      village: {
        areaCode: string;
        area: Named;
        annualIncomes: Income[];
        partyOrganization: { code: string; memberCount: { total: number } | null } | null;
        secretaryPost: Held | null;
        firstSecretary: Held | null;
      };
    }>;
  }

  it('every village whose branches have admitted nobody for three years, the longest first', async () => {
    const answer = await asked.answerTo<Answer>('Q03', 'county-org', { first: 100 });
    const organizations = await organizationsOfVillages(asked);
    const secretaries = await asked.secretaries();
    const first = await firstSecretaries(asked);
    const incomes = new Map((await closedYears(asked)).map((row) => [row.area_code, row]));
    const expected: [string, ...unknown[]][] = [];
    for (const [areaCode, lastJoinedOn] of await withoutAdmissions(asked)) {
      const { id, code } = organizations.get(areaCode)!;
      const [roster] = await asked.sql<{ total: number }>(
        'members',
        `SELECT count(*) AS total FROM member WHERE org_id = $1 AND status IN ('FULL', 'PROBATIONARY')`,
        id,
      );
      expected.push([
        areaCode,
        lastJoinedOn,
        code,
        roster?.total,
        secretaries.get(id) ?? null,
        first.get(areaCode) ?? null,
        incomes.has(areaCode) ? yuanOf(incomes.get(areaCode)!.total) : null,
      ]);
    }
    expect(expected.length).toBeGreaterThan(5);
    const { nodes, totalCount } = answer.villagesWithoutAdmissions;
    expect(totalCount).toBe(expected.length);
    const told = nodes.map(({ lastJoinedOn, village }): [string, ...unknown[]] => [
      village.areaCode,
      lastJoinedOn,
      village.partyOrganization?.code,
      village.partyOrganization?.memberCount?.total,
      nameOf(village.secretaryPost),
      nameOf(village.firstSecretary),
      village.annualIncomes.find(({ closed }) => closed)?.closed?.total ?? null,
    ]);
    const byCode = (rows: [string, ...unknown[]][]) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(byCode(told)).toEqual(byCode(expected));
    expect(nodes.map(({ years }) => years)).toEqual(nodes.map(({ years }) => years).sort((a, b) => b - a));
    expect(nodes.filter(({ years, level }) => years < 3 || level !== 'RED')).toEqual([]);
  });

  it('a town sees its own villages; agriculture may not count members and learns nothing', async () => {
    const all = await asked.answerTo<Answer>('Q03', 'county-org');
    const town = await asked.answerTo<Answer>('Q03', 'town-office');
    const within = all.villagesWithoutAdmissions.nodes.filter(({ village }) =>
      village.areaCode.startsWith('410823102'),
    );
    expect(within.length).toBeGreaterThan(0);
    const facts = (nodes: Answer['villagesWithoutAdmissions']['nodes']) =>
      nodes.map(({ lastJoinedOn, village }) => [village.areaCode, lastJoinedOn, nameOf(village.secretaryPost)]);
    expect(facts(town.villagesWithoutAdmissions.nodes)).toEqual(facts(within));
    const { data, errors } = await asked.replyTo('Q03', 'county-agriculture');
    expect([leaves(data), errors?.[0]?.extensions?.code]).toEqual([[], 'NOT_ALLOWED']);
  });
});

describe('Q13 ORG-13', () => {
  interface Answer {
    readonly villagesWithoutOnePersonTwoPosts: Nodes<{
      area: { code: string; name: string };
      partyOrganization: { code: string } | null;
      secretaryPost: Held | null;
      directorPost: Held | null;
      termEndsOn: string | null;
      village: { class: string | null; annualIncomes: Income[] } | null;
    }>;
  }

  it('every village where two persons hold the posts, with both, the end of the term and the income', async () => {
    const { villagesWithoutOnePersonTwoPosts: answer } = await asked.answerTo<Answer>('Q13', 'county-org');
    const organizations = await organizationsOfVillages(asked);
    const apart = await postsApart(asked);
    const names = await asked.namesOf(apart.flatMap(({ secretary, director }) => [secretary, director]));
    const incomes = new Map((await closedYears(asked)).map((row) => [row.area_code, yuanOf(row.total)]));
    const expected = apart.map(({ code, secretary, director, termEndsOn }) => [
      ...[code, organizations.get(code)?.code ?? null, names.get(secretary ?? '') ?? null],
      ...[names.get(director ?? '') ?? null, termEndsOn, incomes.get(code) ?? null],
    ]);
    expect(expected.length).toBeGreaterThan(3);
    expect(
      answer.nodes.map(({ area, partyOrganization, secretaryPost, directorPost, termEndsOn, village }) => [
        ...[area.code, partyOrganization?.code ?? null, nameOf(secretaryPost), nameOf(directorPost), termEndsOn],
        village?.annualIncomes.find(({ closed }) => closed)?.closed?.total ?? null,
      ]),
    ).toEqual(expected);
    expect(answer.totalCount).toBe(expected.length);
  });

  it('a town sees its own villages; agriculture sees the posts and no name', async () => {
    const all = await asked.answerTo<Answer>('Q13', 'county-org');
    const town = await asked.answerTo<Answer>('Q13', 'town-office');
    expect(town.villagesWithoutOnePersonTwoPosts.nodes).toEqual(
      all.villagesWithoutOnePersonTwoPosts.nodes.filter(({ area }) => area.code.startsWith('410823102')),
    );
    const { data, errors } = await asked.replyTo('Q13', 'county-agriculture');
    expect(errors).toBeUndefined();
    const { nodes } = (data as unknown as Answer).villagesWithoutOnePersonTwoPosts;
    expect(nodes.map(({ area }) => area.code)).toEqual(
      all.villagesWithoutOnePersonTwoPosts.nodes.map(({ area }) => area.code),
    );
    expect(nodes.flatMap(({ secretaryPost, directorPost }) => [nameOf(secretaryPost), nameOf(directorPost)])).toEqual(
      nodes.flatMap(() => [null, null]),
    );
  });

  it.each(['Q03', 'Q13'])('%s takes no statement more than its budget for a full page', async (name) => {
    expect(await asked.statementsOf(name, { first: 100 })).toBeLessThanOrEqual(budgets[name]?.sqlStatements ?? 0);
  });
});
