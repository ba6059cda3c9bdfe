import { coverageCounter, entities, lookedAfter, membersAt, organizationsAt } from '../fixtures/question-facts';
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
}, 400_000);
afterAll(() => asked?.platform.close());

interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}
const share = ({ numerator, denominator }: Ratio): number[] => [numerator, denominator];
const plain = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

describe('Q10 ENT-05 ENT-06', () => {
  interface Answer {
    readonly shouldBeBuilt: Nodes<{
      fullMembers: number;
      entity: {
        id: string;
        name: string;
        area: Named;
        grid: { code: string } | null;
        instructor: Held | null;
        memberCount: { full: number; total: number } | null;
      };
      task: { state: string; blocker: string | null; overdue: boolean } | null;
    }>;
  }

  it('every entity with three full members and no organisation, with instructor, grid and what blocks the task', async () => {
    const { shouldBeBuilt } = await asked.answerTo<Answer>('Q10', 'county-org');
    const [members, organizations, instructors] = [
      await membersAt(asked),
      await organizationsAt(asked),
      await lookedAfter(asked),
    ];
    const tasks = await asked.sql<{ entity_id: string; state: string; blocker: string | null; due_on: string }>(
      'enterprises',
      `SELECT e.entity_id, t.state, t.blocker, t.due_on FROM set_up_task t JOIN set_up_task_entity e ON e.task_id = t.id WHERE e.is_open`,
    );
    const grids = await asked.sql<{ id: string; code: string }>('grids', 'SELECT id, code FROM grid');
    const names = await asked.namesOf([...instructors.values()].flat().map(({ person_id }) => person_id));
    const expected = (await entities(asked))
      .filter(({ id, operating }) => operating === 'OPEN' && (members.get(id)?.[0] ?? 0) >= 3 && !organizations.has(id))
      .map(({ id, name, grid_id }) => {
        const task = tasks.find(({ entity_id }) => entity_id === id);
        const instructor = instructors.get(id)?.find(({ kind }) => kind === 'INSTRUCTOR');
        return [
          ...[id, name, ...(members.get(id) ?? []), grids.find((grid) => grid.id === grid_id)?.code ?? null],
          ...[names.get(instructor?.person_id ?? '') ?? null],
          ...(task ? [task.state, task.blocker, task.due_on < asked.platform.today] : [null, null, null]),
        ];
      });
    expect(expected.length).toBeGreaterThan(5);
    expect(
      plain(
        shouldBeBuilt.nodes.map(({ entity, task }) => [
          ...[entity.id, entity.name, entity.memberCount?.full, entity.memberCount?.total, entity.grid?.code ?? null],
          ...[entity.instructor?.person?.name ?? null],
          ...(task ? [task.state, task.blocker, task.overdue] : [null, null, null]),
        ]),
      ),
    ).toEqual(plain(expected));
    expect(shouldBeBuilt.nodes.filter(({ fullMembers, entity }) => fullMembers !== entity.memberCount?.full)).toEqual(
      [],
    );
    expect(shouldBeBuilt.totalCount).toBe(expected.length);
    expect(shouldBeBuilt.nodes.flatMap(({ task }) => task?.blocker ?? [])).toContain('OWNER');
    expect(leaves(shouldBeBuilt.nodes.map(({ entity }) => entity.instructor)).length).toBeGreaterThan(0);
  });

  it('a town sees its own; market regulation sees firms without grid, member count and names, and is told why', async () => {
    const all = await asked.answerTo<Answer>('Q10', 'county-org');
    const places = new Map((await entities(asked)).map(({ id, area_code }) => [id, area_code]));
    const town = await asked.answerTo<Answer>('Q10', 'street-office');
    const own = all.shouldBeBuilt.nodes.filter(({ entity }) => places.get(entity.id)?.startsWith('410823001'));
    expect(own.length).toBeGreaterThan(0);
    expect(town.shouldBeBuilt.nodes.map(({ entity }) => entity.id)).toEqual(own.map(({ entity }) => entity.id));
    const { data, errors, extensions } = await asked.replyTo('Q10', 'county-market');
    expect(errors).toBeUndefined();
    const { nodes } = (data as unknown as Answer).shouldBeBuilt;
    expect(nodes.map(({ entity }) => entity.id)).toEqual(all.shouldBeBuilt.nodes.map(({ entity }) => entity.id));
    expect(nodes.filter(({ entity }) => entity.memberCount || entity.instructor?.person?.name)).toEqual([]);
    expect(extensions?.hidden).toContainEqual(expect.objectContaining({ permission: 'structure:read' }));
  });

  it('takes no statement more than its budget for a full page', async () => {
    expect(await asked.statementsOf('Q10', { first: 100 })).toBeLessThanOrEqual(budgets['Q10']?.sqlStatements ?? 0);
  });
});

