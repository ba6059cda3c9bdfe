import { addMonths, type CivilDate } from '@jishi/periods';
import { yuanOf } from '@jishi/money';
import {
  askTheCounty,
  budgets,
  countyArea,
  leaves,
  type Asked,
  type Held,
  type Named,
  type Nodes,
} from '../fixtures/questions';

jest.setTimeout(120_000);

let asked: Asked;
beforeAll(async () => {
  asked = await askTheCounty();
});
afterAll(() => asked?.platform.close());

const nameOf = (post: Held | null): string | null => post?.person?.name ?? null;

interface Income {
  readonly year: number;
  readonly state: string;
  readonly total: string;
  readonly closed: { readonly total: string; readonly operating: string } | null;
}

/** The newest closed year of each living village: fen. */
const closedYears = (): Promise<
  { area_code: string; year: number; total: number; operating: number; surplus: number }[]
> =>
  asked.sql(
    'villages',
    `SELECT DISTINCT ON (v.area_code) v.area_code, a.year, a.closed_total AS total, a.closed_operating AS operating,
       a.closed_operating_surplus AS surplus
     FROM village v JOIN annual_income a ON a.area_code = v.area_code AND a.closed_on IS NOT NULL
     WHERE v.merged_on IS NULL ORDER BY v.area_code, a.year DESC`,
  );

/** The organisation of each village and the highest of several: by the villages of the tree, going down from the top. */
async function organizationsOfVillages(): Promise<Map<string, { id: string; code: string }>> {
  const rows = await asked.sql<{ host_id: string; id: string; code: string }>(
    'organizations',
    `SELECT host_id, id, code FROM party_organization
     WHERE host_kind = 'VILLAGE' AND status IN ('ACTIVE', 'CLOSING') AND kind <> 'GROUP' ORDER BY depth DESC, code DESC`,
  );
  return new Map(rows.map(({ host_id, id, code }) => [host_id, { id, code }]));
}

async function namesOfAreas(): Promise<Map<string, string>> {
  const rows = await asked.sql<{ code: string; name: string }>('organizations', 'SELECT code, name FROM area');
  return new Map(rows.map(({ code, name }) => [code, name]));
}

/** First secretaries at their posts by village. */
async function firstSecretaries(): Promise<Map<string, string | null>> {
  const rows = await asked.sql<{ area_code: string; person_id: string }>(
    'villages',
    `SELECT area_code, person_id FROM stationed_assignment
     WHERE role = 'FIRST_SECRETARY' AND state IN ('ON_POST', 'ON_LEAVE')`,
  );
  const names = await asked.namesOf(rows.map(({ person_id }) => person_id));
  return new Map(rows.map(({ area_code, person_id }) => [area_code, names.get(person_id) ?? null]));
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
    const organizations = await organizationsOfVillages();
    const secretaries = await asked.secretaries();
    const names = await namesOfAreas();
    const first = await firstSecretaries();
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
    const expected = (await closedYears())
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
    const withoutSender = ({ firstSecretary, ...village }: Answer['villages']['nodes'][number]) => village;
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
    const organizations = await organizationsOfVillages();
    const secretaries = await asked.secretaries();
    const first = await firstSecretaries();
    const incomes = new Map((await closedYears()).map((row) => [row.area_code, row]));
    const expected: [string, ...unknown[]][] = [];
    for (const [areaCode, { id, code }] of organizations) {
      if (!areaCode.startsWith(countyArea)) continue;
      const [counted] = await asked.sql<{ last: CivilDate | null; joined: boolean }>(
        'members',
        `SELECT max(m.joined_on) AS last FROM member m
         JOIN member_history h ON h.member_id = m.id AND h.valid_from <= m.joined_on AND (h.valid_to IS NULL OR h.valid_to > m.joined_on)
         JOIN known_organization o ON o.id = h.org_id
         WHERE o.area_code = $1 AND o.host_kind = 'VILLAGE'`,
        areaCode,
      );
      const [begun] = await asked.sql<{ since: CivilDate }>(
        'organizations',
        `SELECT min(established_on) AS since FROM party_organization WHERE host_kind = 'VILLAGE' AND area_code = $1`,
        areaCode,
      );
      const from = counted?.last ?? begun?.since;
      if (!from || addMonths(from, 36) > asked.platform.today) continue;
      const [roster] = await asked.sql<{ total: number }>(
        'members',
        `SELECT count(*) AS total FROM member WHERE org_id = $1 AND status IN ('FULL', 'PROBATIONARY')`,
        id,
      );
      expected.push([
        areaCode,
        counted?.last ?? null,
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
    const organizations = await organizationsOfVillages();
    const holders = await asked.sql<{ kind: string; place: string; person_id: string }>(
      'organizations',
      `SELECT p.kind, coalesce(b.host_id, b.org_id::text) AS place, p.person_id FROM post p JOIN leading_body b ON b.id = p.body_id
       WHERE b.closed_on IS NULL AND p.from_on <= $1 AND (p.to_on IS NULL OR p.to_on > $1)
         AND (p.kind = 'SECRETARY' AND b.host_kind IS NULL OR p.kind = 'DIRECTOR' AND b.host_kind = 'VILLAGE')`,
      asked.platform.today,
    );
    const names = await asked.namesOf(holders.map(({ person_id }) => person_id));
    const holder = (kind: string, place: string) =>
      holders.find((row) => row.kind === kind && row.place === place)?.person_id ?? null;
    const terms = await asked.sql<{ host_id: string; ends_on: string }>(
      'organizations',
      `SELECT b.host_id, t.ends_on FROM term t JOIN leading_body b ON b.id = t.body_id
       WHERE b.host_kind = 'VILLAGE' AND b.closed_on IS NULL AND t.ended_on IS NULL`,
    );
    const incomes = new Map((await closedYears()).map((row) => [row.area_code, yuanOf(row.total)]));
    const villages = await asked.sql<{ code: string }>(
      'organizations',
      `SELECT code FROM area WHERE kind = 'VILLAGE' AND valid_to IS NULL AND code LIKE $1 || '%' ORDER BY code`,
      countyArea,
    );
    const expected = villages.flatMap(({ code }) => {
      const organization = organizations.get(code);
      const [secretary, director] = [holder('SECRETARY', organization?.id ?? ''), holder('DIRECTOR', code)];
      if (secretary !== null && secretary === director) return [];
      return [
        [
          ...[code, organization?.code ?? null, names.get(secretary ?? '') ?? null, names.get(director ?? '') ?? null],
          ...[terms.find(({ host_id }) => host_id === code)?.ends_on ?? null, incomes.get(code) ?? null],
        ],
      ];
    });
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

  it.each(['Q03', 'Q13'])('%s takes no statement more for a full page than for ten villages', async (name) => {
    expect(await asked.statementsOf(name, { first: 100 })).toBe(await asked.statementsOf(name, { first: 10 }));
  });
});
