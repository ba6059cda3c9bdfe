import type { Actor } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import { asActor, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, orgs, people, twoTowns, type OrgName } from '../../seeds/two-towns';
import { addOrganization, PartyOrganization, type HostKind, type OrganizationKind } from '../register';
import { organizations } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const firm = idAt(7001);
const secondFirm = idAt(7002);
const grid = idAt(7003);
const quarter = idAt(7004);
const company = idAt(7005);
const club = idAt(7006);

/** A further organisation of the seed's day, attached to a host. */
const founded = (
  id: number,
  name: string,
  superior: OrgName,
  hostKind: HostKind,
  hostId: string,
  more: { kind?: OrganizationKind; status?: 'ACTIVE' | 'PREPARING' } = {},
): Promise<PartyOrganization> =>
  service.asSystem(async (tx) => {
    const above = await tx.get(PartyOrganization, orgs[superior]);
    const facts = {
      id: idAt(id),
      code: `F-${id}`,
      name,
      kind: more.kind ?? ('BRANCH' as const),
      board: 'ENTERPRISES' as const,
      setUpWay: 'SINGLE' as const,
      flags: [],
      hostKind,
      hostId,
      areaCode: above.areaCode,
      establishedOn: '2024-01-01' as CivilDate,
      approvalDocument: null,
      status: more.status ?? ('ACTIVE' as const),
    };
    return addOrganization(tx, above, facts, '2024-01-01' as CivilDate, null);
  });
const alsoAt = (orgId: string, hostKind: HostKind, hostId: string, from: string, to: string | null = null) =>
  service.database.pool.query(
    'INSERT INTO organization_joint_host (org_id, host_kind, host_id, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)',
    [orgId, hostKind, hostId, from, to],
  );

type Reference = Readonly<Record<string, string>>;
const seen = async <T>(references: readonly Reference[], selection: string, actor: Actor = people.co): Promise<T[]> =>
  (
    await service.data<{ _entities: T[] }>(
      actor,
      `query ($references: [_Any!]!) { _entities(representations: $references) { ${selection} } }`,
      { references },
    )
  )._entities;
const one = (type: string) => `... on ${type} { partyOrganization { name } }`;
const all = (type: string) => `... on ${type} { partyOrganizations { name } }`;
const village = (areaCode: string) => ({ __typename: 'Village', areaCode });

describe('ORG-01 the organisation of a place', () => {
  it('ORG-01 a village and a community show the highest organisation that exists there, a page at once', async () => {
    await founded(8001, '西关社区筹备党支部', 'west', 'COMMUNITY', '410823101001', { status: 'PREPARING' });
    const places = [
      village(codes.dazhuang),
      village(codes.xiaozhuang),
      village('410823100299'),
      { __typename: 'Community', areaCode: codes.community },
      { __typename: 'Community', areaCode: '410823101001' },
    ];
    expect(await seen(places, `${one('Village')} ${one('Community')}`)).toEqual([
      { partyOrganization: { name: '大庄村党总支' } },
      { partyOrganization: { name: '小庄村党支部' } },
      { partyOrganization: null },
      { partyOrganization: { name: '东关社区党支部' } },
      { partyOrganization: null },
    ]);
  });

  it('ORG-01 whoever may not see the organisation does not see it here either', async () => {
    const places = [village(codes.xiaozhuang), village(codes.liuzhuang)];
    expect(await seen(places, one('Village'), people.ts)).toEqual([
      { partyOrganization: { name: '小庄村党支部' } },
      { partyOrganization: null },
    ]);
    const agriculture = asActor('county-agriculture', { role: 'AG', area: codes.county });
    expect(await seen(places, one('Village'), agriculture)).toEqual([
      { partyOrganization: { name: '小庄村党支部' } },
      { partyOrganization: { name: '刘庄村党支部' } },
    ]);
    expect(await seen(places, one('Village'), people.nobody)).toEqual([
      { partyOrganization: null },
      { partyOrganization: null },
    ]);
  });

  it('GRD-03 a grid or quarter may be led by a group', async () => {
    await founded(8002, '第一网格党小组', 'community', 'GRID', grid, { kind: 'GROUP' });
    await founded(8003, '花园小区党支部', 'community', 'QUARTER', quarter);
    expect(
      await seen(
        [
          { __typename: 'Grid', id: grid },
          { __typename: 'Quarter', id: quarter },
        ],
        `${one('Grid')} ${one('Quarter')}`,
      ),
    ).toEqual([{ partyOrganization: { name: '第一网格党小组' } }, { partyOrganization: { name: '花园小区党支部' } }]);
  });

  it('ENT-07 a firm shows its own and its joint organisations of today, each once and the highest first', async () => {
    await founded(8004, '甲公司党支部', 'east', 'ENTERPRISE', firm);
    const former = await founded(8005, '甲公司原党支部', 'east', 'ENTERPRISE', firm);
    await service.database.pool.query(
      `UPDATE party_organization SET status = 'DISSOLVED', closed_on = '2026-01-01' WHERE id = $1`,
      [former.id],
    );
    const joint = await founded(8006, '商圈联合党支部', 'county', 'ENTERPRISE', secondFirm, { kind: 'JOINT_BRANCH' });
    await alsoAt(joint.id, 'ENTERPRISE', firm, '2024-01-01', '2025-01-01');
    await alsoAt(joint.id, 'ENTERPRISE', firm, '2025-06-01');
    await alsoAt(joint.id, 'SOCIAL_ORG', club, '2024-01-01', '2026-06-15');
    await alsoAt(joint.id, 'PROPERTY_PROVIDER', company, '2026-06-15');
    const hosts = [
      { __typename: 'Enterprise', id: firm },
      { __typename: 'Enterprise', id: secondFirm },
      { __typename: 'SocialOrganization', id: club },
      { __typename: 'PropertyProvider', id: company },
    ];
    const selection = `${all('Enterprise')} ${all('SocialOrganization')} ${all('PropertyProvider')}`;
    expect(await seen(hosts, selection)).toEqual([
      { partyOrganizations: [{ name: '商圈联合党支部' }, { name: '甲公司党支部' }] },
      { partyOrganizations: [{ name: '商圈联合党支部' }] },
      { partyOrganizations: [] },
      { partyOrganizations: [{ name: '商圈联合党支部' }] },
    ]);
    expect((await seen(hosts, selection, people.ts))[0]).toEqual({ partyOrganizations: [{ name: '甲公司党支部' }] });
  });
});

