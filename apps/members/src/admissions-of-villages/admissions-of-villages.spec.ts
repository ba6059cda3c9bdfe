import type { Actor } from '@jishi/access';
import { organizationDissolved, organizationReassigned, organizationRelocated } from '@jishi/event-contracts';
import { citizenIdFrom } from '@jishi/identifiers';
import type { CivilDate } from '@jishi/periods';
import { asActor, testService, type TestService } from '@jishi/testing';
import { actors, branches, established, freshBranch, freshMember, orgs, tell, told } from '../../seeds/branches';
import { members } from '../service';

const first = '410811001201'; // with branch A of the seed: Wang 2000, Li 2015, Zhao on 1 March 2025
const second = '410811001202';
const far = '410821100201';
const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const [secondBranch, farBranch] = [id(3001), id(3002)];

let service: TestService;
beforeEach(async () => {
  service = await testService(members, branches);
  await service.asSystem(async (tx) => {
    const at = (code: string) => ({ host: { kind: 'VILLAGE' as const, id: code } });
    await tell(
      tx,
      established(secondBranch, 'BRANCH', orgs.townA, second, { ...at(second), establishedOn: '2021-07-01' }),
    );
    await tell(tx, established(farBranch, 'BRANCH', orgs.otherTown, far, { ...at(far), establishedOn: '2010-07-01' }));
  });
});
afterEach(() => service.close());

interface Admission {
  readonly village: { readonly areaCode: string };
  readonly lastJoinedOn: string | null;
}
const lastOf = async (areaCodes: readonly string[], asOf?: string, actor: Actor = actors.cityOrg) =>
  (
    await service.data<{ _entities: { lastAdmission: Admission | null }[] }>(
      actor,
      `query ($villages: [_Any!]!, $asOf: Date) { _entities(representations: $villages) {
         ... on Village { lastAdmission(asOf: $asOf) { lastJoinedOn since years level asOf } } } }`,
      { villages: areaCodes.map((areaCode) => ({ __typename: 'Village', areaCode })), asOf },
    )
  )._entities.map(({ lastAdmission }) => lastAdmission);
const page = async (variables: object = {}, actor: Actor = actors.cityOrg) =>
  (
    await service.data<{
      villagesWithoutAdmissions: { totalCount: number; nodes: Admission[]; pageInfo: { endCursor: string } };
    }>(
      actor,
      `query ($filter: VillageAdmissionFilter, $asOf: Date, $first: Int, $after: String) {
         villagesWithoutAdmissions(filter: $filter, asOf: $asOf, first: $first, after: $after) {
           totalCount pageInfo { endCursor }
           nodes { village { areaCode } lastJoinedOn since years level citation { rule } asOf } } }`,
      variables as Record<string, unknown>,
    )
  ).villagesWithoutAdmissions;
const listed = async (variables: object = {}, actor?: Actor) =>
  (await page(variables, actor)).nodes.map(({ village }) => village.areaCode);

