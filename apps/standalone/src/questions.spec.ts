import { addMonths, type CivilDate } from '@jishi/periods';
import { demoAccounts } from '../../../tools/city/demo-accounts';
import {
  askTheCounty,
  budgets,
  countyArea,
  leaves,
  questions,
  standsAt,
  type Asked,
  type Nodes,
  type Row,
} from '../fixtures/questions';

jest.setTimeout(120_000);

let asked: Asked;
let platform: Asked['platform'];

beforeAll(async () => {
  asked = await askTheCounty();
  platform = asked.platform;
}, 400_000);
afterAll(() => platform?.close());

const replyTo: Asked['replyTo'] = (...question) => asked.replyTo(...question);
const answerTo = <T>(name: string, account: string, variables?: object) => asked.answerTo<T>(name, account, variables);
const organizations = <R extends object>(sql: string, ...values: unknown[]) =>
  asked.sql<R>('organizations', sql, ...values);
const members = <R extends object>(sql: string, ...values: unknown[]) => asked.sql<R>('members', sql, ...values);

describe('the answers are what independent SQL finds in the two databases', () => {
  it('Q02 ORG-04 every branch over the ceiling, with secretary, classes, superior and progress', async () => {
    const { organizations: answer } = await answerTo<{
      organizations: Nodes<{
        code: string;
        superior: { code: string };
        secretary: { person: { name: string } } | null;
        memberCount: { total: number; full: number; probationary: number };
        membersByClass: { memberClass: string; count: number }[];
        settingIssues: { kind: string; measured: number; ceiling: number }[];
        changes: { kind: string; state: string }[];
      }>;
    }>('Q02', 'city-org');
    const counted = await members<{ org_id: string; total: number; full: number; classes: Record<string, number> }>(
      `SELECT org_id, sum(n)::int AS total, sum(n) FILTER (WHERE status = 'FULL')::int AS full,
         (SELECT jsonb_object_agg(member_class, m) FROM (SELECT member_class, count(*) AS m FROM member c
            WHERE c.org_id = each.org_id AND c.status IN ('FULL', 'PROBATIONARY') GROUP BY 1) by_class) AS classes
       FROM (SELECT org_id, status, count(*) AS n FROM member WHERE status IN ('FULL', 'PROBATIONARY') GROUP BY 1, 2) each
       GROUP BY org_id HAVING sum(n) > 50`,
    );
    const named = await asked.secretaries();
    const known = await organizations<{ id: string; code: string; superior: string; changes: string[] }>(
      `SELECT o.id, o.code, s.code AS superior,
         ARRAY(SELECT c.kind || ' ' || c.state FROM organization_change c
               WHERE o.id = ANY(c.org_ids) AND c.state NOT IN ('EFFECTIVE', 'REJECTED') ORDER BY 1) AS changes
       FROM party_organization o JOIN party_organization s ON s.id = o.superior_id
       WHERE o.area_code LIKE $1 || '%' AND o.id = ANY($2) ORDER BY o.code`,
      countyArea,
      counted.map(({ org_id }) => org_id),
    );
    const expected = known.map(({ id, code, superior, changes }) => {
      const { total, full, classes } = counted.find(({ org_id }) => org_id === id)!;
      return {
        code,
        superior,
        secretary: named.get(id) ?? null,
        count: [total, full, total - full],
        classes,
        issue: ['OVERSIZE', total, 50],
        changes,
      };
    });
    expect(expected.length).toBeGreaterThan(2);
    expect(
      answer.nodes.map((node) => ({
        code: node.code,
        superior: node.superior.code,
        secretary: node.secretary?.person.name ?? null,
        count: [node.memberCount.total, node.memberCount.full, node.memberCount.probationary],
        classes: Object.fromEntries(node.membersByClass.map(({ memberClass, count }) => [memberClass, count])),
        issue: node.settingIssues.flatMap(({ kind, measured, ceiling }) => [kind, measured, ceiling]),
        changes: node.changes.map(({ kind, state }) => `${kind} ${state}`).sort(),
      })),
    ).toEqual(expected);
    expect(answer.totalCount).toBe(expected.length);
  });

  it('terms-due ORG-11 every body whose term ends within the months or is over', async () => {
    for (const withinMonths of [0, 6]) {
      const { termsDue } = await answerTo<{
        termsDue: Nodes<{
          id: string;
          endsOn: string;
          daysLate: number;
          state: string;
          body: {
            organization: { code: string; superior: { code: string }; secretary: { person: { name: string } } | null };
          };
        }>;
      }>('terms-due', 'city-org', { withinMonths, first: 100 });
      const named = await asked.secretaries();
      const last = withinMonths === 0 ? platform.today : addMonths(platform.today as CivilDate, withinMonths);
      const expected = await organizations<{
        id: string;
        org_id: string;
        ends: string;
        late: number;
        code: string;
        superior: string;
      }>(
        `SELECT t.id, b.org_id, to_char(t.due_on + make_interval(months => t.extension_months), 'YYYY-MM-DD') AS ends,
           greatest(0, $2::date - (t.due_on + make_interval(months => t.extension_months))::date) AS late, o.code, s.code AS superior
         FROM term t JOIN leading_body b ON b.id = t.body_id JOIN party_organization o ON o.id = b.org_id
         LEFT JOIN party_organization s ON s.id = o.superior_id
         WHERE b.area_code LIKE $1 || '%' AND b.closed_on IS NULL
           AND NOT EXISTS (SELECT FROM term later WHERE later.body_id = t.body_id AND later.no > t.no) AND t.ended_on IS NULL
           AND CASE WHEN $4 THEN (t.due_on + make_interval(months => t.extension_months))::date < $3::date
                    ELSE (t.due_on + make_interval(months => t.extension_months))::date <= $3::date END
         ORDER BY 3, 1`,
        countyArea,
        platform.today,
        last,
        withinMonths === 0,
      );
      expect(expected.length).toBeGreaterThan(2);
      expect(termsDue.totalCount).toBe(expected.length);
      expect(
        termsDue.nodes.map(({ id, endsOn, daysLate, state, body: { organization } }) => [
          id,
          endsOn,
          daysLate,
          state === 'OVERDUE',
          organization.code,
          organization.superior?.code ?? null,
          organization.secretary?.person.name ?? null,
        ]),
      ).toEqual(
        expected
          .slice(0, 100)
          .map(({ id, org_id, ends, late, code, superior }) => [
            id,
            ends,
            late,
            late > 0,
            code,
            superior,
            named.get(org_id) ?? null,
          ]),
      );
    }
  });

  it.each(['today', '2024-12-31'])('member-structure MEM-01 MEM-02 every axis, as of %s', async (wanted) => {
    const day = wanted === 'today' ? platform.today : wanted;
    const { memberStructure } = await answerTo<{
      memberStructure: { total: number; asOf: string; cells: { axis: string; key: string; count: number }[] };
    }>('member-structure', 'city-org', { asOf: wanted === 'today' ? undefined : wanted });
    const under = String(questions.get('member-structure')?.variables.under);
    const expected = await members<{ axis: string; counts: number[]; total: number }>(
      `WITH present AS (
         SELECT p.gender, p.education, h.member_class, h.status, p.birth_date, m.joined_on,
           extract(year FROM age($2::date, p.birth_date))::int AS years
         FROM member_history h JOIN member m ON m.id = h.member_id JOIN person p ON p.id = m.person_id
         WHERE h.org_id = ANY($1) AND h.valid_from <= $2 AND (h.valid_to IS NULL OR h.valid_to > $2)
           AND h.status IN ('FULL', 'PROBATIONARY')),
       grouped AS (
         SELECT 'GENDER' AS axis, gender::text AS key, count(*) AS n FROM present GROUP BY 2
         UNION ALL SELECT 'EDUCATION', education, count(*) FROM present GROUP BY 2
         UNION ALL SELECT 'CLASS', member_class, count(*) FROM present GROUP BY 2
         UNION ALL SELECT 'STATUS', status, count(*) FROM present GROUP BY 2
         UNION ALL SELECT 'AGE', CASE WHEN years <= 30 THEN 'a' WHEN years <= 35 THEN 'b' WHEN years <= 40 THEN 'c'
           WHEN years <= 45 THEN 'd' WHEN years <= 50 THEN 'e' WHEN years <= 55 THEN 'f' WHEN years <= 60 THEN 'g' ELSE 'h' END,
           count(*) FROM present GROUP BY 2
         UNION ALL SELECT 'JOINED_PERIOD', CASE WHEN joined_on < '1949-10-01' THEN 'a' WHEN joined_on < '1978-12-18' THEN 'b'
           WHEN joined_on < '2012-11-08' THEN 'c' ELSE 'd' END, count(*) FROM present GROUP BY 2)
       SELECT axis, array_agg(n::int ORDER BY n DESC, key) AS counts, sum(n)::int AS total FROM grouped GROUP BY axis ORDER BY axis`,
      await asked.subtree(under, day),
      day,
    );
    expect(expected).toHaveLength(6);
    expect(memberStructure.asOf).toBe(day);
    for (const { axis, counts, total } of expected) {
      expect([axis, memberStructure.total]).toEqual([axis, total]);
      const told = memberStructure.cells.filter((cell) => cell.axis === axis).map(({ count }) => count);
      expect([axis, ...told.sort((a, b) => b - a)]).toEqual([axis, ...counts]);
    }
    const named = new Map(memberStructure.cells.map(({ axis, key, count }) => [`${axis} ${key}`, count]));
    const [plain] = await members<Row>(
      `SELECT count(*) FILTER (WHERE p.gender::text = '2') AS women, count(*) FILTER (WHERE p.education = '20') AS bachelors,
         count(*) FILTER (WHERE h.member_class = 'RURAL') AS rural,
         count(*) FILTER (WHERE p.birth_date > $2::date - interval '31 years') AS young
       FROM member_history h JOIN member m ON m.id = h.member_id JOIN person p ON p.id = m.person_id
       WHERE h.org_id = ANY($1) AND h.valid_from <= $2 AND (h.valid_to IS NULL OR h.valid_to > $2)
         AND h.status IN ('FULL', 'PROBATIONARY')`,
      await asked.subtree(under, day),
      day,
    );
    expect([
      named.get('GENDER FEMALE'),
      named.get('EDUCATION BACHELOR'),
      named.get('CLASS RURAL'),
      named.get('AGE UP_TO_30'),
    ]).toEqual([plain?.women, plain?.bachelors, plain?.rural, plain?.young]);
  });

  it('Q35 MEM-01 MEM-03 ORG-12 one member on one page', async () => {
    const memberId = String(questions.get('Q35')?.variables.memberId);
    const { member } = await answerTo<{
      member: Row & {
        person: Row & {
          posts: { kind: string; from: string; to: string | null; body: { organization: { code: string } } }[];
        };
        organization: { code: string; ancestors: { code: string }[] };
        branchHistory: { from: string; to: string | null; status: string; organization: { code: string } | null }[];
        transfers: {
          state: string;
          letterNo: string | null;
          from: { code: string } | null;
          to: { code: string } | null;
        }[];
      };
    }>('Q35', 'city-org');
    const [row] = await members<Row & { person_id: string; org_id: string }>(
      `SELECT m.person_id, m.org_id, m.status, m.member_class, m.joined_on, m.confirmed_on, p.name, p.birth_date,
         left(p.citizen_id, 6) || '********' || right(p.citizen_id, 4) AS masked
       FROM member m JOIN person p ON p.id = m.person_id WHERE m.id = $1`,
      memberId,
    );
    expect([member.status, member.memberClass, member.joinedOn, member.confirmedOn]).toEqual([
      row?.status,
      row?.member_class,
      row?.joined_on,
      row?.confirmed_on,
    ]);
    expect([member.person.name, member.person.birthDate, member.person.citizenIdMasked]).toEqual([
      row?.name,
      row?.birth_date,
      row?.masked,
    ]);
    const above = await organizations<{ code: string }>(
      `WITH RECURSIVE up AS (SELECT id, code, superior_id, 0 AS far FROM party_organization WHERE id = $1
         UNION ALL SELECT o.id, o.code, o.superior_id, far + 1 FROM up JOIN party_organization o ON o.id = up.superior_id)
       SELECT code FROM up ORDER BY far DESC`,
      row?.org_id,
    );
    expect([...member.organization.ancestors.map(({ code }) => code), member.organization.code]).toEqual(
      above.map(({ code }) => code),
    );
    const codes = new Map(
      (await organizations<{ id: string; code: string }>('SELECT id, code FROM party_organization')).map(
        ({ id, code }) => [id, code],
      ),
    );
    const history = await members<Row & { org_id: string }>(
      'SELECT org_id, valid_from, valid_to, status FROM member_history WHERE member_id = $1 ORDER BY valid_from DESC',
      memberId,
    );
    expect(
      member.branchHistory.map(({ from, to, status, organization }) => [organization?.code, from, to, status]),
    ).toEqual(
      history.map(({ org_id, valid_from, valid_to, status }) => [codes.get(org_id), valid_from, valid_to, status]),
    );
    const transfers = await members<Row & { from_org_id: string; to_org_id: string }>(
      'SELECT state, letter_no, from_org_id, to_org_id FROM transfer WHERE member_id = $1 ORDER BY id DESC',
      memberId,
    );
    const plain = (rows: unknown[][]): string[] => rows.map((each) => JSON.stringify(each)).sort();
    expect(
      plain(
        member.transfers.map(({ state, letterNo, from, to }) => [
          state,
          letterNo,
          from?.code ?? null,
          to?.code ?? null,
        ]),
      ),
    ).toEqual(
      plain(
        transfers.map(({ state, letter_no, from_org_id, to_org_id }) => [
          state,
          letter_no,
          codes.get(from_org_id) ?? null,
          codes.get(to_org_id) ?? null,
        ]),
      ),
    );
    const posts = await organizations<Row>(
      `SELECT p.kind, p.from_on, p.to_on, o.code FROM post p JOIN leading_body b ON b.id = p.body_id
       JOIN party_organization o ON o.id = b.org_id WHERE p.person_id = $1`,
      row?.person_id,
    );
    expect(
      plain(member.person.posts.map(({ kind, from, to, body }) => [kind, from, to, body.organization.code])),
    ).toEqual(plain(posts.map(({ kind, from_on, to_on, code }) => [kind, from_on, to_on, code])));
    expect(history.length + transfers.length + posts.length).toBeGreaterThan(2);
  });
});

