import { GRID_CASES } from '../../../tools/city/grid-cases';
import {
  askTheCounty,
  budgets,
  leaves,
  type Asked,
  type Held,
  type Named,
  type Nodes,
  type Row,
} from '../fixtures/questions';

jest.setTimeout(120_000);

let asked: Asked;
beforeAll(async () => {
  asked = await askTheCounty();
}, 400_000);
afterAll(() => asked?.platform.close());

const plain = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

describe('Q06 GRD-26', () => {
  interface Answer {
    readonly propertyProviders: Nodes<{
      uscc: string;
      state: string;
      registration: string;
      entity: {
        id: string;
        name: string;
        employees: number;
        partyOrganizations: { code: string }[] | null;
        instructor: Held | null;
        memberCount: { full: number; total: number } | null;
      } | null;
      evaluations: { year: number; total: number; rank: number }[];
      quarterCount: number;
      quarters: (Named & { households: number })[];
    }>;
  }

  it('every property company with its registration, organisation or instructor, score, quarters and members', async () => {
    const { propertyProviders } = await asked.answerTo<Answer>('Q06', 'county-org');
    const providers = await asked.sql<Row & { id: string; uscc: string; state: string }>(
      'grids',
      `SELECT id, uscc, state FROM property_provider WHERE area_code LIKE '410823%' AND state NOT IN ('EXITED', 'BARRED') ORDER BY uscc`,
    );
    const scores = await asked.sql<{ provider_id: string; year: number; total: number; rank: number }>(
      'grids',
      `SELECT provider_id, year, total::float, rank() OVER (PARTITION BY year, area_code ORDER BY total DESC)::int AS rank FROM property_evaluation`,
    );
    const served = await asked.sql<{ provider_id: string; name: string; households: number }>(
      'grids',
      `SELECT m.provider_id, q.name, q.households FROM quarter_mode m JOIN quarter q ON q.id = m.quarter_id
       WHERE m.valid_from <= $1 AND (m.valid_to IS NULL OR m.valid_to > $1) AND m.provider_id IS NOT NULL`,
      asked.platform.today,
    );
    const firms = await asked.sql<{
      id: string;
      uscc: string;
      name: string;
      employees: number;
      person_id: string | null;
    }>(
      'enterprises',
      `SELECT e.id, e.uscc, e.name, e.employees, i.person_id FROM entity e
       LEFT JOIN instructor_assignment i ON i.entity_id = e.id AND i.state = 'ACTIVE' AND i.kind = 'INSTRUCTOR'
       WHERE e.uscc = ANY($1) AND e.closed_on IS NULL`,
      providers.map(({ uscc }) => uscc),
    );
    const names = await asked.namesOf(firms.map(({ person_id }) => person_id));
    const staff = await asked.sql<{ id: string; full: number; total: number }>(
      'members',
      `SELECT p.work_host_id AS id, count(*) FILTER (WHERE m.status = 'FULL') AS full, count(*) AS total
       FROM member m JOIN person p ON p.id = m.person_id WHERE m.status IN ('FULL', 'PROBATIONARY') AND p.work_host_kind = 'ENTERPRISE'
       GROUP BY 1`,
    );
    const hosted = await asked.sql<{ host_id: string; code: string }>(
      'organizations',
      `SELECT h.host_id, o.code FROM organization_host h JOIN party_organization o ON o.id = h.org_id
       WHERE h.host_kind = 'ENTERPRISE' AND h.valid_to IS NULL AND o.status IN ('ACTIVE', 'CLOSING') ORDER BY o.depth, o.code`,
    );
    const expected = providers.map(({ id, uscc, state }) => {
      const firm = firms.find((each) => each.uscc === uscc);
      const working = staff.find((each) => each.id === firm?.id);
      const own = served.filter(({ provider_id }) => provider_id === id);
      return {
        company: [uscc, state, 'OPEN', firm?.name, firm?.employees],
        work: [
          hosted.filter(({ host_id }) => host_id === firm?.id).map(({ code }) => code),
          names.get(firm?.person_id ?? '') ?? null,
        ],
        members: [working?.full ?? 0, working?.total ?? 0],
        scores: scores
          .filter(({ provider_id }) => provider_id === id)
          .map(({ year, total, rank }) => [year, total, rank]),
        quarters: plain(own.map(({ name, households }) => [name, households])),
      };
    });
    expect(expected.length).toBeGreaterThan(3);
    const told = propertyProviders.nodes.map(({ uscc, state, registration, entity, evaluations, quarters }) => ({
      company: [uscc, state, registration, entity?.name, entity?.employees],
      work: [entity?.partyOrganizations?.map(({ code }) => code) ?? [], entity?.instructor?.person?.name ?? null],
      members: [entity?.memberCount?.full, entity?.memberCount?.total],
      scores: evaluations.map(({ year, total, rank }) => [year, total, rank]),
      quarters: plain(quarters.map(({ name, households }) => [name, households])),
    }));
    expect([...told].sort((a, b) => (String(a.company[0]) < String(b.company[0]) ? -1 : 1))).toEqual(expected);
    expect(propertyProviders.totalCount).toBe(expected.length);
    expect(expected.some(({ quarters }) => quarters.length > 1)).toBe(true);
  });

  it('housing sees registration and score but no instructor and no member, and is told why; market regulation sees nothing', async () => {
    const { data, errors, extensions } = await asked.replyTo('Q06', 'county-housing');
    expect(errors).toBeUndefined();
    const { nodes } = (data as unknown as Answer).propertyProviders;
    expect(nodes.length).toBeGreaterThan(3);
    expect(nodes.filter(({ entity }) => !entity?.name || entity.instructor || entity.memberCount)).toEqual([]);
    expect(JSON.stringify(extensions?.hidden)).toContain('instructors:read');
    const market = await asked.replyTo('Q06', 'county-market');
    expect([leaves(market.data), market.errors?.[0]?.extensions?.code]).toEqual([[], 'NOT_ALLOWED']);
  });

  it('takes no statement more than its budget for all companies', async () => {
    expect(await asked.statementsOf('Q06', { first: 100 })).toBeLessThanOrEqual(budgets['Q06']?.sqlStatements ?? 0);
  });
});