describe('MEM-14 the last admission of a village', () => {
  it('MEM-14 counts whoever joined in a branch of the village, and from its beginning where nobody did', async () => {
    expect(await lastOf([first, second, far, '410811001299'])).toEqual([
      { lastJoinedOn: '2025-03-01', since: '2015-07-01', years: 1, level: null, asOf: '2026-03-01' },
      { lastJoinedOn: null, since: '2021-07-01', years: 4, level: 'RED', asOf: '2026-03-01' },
      { lastJoinedOn: null, since: '2010-07-01', years: 15, level: 'RED', asOf: '2026-03-01' },
      null,
    ]);
  });

  it('MEM-14 reads any day as it was: an admission counts from its own day on', async () => {
    expect(await lastOf([first], '2025-02-28')).toMatchObject([{ lastJoinedOn: '2015-07-01', years: 9, level: 'RED' }]);
    expect(await lastOf([first], '2025-03-01')).toMatchObject([{ lastJoinedOn: '2025-03-01', years: 0, level: null }]);
    expect(await lastOf([first], '2027-03-01')).toMatchObject([{ years: 2, level: 'YELLOW' }]);
    expect(await lastOf([first], '2028-03-01')).toMatchObject([{ years: 3, level: 'RED' }]);
    expect(await lastOf([second], '2021-06-30')).toEqual([null]);
  });

  it('MEM-14 an admission below the village counts too, one by somebody who came later from elsewhere does not', async () => {
    const below = await freshBranch(service, secondBranch);
    await freshMember(service, below, { joinedOn: '2025-12-01', confirmedOn: null });
    expect(await lastOf([second])).toMatchObject([{ lastJoinedOn: '2025-12-01' }]);
    // Joined in 2024 somewhere, and belongs to the far village since today.
    const person = await service.data<{ registerPerson: { person: { id: string } } }>(
      actors.stranger,
      'mutation ($input: RegisterPersonInput!) { registerPerson(input: $input) { person { id } } }',
      {
        input: {
          orgId: orgs.branchZ,
          name: '钱进',
          citizenId: citizenIdFrom('410821', '1990-03-04', 401),
          education: 'COLLEGE',
          createdFor: 'MEMBER',
        },
      },
    );
    const input = { personId: person.registerPerson.person.id, orgId: farBranch, joinedOn: '2024-07-01' };
    await service.data(
      actors.cityOrg,
      'mutation ($input: RegisterMemberInput!) { registerMember(input: $input) { member { id } } }',
      { input },
    );
    expect(await lastOf([far])).toMatchObject([{ lastJoinedOn: null }]);
  });

  it('MEM-14 who was admitted and has left since was admitted all the same', async () => {
    const { id: memberId, version } = await freshMember(service, secondBranch, {
      joinedOn: '2025-06-01',
      confirmedOn: null,
    });
    await service.data(
      actors.cityOrg,
      'mutation ($input: RecordDepartureInput!) { recordDeparture(input: $input) { member { id } } }',
      { input: { id: memberId, version, departure: 'DECEASED', on: '2026-01-15' } },
    );
    expect(await lastOf([second])).toMatchObject([{ lastJoinedOn: '2025-06-01' }]);
  });

  it('MEM-14 what a branch admitted before it came under the village is not the village’s', async () => {
    await freshMember(service, orgs.branchC, { joinedOn: '2024-07-01', confirmedOn: '2025-07-01' });
    const moved = organizationReassigned({
      orgId: orgs.branchC,
      fromSuperiorId: orgs.generalBranch,
      toSuperiorId: secondBranch,
      effectiveOn: '2026-02-01',
    });
    await service.asSystem((tx) => tell(tx, told(moved.type, orgs.branchC, moved.data, '2026-02-01T01:00:00Z', 2)));
    expect(await lastOf([second])).toMatchObject([{ lastJoinedOn: null }]);
    await freshMember(service, orgs.branchC, { joinedOn: '2026-02-15', confirmedOn: null });
    expect(await lastOf([second])).toMatchObject([{ lastJoinedOn: '2026-02-15' }]);
  });

  it('P11 after a merger the successor has the admissions of its organisations, and of days before the old codes answer', async () => {
    await freshMember(service, secondBranch, { joinedOn: '2023-07-01', confirmedOn: '2024-07-01' });
    const before = await lastOf([first, second], '2026-01-31');
    const relocated = organizationRelocated({
      orgId: secondBranch,
      fromAreaCode: second,
      toAreaCode: first,
      host: { kind: 'VILLAGE', id: first },
      effectiveOn: '2026-02-01',
    });
    await service.asSystem((tx) =>
      tell(tx, told(relocated.type, secondBranch, relocated.data, '2026-02-01T01:00:00Z', 2)),
    );
    expect(await lastOf([first, second])).toMatchObject([{ lastJoinedOn: '2025-03-01' }, null]);
    expect(await lastOf([first, second], '2026-01-31')).toEqual(before);
  });

  it('MEM-14 a village without an organisation any more is no village of the list', async () => {
    const gone = organizationDissolved({
      orgId: farBranch,
      mergedIntoId: null,
      host: { kind: 'VILLAGE', id: far },
      dissolvedOn: '2026-02-01',
    });
    await service.asSystem((tx) => tell(tx, told(gone.type, farBranch, gone.data, '2026-02-01T01:00:00Z', 2)));
    expect(await listed()).toEqual([second]);
    expect(await listed({ asOf: '2026-01-31' })).toEqual([far, second]);
  });
});