describe('Q11 ENT-07 ENT-08 ENT-09', () => {
  interface Coverage {
    readonly covered: Ratio;
    readonly qualified: Ratio;
    readonly work: Ratio;
    readonly judgements: { key: string; value: number; figure: Ratio; verdict: string }[];
  }
  interface Answer {
    readonly areas: Nodes<{
      code: string;
      name: string;
      entityCounts: { enterprises: number; socialOrganizations: number } | null;
      enterpriseCoverage: Coverage | null;
      socialCoverage: Coverage | null;
    }>;
  }

  it('each town with its coverage, counted from members, organisations and instructors', async () => {
    const { areas } = await asked.answerTo<Answer>('Q11', 'county-org');
    const counted = await coverageCounter(asked);
    const towns = await asked.sql<{ code: string; name: string }>(
      'organizations',
      `SELECT code, name FROM area WHERE parent_code = $1 AND valid_to IS NULL ORDER BY code`,
      countyArea,
    );
    const figures = (coverage: Coverage | null) =>
      coverage && {
        covered: share(coverage.covered),
        qualified: share(coverage.qualified),
        work: share(coverage.work),
      };
    expect(towns.length).toBeGreaterThan(5);
    expect(
      areas.nodes.map(({ code, name, enterpriseCoverage, socialCoverage }) => ({
        ...{ code, name, enterprises: figures(enterpriseCoverage), societies: figures(socialCoverage) },
      })),
    ).toEqual(
      towns.map(({ code, name }) => ({ code, name, enterprises: counted(code, 'MR'), societies: counted(code, 'CA') })),
    );
    const targets = await asked.sql<{ key: string; value: number }>(
      'organizations',
      `SELECT key, value::float FROM indicator_target WHERE key = 'ent.coverage.enterprise' AND area_code = $1 AND valid_to IS NULL`,
      countyArea,
    );
    expect(targets).toHaveLength(1);
    for (const { enterpriseCoverage } of areas.nodes) {
      const judged = enterpriseCoverage?.judgements.find(({ key }) => key === 'ent.coverage.enterprise');
      const [covered = 0, open = 0] = share(enterpriseCoverage!.covered);
      expect([judged?.value, judged?.verdict]).toEqual([
        targets[0]?.value,
        open === 0 ? 'NOT_JUDGED' : covered * 100 >= targets[0]!.value * open ? 'REACHED' : 'NOT_REACHED',
      ]);
    }
  });

  it('the street sees its own figures, market regulation all of them, housing no coverage and is told why', async () => {
    const all = await asked.answerTo<Answer>('Q11', 'county-org');
    const market = await asked.answerTo<Answer>('Q11', 'county-market');
    expect(market.areas.nodes.map(({ enterpriseCoverage }) => enterpriseCoverage?.covered)).toEqual(
      all.areas.nodes.map(({ enterpriseCoverage }) => enterpriseCoverage?.covered),
    );
    const street = (await asked.replyTo('Q11', 'street-office')).data as unknown as Answer;
    const told = street.areas.nodes.filter(({ enterpriseCoverage }) => enterpriseCoverage !== null);
    expect(told.map(({ code }) => code)).toEqual(['410823001']);
    const housing = await asked.replyTo('Q11', 'county-housing');
    const { areas } = housing.data as unknown as Answer;
    expect(areas.nodes.map(({ enterpriseCoverage }) => enterpriseCoverage)).toEqual(areas.nodes.map(() => null));
    expect(JSON.stringify(housing.extensions?.hidden)).toContain('coverage:read');
  });

  it('takes no statement more than its budget for all towns', async () => {
    expect(await asked.statementsOf('Q11', { first: 100 })).toBeLessThanOrEqual(budgets['Q11']?.sqlStatements ?? 0);
  });
});