describe('who asks decides what is answered', () => {
  it.each(['city-org', 'county-org'])(
    '%s gets every committed question answered, with something in it and no error',
    async (account) => {
      for (const name of questions.keys()) {
        const { data, errors, extensions } = await replyTo(name, account);
        expect([name, errors, extensions]).toEqual([name, undefined, undefined]);
        expect(leaves(data).length).toBeGreaterThan(10);
      }
    },
  );

  it('nobody and the auditor see nothing: no id, no figure, no name', async () => {
    for (const account of ['nobody', 'auditor'])
      for (const name of questions.keys()) {
        const { data, errors } = await replyTo(name, account);
        expect([account, name, leaves(data)]).toEqual([account, name, []]);
        expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(expect.arrayContaining(['NOT_ALLOWED']));
      }
  });

  it('the office of a town gets its own part of a list, and no member and no structure from elsewhere', async () => {
    const own = new Set(await asked.subtree(standsAt('town-office'), platform.today));
    const due = await answerTo<{ termsDue: Nodes<{ body: { organization: { id: string } } }> }>(
      'terms-due',
      'town-office',
    );
    expect(due.termsDue.nodes.length).toBeGreaterThan(0);
    expect(due.termsDue.nodes.filter(({ body }) => !own.has(body.organization.id))).toEqual([]);
    const oversize = await answerTo<{ organizations: Nodes<{ id: string }> }>('Q02', 'town-office');
    expect(oversize.organizations.nodes.filter(({ id }) => !own.has(id))).toEqual([]);
    const structure = await replyTo('member-structure', 'town-office');
    expect([leaves(structure.data), structure.errors?.[0]?.extensions?.code]).toEqual([[], 'NOT_FOUND']);
    const [elsewhere] = await members<{ id: string }>(
      'SELECT id FROM member WHERE NOT (org_id = ANY($1)) ORDER BY id LIMIT 1',
      [...own],
    );
    expect((await replyTo('Q35', 'town-office', { memberId: elsewhere?.id })).data).toEqual({ member: null });
  });

  it.each(demoAccounts('county').map(({ account, grants }) => [account, grants] as const))(
    '%s sees exactly the rows of its own subtree or area in every list that is for it',
    async (account, grants) => {
      const own = new Set<string>();
      for (const { organizationId, role } of grants)
        if (organizationId && role !== 'AUD')
          for (const id of await asked.subtree(organizationId, platform.today)) own.add(id);
      // Setting issues and changes belong to who leads the organisations, and not to an area.
      const led = [...own];
      for (const { area, role } of grants)
        if (area && role !== 'AUD')
          for (const { id } of await organizations<{ id: string }>(
            `SELECT id FROM party_organization WHERE area_code LIKE $1 || '%'`,
            area,
          ))
            own.add(id);
      const ids = [...own];
      // A department reads the register and no member; who works in a grid or looks after firms reads the organisations alone.
      const narrow = grants.some(({ role }) => role === 'GW' || role === 'IN');
      const mayRead = (list: string): boolean =>
        own.size > 0 &&
        (narrow
          ? list === 'organizations'
          : grants.some(({ organizationId }) => organizationId) || !['members', 'transfers'].includes(list));
      const expected: Record<string, Promise<{ id: string }[]>> = {
        organizations: organizations('SELECT id FROM party_organization WHERE id = ANY($1)', ids),
        settingIssues: organizations('SELECT id FROM setting_issue WHERE org_id = ANY($1)', led),
        leadingBodies: organizations('SELECT id FROM leading_body WHERE closed_on IS NULL AND org_id = ANY($1)', ids),
        posts: organizations(
          `SELECT p.id FROM post p JOIN leading_body b ON b.id = p.body_id
           WHERE b.org_id = ANY($1) AND p.from_on <= $2 AND (p.to_on IS NULL OR p.to_on > $2)`,
          ids,
          platform.today,
        ),
        organizationChanges: organizations(
          'SELECT id FROM organization_change WHERE org_id = ANY($1) OR org_ids && $1::uuid[] OR target_superior_id = ANY($1)',
          led,
        ),
        members: members('SELECT id FROM member WHERE org_id = ANY($1)', ids),
        transfers: members('SELECT id FROM transfer WHERE from_org_id = ANY($1) OR to_org_id = ANY($1)', ids),
      };
      const filters: Record<string, string> = {
        organizations: 'filter: { statuses: [PREPARING, ACTIVE, CLOSING, DISSOLVED] }',
        members: 'filter: { statuses: [PROBATIONARY, FULL, SUSPENDED, LEFT, MOVED_OUT, DECEASED] }',
      };
      for (const [field, rows] of Object.entries(expected)) {
        const seen: string[] = [];
        for (let after: string | null = null; ;) {
          const { data, errors }: { data?: Row | null; errors?: readonly unknown[] } = await platform.reply(
            account,
            `query ($after: String) { ${field}(${filters[field] ?? ''} first: 100, after: $after) {
              edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
            { after },
          );
          const page = data?.[field] as
            { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } | undefined;
          if (errors || !page) {
            expect([field, mayRead(field), JSON.stringify(errors)]).toEqual([
              field,
              false,
              expect.stringContaining('NOT_ALLOWED'),
            ]);
            break;
          }
          seen.push(...page.edges.map(({ node }) => node.id));
          if (!page.pageInfo.hasNextPage) break;
          after = page.pageInfo.endCursor;
        }
        const wanted = mayRead(field) ? (await rows).map(({ id }) => id) : [];
        expect([field, seen.sort()]).toEqual([field, wanted.sort()]);
      }
    },
  );
});

describe('what a question costs', () => {
  it.each([...questions.keys()])('%s sends the SQL statements of its budget', async (name) => {
    expect({ [name]: await asked.statementsOf(name) }).toEqual({ [name]: budgets[name]?.sqlStatements });
  });

  it('Q35 sends no statement more for the member with the most to tell', async () => {
    const [busiest] = await members<{ member_id: string }>(
      `SELECT h.member_id FROM member_history h JOIN transfer t ON t.member_id = h.member_id
       GROUP BY h.member_id ORDER BY count(*) DESC, h.member_id LIMIT 1`,
    );
    expect(await asked.statementsOf('Q35', { memberId: busiest?.member_id })).toBeLessThanOrEqual(
      budgets['Q35']?.sqlStatements ?? 0,
    );
  });

  it.each(['Q02', 'terms-due'])('%s sends no statement more for a full page than for one row', async (name) => {
    expect(await asked.statementsOf(name, { first: 100 })).toBe(await asked.statementsOf(name, { first: 1 }));
  });
});