describe('MEM-14 villages without admissions', () => {
  it('MEM-14 lists them by the rule, the longest first, with the level and its rule', async () => {
    expect(await page()).toMatchObject({
      totalCount: 2,
      nodes: [
        { village: { areaCode: far }, lastJoinedOn: null, years: 15, level: 'RED' },
        {
          village: { areaCode: second },
          years: 4,
          level: 'RED',
          citation: { rule: 'mem.village.no-admission.red' },
          asOf: '2026-03-01',
        },
      ],
    });
  });

  it('MEM-14 takes other years, another day, an area; and turns pages', async () => {
    expect(await listed({ filter: { years: 5 } })).toEqual([far]);
    expect(await listed({ filter: { years: 1 } })).toEqual([far, second, first]);
    expect(await listed({ asOf: '2024-06-30' })).toEqual([far, first]);
    expect(await listed({ asOf: '2024-07-01' })).toEqual([far, first, second]);
    expect(await listed({ filter: { areaCode: '410811' } })).toEqual([second]);
    expect(await listed({ filter: { areaCode: '410800' } })).toEqual([far, second]);
    const one = await page({ first: 1 });
    expect(await listed({ first: 1, after: one.pageInfo.endCursor })).toEqual([second]);
    expect(
      await service.verdict(actors.cityOrg, '{ villagesWithoutAdmissions(filter: { years: 0 }) { totalCount } }'),
    ).toBe('INVALID_INPUT');
  });

  it('MEM-14 each officer sees the villages of his own organisations or area', async () => {
    expect(await listed({}, actors.countyOrg)).toEqual([second]);
    expect(await listed({ filter: { years: 1 } }, actors.village)).toEqual([first]);
    expect(await listed({}, actors.stranger)).toEqual([]);
    const twoNew = asActor('two-new', { role: 'TN', area: '410821' });
    expect(await listed({}, twoNew)).toEqual([far]);
    expect(await lastOf([first, far], undefined, actors.townA)).toMatchObject([{ years: 1 }, null]);
    expect(await service.verdict(actors.nobody, '{ villagesWithoutAdmissions { totalCount } }')).toBe('NOT_ALLOWED');
    expect(await service.verdict(actors.auditor, '{ villagesWithoutAdmissions { totalCount } }')).toBe('NOT_ALLOWED');
  });
});

describe('MEM-14 at the size of a city', () => {
  it('MEM-14 1,600 villages and whom they admitted in 25 years are listed within a second', async () => {
    const { pool } = service.database;
    await pool.query(`
      CREATE TABLE v AS SELECT n, uuidv7() AS id, '41081' || (n % 8 + 1)::text || lpad((n % 60 + 100)::text, 3, '0')
        || lpad((n / 60 + 300)::text, 3, '0') AS code FROM generate_series(1, 1600) n;
      INSERT INTO known_organization (id, code, kind, status, superior_id, depth, ancestor_1, ancestor_2, ancestor_3, ancestor_4,
          host_kind, host_id, area_code, established_on)
        SELECT id, 'V' || n, 'BRANCH', 'ACTIVE', '${orgs.townA}', 4, '${orgs.city}', '${orgs.county}', '${orgs.townA}', id,
          'VILLAGE', code, code, '2000-01-01' FROM v;
      INSERT INTO known_organization_history (org_id, valid_from, kind, status, superior_id, depth, ancestor_1, ancestor_2,
          ancestor_3, ancestor_4, area_code)
        SELECT id, '2000-01-01', 'BRANCH', 'ACTIVE', '${orgs.townA}', 4, '${orgs.city}', '${orgs.county}', '${orgs.townA}', id, code
        FROM v;
      ALTER TABLE member_history DISABLE TRIGGER ALL;
      INSERT INTO member_history (member_id, valid_from, org_id, status, member_class, gender, birth_date, education, joined_on, reason)
        SELECT gen_random_uuid(), joined_on, id, 'FULL', 'RURAL', '1', '1970-01-01', '70', joined_on, 'ADMITTED'
        FROM v CROSS JOIN generate_series(1, 20) m
          CROSS JOIN LATERAL (SELECT '2001-01-01'::date + (n * 37 + m * 131) % (6500 + n % 2600) AS joined_on) d;
      ALTER TABLE member_history ENABLE TRIGGER ALL;
      ANALYZE known_organization; ANALYZE known_organization_history; ANALYZE member_history;`);
    service.on('2026-03-01' as CivilDate);
    const begun = performance.now();
    const found = await page({ first: 100 });
    const taken = performance.now() - begun;
    expect(found.nodes).toHaveLength(100);
    const { rows } = await pool.query<{ villages: number }>(
      `SELECT count(*)::integer AS villages FROM (
         SELECT v.code FROM v JOIN member_history m ON m.org_id = v.id GROUP BY v.code
         HAVING max(m.joined_on) + interval '3 years' <= '2026-03-01') apart`,
    );
    expect(found.totalCount).toBe(rows[0]!.villages + 2);
    expect(taken).toBeLessThan(1_000);
  });
});
