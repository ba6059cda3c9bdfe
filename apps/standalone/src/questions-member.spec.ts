import { askTheCounty, budgets, type Asked } from '../fixtures/questions';

jest.setTimeout(120_000);

let asked: Asked;
beforeAll(async () => {
  asked = await askTheCounty();
}, 400_000);
afterAll(() => asked?.platform.close());

interface Page {
  readonly member: {
    readonly person: {
      readonly stationedAssignments: { role: string; state: string; postedOn: string; area: { code: string } }[] | null;
      readonly gridRoles: { kind: string; role: { label: string } | null; grid: { code: string } }[] | null;
      readonly instructorAssignments: { state: string; until: string; entity: { name: string } | null }[] | null;
    };
  } | null;
}

const plain = (rows: readonly unknown[] | null | undefined): string[] =>
  (rows ?? []).map((row) => JSON.stringify(row)).sort();

/** The member that somebody is. */
async function memberOf(personId: string | undefined): Promise<string> {
  const [row] = await asked.sql<{ id: string }>('members', 'SELECT id FROM member WHERE person_id = $1', personId);
  return row?.id ?? '';
}
const busiest = async (service: 'villages' | 'grids' | 'enterprises', table: string): Promise<string | undefined> =>
  (
    await asked.sql<{ person_id: string }>(
      service,
      `SELECT person_id FROM ${table} GROUP BY person_id ORDER BY count(*) DESC, person_id LIMIT 1`,
    )
  )[0]?.person_id;

describe('Q35 service in villages, grids and firms on the page of a member', () => {
  it('VIL-19 the villages in which he was stationed', async () => {
    const person = await busiest('villages', 'stationed_assignment');
    const { member } = await asked.answerTo<Page>('Q35', 'county-org', { memberId: await memberOf(person) });
    const rows = await asked.sql<Record<string, string>>(
      'villages',
      'SELECT role, state, posted_on, area_code FROM stationed_assignment WHERE person_id = $1',
      person,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(
      plain(member?.person.stationedAssignments?.map((each) => [each.role, each.state, each.postedOn, each.area.code])),
    ).toEqual(plain(rows.map(({ role, state, posted_on, area_code }) => [role, state, posted_on, area_code])));
  });

  it('GRD-05 the roles that he has in grids', async () => {
    const person = await busiest('grids', 'grid_staff');
    const { member } = await asked.answerTo<Page>('Q35', 'county-org', { memberId: await memberOf(person) });
    const rows = await asked.sql<{ kind: string; code: string; role_code: string | null }>(
      'grids',
      'SELECT s.kind, g.code, s.role_code FROM grid_staff s JOIN grid g ON g.id = s.grid_id WHERE s.person_id = $1',
      person,
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(plain(member?.person.gridRoles?.map(({ kind, grid, role }) => [kind, grid.code, role !== null]))).toEqual(
      plain(rows.map(({ kind, code, role_code }) => [kind, code, role_code !== null])),
    );
  });

  it('ENT-09 the firms that he looks after, within the scope of whoever asks and the budget', async () => {
    const person = await busiest('enterprises', 'instructor_assignment');
    const memberId = await memberOf(person);
    const { member } = await asked.answerTo<Page>('Q35', 'county-org', { memberId });
    const rows = await asked.sql<{ state: string; until: string; name: string }>(
      'enterprises',
      `SELECT a.state, a.until, e.name FROM instructor_assignment a JOIN entity e ON e.id = a.entity_id WHERE a.person_id = $1`,
      person,
    );
    expect(rows.length).toBeGreaterThan(3);
    expect(
      plain(member?.person.instructorAssignments?.map(({ state, until, entity }) => [state, until, entity?.name])),
    ).toEqual(plain(rows.map(({ state, until, name }) => [state, until, name])));
    expect(await asked.statementsOf('Q35', { memberId })).toBeLessThanOrEqual((budgets.Q35?.sqlStatements ?? 0) + 1);
    expect((await asked.replyTo('Q35', 'town-office', { memberId })).data).toEqual({ member: null });
  });
});