describe('Q36 ENT-02', () => {
  interface Answer {
    readonly entity: {
      id: string;
      name: string;
      fullMembers: number;
      memberCount: { full: number; total: number } | null;
      eightClears: { items: { item: string; clear: boolean }[]; completeness: Ratio } | null;
      coveredBy: { organization: { code: string; secretary: Held | null } | null }[];
      instructor: Held | null;
      setUpTasks: { state: string; blocker: string | null }[];
      grid: { code: string; quarters: Named[] } | null;
    } | null;
  }

  it('one firm with its eight clears, members, organisations, grid and property', async () => {
    const { entity } = await asked.answerTo<Answer>('Q36', 'county-org');
    const [members, organizations] = [await membersAt(asked), await organizationsAt(asked)];
    const secretaries = await asked.secretaries();
    const row = (await entities(asked)).find(({ id }) => id === entity?.id);
    expect([entity?.name, entity?.fullMembers]).toEqual([row?.name, members.get(row!.id)?.[0]]);
    expect([entity?.memberCount?.full, entity?.memberCount?.total]).toEqual(members.get(row!.id));
    expect(
      plain(
        entity?.coveredBy.map(({ organization }) => [
          organization?.code,
          organization?.secretary?.person?.name ?? null,
        ]) ?? [],
      ),
    ).toEqual(plain(organizations.get(row!.id)!.map(({ id, code }) => [code, secretaries.get(id) ?? null])));
    const clear = new Map(entity?.eightClears?.items.map((each) => [each.item, each.clear]));
    expect(clear.size).toBe(8);
    expect([clear.get('SET_UP'), clear.get('MEMBERS')]).toEqual([true, true]);
    expect(entity?.eightClears?.completeness).toMatchObject({
      numerator: [...clear.values()].filter(Boolean).length,
      denominator: 8,
    });
    const [grid] = await asked.sql<{ code: string; quarters: string[] }>(
      'grids',
      `SELECT g.code, ARRAY(SELECT q.name FROM quarter q WHERE q.grid_id = g.id ORDER BY q.name) AS quarters FROM grid g WHERE g.id = $1`,
      row?.grid_id,
    );
    expect([entity?.grid?.code, entity?.grid?.quarters.map(({ name }) => name).sort()]).toEqual([
      grid?.code,
      [...(grid?.quarters ?? [])].sort(),
    ]);
  });

  it('a firm without an organisation shows its instructor and its task, asked by its credit code', async () => {
    const [waiting] = await asked.sql<{ uscc: string; person_id: string | null }>(
      'enterprises',
      `SELECT e.uscc, i.person_id FROM set_up_task t JOIN entity e ON e.id = t.lead_entity_id
       LEFT JOIN instructor_assignment i ON i.entity_id = e.id AND i.state = 'ACTIVE'
       WHERE t.state = 'WAITING' AND e.area_code LIKE $1 || '%'`,
      countyArea,
    );
    const { entity } = await asked.answerTo<Answer>('Q36', 'county-org', { id: null, uscc: waiting?.uscc });
    const names = await asked.namesOf([waiting?.person_id ?? null]);
    expect([entity?.coveredBy, entity?.instructor?.person?.name]).toEqual([[], names.get(waiting?.person_id ?? '')]);
    expect(entity?.setUpTasks).toMatchObject([{ state: 'WAITING', blocker: 'OWNER' }]);
  });

  it('its street sees it, another town does not; market regulation sees no member count and no name', async () => {
    const { entity } = await asked.answerTo<Answer>('Q36', 'street-office');
    expect(entity?.memberCount).not.toBeUndefined();
    expect((await asked.replyTo('Q36', 'town-office')).data).toEqual({ entity: null });
    const market = await asked.replyTo('Q36', 'county-market');
    expect(market.errors).toBeUndefined();
    const seen = (market.data as unknown as Answer).entity;
    expect([seen?.id, seen?.memberCount]).toEqual([entity?.id, null]);
    expect(seen?.coveredBy.map(({ organization }) => organization?.secretary?.person?.name ?? null)).toEqual(
      seen?.coveredBy.map(() => null),
    );
    expect(JSON.stringify(market.extensions?.hidden)).toContain('structure:read');
  });
});