const run = async (name: string, payload: string, input: object): Promise<string> => {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const reply = await service.data<Record<string, Record<string, { id: string }>>>(
    people.co,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${payload} { id } } }`,
    { input },
  );
  return reply[name]![payload]!.id;
};
/** A body with a running term and its head since June 2023. */
async function led(organizationId: string, villageCode: string | null, person: number, more: object = {}) {
  const input = villageCode
    ? { organizationId, kind: 'VILLAGE_COMMITTEE', seats: 5, host: { kind: 'VILLAGE', id: villageCode }, ...more }
    : { organizationId, kind: 'BRANCH_COMMITTEE', seats: 3 };
  const bodyId = await run('recordLeadingBody', 'leadingBody', input);
  await run('beginTerm', 'term', { bodyId, startOn: '2023-06-01' });
  const kind = villageCode ? 'DIRECTOR' : 'SECRETARY';
  const postId = await run('appointToPost', 'post', { bodyId, personId: idAt(person), kind, from: '2023-06-01' });
  return { bodyId, postId };
}

const leaders = `... on Village { onePersonTwoPosts secretaryPost { person { id } } directorPost { person { id } } }`;
const held = (person: number) => ({ person: { id: idAt(person) } });
const without = (actor: Actor, filter: object = {}, page = 'first: 50') =>
  service
    .data<{
      villagesWithoutOnePersonTwoPosts: {
        totalCount: number;
        nodes: { area: { code: string } }[];
        pageInfo: { endCursor: string };
      };
    }>(
      actor,
      `query ($filter: VillageLeadershipFilter) { villagesWithoutOnePersonTwoPosts(filter: $filter, ${page}) { totalCount
         pageInfo { endCursor }
         nodes { village { areaCode } area { code name } partyOrganization { name } onePersonTwoPosts termEndsOn
           secretaryPost { person { id } } directorPost { person { id } }
           villageCommittee { representatives partyRepresentatives } } } }`,
      { filter },
    )
    .then(({ villagesWithoutOnePersonTwoPosts: list }) => list);

describe('ORG-13 who leads a village', () => {
  it('ORG-13 a village shows both posts and whether one person holds them', async () => {
    await led(orgs.xiaozhuang, null, 501);
    await led(orgs.xiaozhuang, codes.xiaozhuang, 501);
    await led(orgs.dazhuang, null, 502);
    const villages = [codes.xiaozhuang, codes.dazhuang, codes.liuzhuang].map(village);
    expect(await seen(villages, leaders)).toEqual([
      { onePersonTwoPosts: true, secretaryPost: held(501), directorPost: held(501) },
      { onePersonTwoPosts: false, secretaryPost: held(502), directorPost: null },
      { onePersonTwoPosts: false, secretaryPost: null, directorPost: null },
    ]);
    // Out of the caller's scope nothing is said, not even that it is not one person.
    expect(await seen(villages, leaders, people.stranger)).toEqual([
      { onePersonTwoPosts: null, secretaryPost: null, directorPost: null },
      { onePersonTwoPosts: null, secretaryPost: null, directorPost: null },
      { onePersonTwoPosts: false, secretaryPost: null, directorPost: null },
    ]);
  });

  it('ORG-12 a village shows the bodies of its organisation and of itself', async () => {
    await led(orgs.xiaozhuang, null, 501);
    await led(orgs.xiaozhuang, codes.xiaozhuang, 502);
    await led(orgs.dazhuang, null, 503);
    const bodies = '... on Village { leadingBodies { kind } }';
    expect(await seen([village(codes.xiaozhuang), village(codes.liuzhuang)], bodies)).toEqual([
      { leadingBodies: [{ kind: 'BRANCH_COMMITTEE' }, { kind: 'VILLAGE_COMMITTEE' }] },
      { leadingBodies: [] },
    ]);
  });

  it('ORG-13 lists villages where the posts are apart or vacant, with representatives and the end of the term', async () => {
    await led(orgs.xiaozhuang, null, 501);
    await led(orgs.xiaozhuang, codes.xiaozhuang, 502, { representatives: 30, partyRepresentatives: 12 });
    await led(orgs.liuzhuang, null, 503);
    await led(orgs.liuzhuang, codes.liuzhuang, 503);
    const list = await without(people.co);
    expect(list).toMatchObject({
      totalCount: 2,
      nodes: [
        {
          village: { areaCode: codes.dazhuang },
          partyOrganization: { name: '大庄村党总支' },
          onePersonTwoPosts: false,
          termEndsOn: null,
          secretaryPost: null,
          directorPost: null,
          villageCommittee: null,
        },
        {
          area: { code: codes.xiaozhuang, name: '小庄村' },
          onePersonTwoPosts: false,
          termEndsOn: '2028-06-01',
          secretaryPost: held(501),
          directorPost: held(502),
          villageCommittee: { representatives: 30, partyRepresentatives: 12 },
        },
      ],
    });
    expect(await without(people.co, { areaCode: codes.west })).toMatchObject({ totalCount: 0, nodes: [] });
  });

  it('ORG-13 turns pages, and each officer sees his own villages', async () => {
    const first = await without(people.co, {}, 'first: 2');
    expect(first.nodes.map(({ area }) => area.code)).toEqual([codes.dazhuang, codes.xiaozhuang]);
    const rest = await without(people.co, {}, `first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(rest.nodes.map(({ area }) => area.code)).toEqual([codes.liuzhuang]);
    expect((await without(people.ts)).totalCount).toBe(2);
    expect((await without(people.stranger)).nodes.map(({ area }) => area.code)).toEqual([codes.liuzhuang]);
    expect(await service.verdict(people.nobody, '{ villagesWithoutOnePersonTwoPosts { nodes { termEndsOn } } }')).toBe(
      'NOT_ALLOWED',
    );
  });

  it('P11 a village that was merged away stands in no list', async () => {
    await service.data(
      people.co,
      `mutation ($input: MergeAreasInput!) { mergeAreas(input: $input) { area { code } } }`,
      {
        input: {
          codes: [codes.xiaozhuang, codes.dazhuang],
          successor: { code: codes.dazhuang },
          on: '2026-06-15',
        },
      },
    );
    expect((await without(people.co)).nodes.map(({ area }) => area.code)).toEqual([codes.dazhuang, codes.liuzhuang]);
    expect(await seen([village(codes.xiaozhuang)], one('Village'))).toEqual([{ partyOrganization: null }]);
  });

  it('ORG-13 at the size of a city a page of 100 villages and their number come within two seconds', async () => {
    await service.database.pool.query(`
      INSERT INTO area (code, name, level, parent_code, kind, valid_from)
      SELECT '4108231' || lpad((n / 100 + 10)::text, 2, '0') || lpad((n % 100 + 300)::text, 3, '0'), '村' || n, 'GRASSROOTS',
        '${codes.east}', 'VILLAGE', '2020-01-01' FROM generate_series(1, 1800) n;
      ANALYZE area; ANALYZE party_organization; ANALYZE party_organization_history; ANALYZE post; ANALYZE leading_body;`);
    const before = performance.now();
    const page = await without(people.cityCo, {}, 'first: 100');
    expect([page.nodes.length, page.totalCount]).toEqual([100, 1803]);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