describe('Q20 GRD-05 GRD-09', () => {
  interface Answer {
    readonly grid: {
      id: string;
      code: string;
      name: string;
      area: Named;
      households: number;
      team: { kind: string; role: { code: string } | null; person: Named | null }[];
      vacancies: { code: string }[];
      quarters: (Named & { propertyMode: string; provider: { uscc: string; entity: Named | null } | null })[];
      entities: Nodes<Named & { employees: number }> | null;
      openMatters: { count: number; nodes: { no: string; state: string; summary: string }[] };
    } | null;
  }
  const finished = ['CLOSED', 'REJECTED', 'VOID', 'MERGED'];

  it('one grid with its whole team, quarters, firms and open matters', async () => {
    const { grid } = await asked.answerTo<Answer>('Q20', 'county-org');
    const [row] = await asked.sql<{ id: string; name: string; households: number; area_code: string }>(
      'grids',
      'SELECT id, name, households, area_code FROM grid WHERE code = $1',
      GRID_CASES.grid,
    );
    expect([grid?.id, grid?.name, grid?.households]).toEqual([row?.id, row?.name, row?.households]);
    const staff = await asked.sql<{ kind: string; role_code: string | null; person_id: string }>(
      'grids',
      'SELECT kind, role_code, person_id FROM grid_staff WHERE grid_id = $1 AND (to_on IS NULL OR to_on > $2)',
      row?.id,
      asked.platform.today,
    );
    const names = await asked.namesOf(staff.map(({ person_id }) => person_id));
    expect(staff.length).toBeGreaterThan(5);
    expect(plain(grid?.team.map(({ kind, role, person }) => [kind, role?.code ?? null, person?.name]) ?? [])).toEqual(
      plain(staff.map(({ kind, role_code, person_id }) => [kind, role_code, names.get(person_id)])),
    );
    expect(grid?.vacancies).toEqual([]);
    const quarters = await asked.sql<{ name: string; mode: string; uscc: string | null }>(
      'grids',
      `SELECT q.name, m.mode, p.uscc FROM quarter q JOIN quarter_mode m ON m.quarter_id = q.id AND m.valid_to IS NULL
       LEFT JOIN property_provider p ON p.id = m.provider_id WHERE q.grid_id = $1`,
      row?.id,
    );
    expect(quarters.length).toBeGreaterThan(0);
    expect(
      plain(
        grid?.quarters.map(({ name, propertyMode, provider }) => [name, propertyMode, provider?.uscc ?? null]) ?? [],
      ),
    ).toEqual(plain(quarters.map(({ name, mode, uscc }) => [name, mode, uscc])));
    const firms = await asked.sql<{ name: string; employees: number }>(
      'enterprises',
      `SELECT name, employees FROM entity WHERE grid_id = $1 AND operating <> 'CLOSED'`,
      row?.id,
    );
    expect(plain(grid?.entities?.nodes.map(({ name, employees }) => [name, employees]) ?? [])).toEqual(
      plain(firms.map(({ name, employees }) => [name, employees])),
    );
    const open = await asked.sql<{ no: string; state: string; summary: string }>(
      'grids',
      'SELECT no, state, summary FROM matter WHERE grid_id = $1 AND NOT (state = ANY($2))',
      row?.id,
      finished,
    );
    expect(open.length).toBeGreaterThan(0);
    expect(grid?.openMatters.count).toBe(open.length);
    expect(plain(grid?.openMatters.nodes.map(({ no, state, summary }) => [no, state, summary]) ?? [])).toEqual(
      plain(open.map(({ no, state, summary }) => [no, state, summary])),
    );
  });

  it('the street and the grid worker see their grid, another town does not; the worker sees no firms and is told why', async () => {
    const street = await asked.answerTo<Answer>('Q20', 'street-office');
    expect([street.grid?.code, street.grid?.entities?.totalCount]).toEqual([GRID_CASES.grid, expect.any(Number)]);
    expect((await asked.replyTo('Q20', 'town-office')).data).toEqual({ grid: null });
    const worker = await asked.replyTo('Q20', 'grid-worker');
    expect(worker.errors).toBeUndefined();
    const { grid } = worker.data as unknown as Answer;
    expect([grid?.code, grid?.entities]).toEqual([GRID_CASES.grid, null]);
    expect(grid?.openMatters.count).toBe(street.grid?.openMatters.count);
    expect(grid?.team.filter(({ person }) => person?.name)).toEqual([]);
    expect(JSON.stringify(worker.extensions?.hidden)).toContain('entities:read');
  });

  it('takes no statement more for the grid with the most to tell', async () => {
    const [busiest] = await asked.sql<{ code: string }>(
      'grids',
      `SELECT g.code FROM grid g JOIN matter m ON m.grid_id = g.id JOIN grid_staff s ON s.grid_id = g.id
       WHERE NOT (m.state = ANY($1)) GROUP BY g.code ORDER BY count(*) DESC LIMIT 1`,
      finished,
    );
    expect(await asked.statementsOf('Q20', { gridCode: busiest?.code })).toBeLessThanOrEqual(
      budgets.Q20?.sqlStatements ?? 0,
    );
  });
});
