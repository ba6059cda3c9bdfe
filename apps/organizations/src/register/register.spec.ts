import { testService, type TestService } from '@jishi/testing';
import { codes, orgs, people, twoTowns } from '../../seeds/two-towns';
import { organizations } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
afterAll(() => service.close());

const names = `query($filter: OrganizationFilter, $asOf: Date, $first: Int, $after: String) {
  organizations(filter: $filter, asOf: $asOf, first: $first, after: $after) {
    totalCount nodes { name } pageInfo { hasNextPage endCursor } } }`;
interface Names {
  organizations: {
    totalCount: number;
    nodes: { name: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

describe('ORG-01 register', () => {
  it('ORG-01 shows a town its own subtree and nothing of the other town', async () => {
    const { organizations } = await service.data<Names>(people.ts, names);
    expect(organizations.totalCount).toBe(7);
    expect(organizations.nodes.map(({ name }) => name)).not.toContain('刘庄村党支部');
    expect((await service.data<Names>(people.tsByArea, names)).organizations.totalCount).toBe(7);
    expect((await service.data<Names>(people.cityCo, names)).organizations.totalCount).toBe(13);
    expect(await service.verdict(people.nobody, names)).toBe('NOT_ALLOWED');
  });

  it('ORG-01 pages through the register without losing or repeating an organisation', async () => {
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { organizations }: Names = await service.data<Names>(people.co, names, { first: 5, after });
      seen.push(...organizations.nodes.map(({ name }) => name));
      if (!organizations.pageInfo.hasNextPage) break;
      after = organizations.pageInfo.endCursor;
    }
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
  });

  it('ORG-01 filters by subtree, area, kind, board and name', async () => {
    const found = async (filter: object) =>
      (await service.data<Names>(people.cityCo, names, { filter })).organizations.nodes.map(({ name }) => name);
    expect(await found({ under: orgs.dazhuang })).toHaveLength(4);
    expect(await found({ areaCode: codes.west })).toEqual(['西镇党委', '刘庄村党支部']);
    expect(await found({ kinds: ['GENERAL_BRANCH'] })).toEqual(['大庄村党总支']);
    expect(await found({ board: 'ORGANS' })).toHaveLength(4);
    expect(await found({ namePrefix: '大庄村第' })).toHaveLength(3);
    expect(await found({ namePrefix: '%' })).toEqual([]);
    expect(await found({ statuses: ['DISSOLVED'] })).toEqual([]);
  });

  it('ORG-01 shows the register facts of the superiors from below, and no more than that', async () => {
    const { organization } = await service.data<{
      organization: {
        superior: { name: string; children: unknown[]; childCount: number };
        ancestors: { name: string }[];
        children: { name: string }[];
        area: { name: string; parent: { name: string } };
        host: { kind: string; id: string };
      };
    }>(
      people.br,
      `query($id: ID!) { organization(id: $id) { superior { name childCount children { name } } ancestors { name }
        children { name } area { name parent { name } } host { kind id } } }`,
      { id: orgs.dazhuangFirst },
    );
    expect(organization.superior.name).toBe('大庄村党总支');
    expect(organization.superior).toMatchObject({ childCount: 1, children: [{ name: '大庄村第一党支部' }] });
    expect(organization.ancestors.map(({ name }) => name)).toEqual([
      '中共焦作市委',
      '中共武陟县委',
      '东镇党委',
      '大庄村党总支',
    ]);
    expect(organization.children).toEqual([{ name: '大庄村第一党小组' }]);
    expect(organization.area).toEqual({ name: '大庄村', parent: { name: '东镇' } });
    expect(organization.host).toEqual({ kind: 'VILLAGE', id: codes.dazhuang });
    const above = await service.data(people.br, `query($id: ID!) { organization(id: $id) { name } }`, {
      id: orgs.east,
    });
    expect(above).toEqual({ organization: null });
  });

  it('ORG-01 counts by board and kind', async () => {
    const { organizationCounts } = await service.data<{ organizationCounts: object[] }>(
      people.co,
      `query($under: ID) { organizationCounts(under: $under) { board kind count } }`,
      { under: orgs.east },
    );
    expect(organizationCounts).toEqual([
      { board: 'VILLAGES_COMMUNITIES', kind: 'BRANCH', count: 4 },
      { board: 'VILLAGES_COMMUNITIES', kind: 'COMMITTEE', count: 1 },
      { board: 'VILLAGES_COMMUNITIES', kind: 'GENERAL_BRANCH', count: 1 },
      { board: 'VILLAGES_COMMUNITIES', kind: 'GROUP', count: 1 },
    ]);
  });

  it('ORG-01 answers a reference only within the scope', async () => {
    const entities = `query($refs: [_Any!]!) { _entities(representations: $refs) { ... on PartyOrganization { name } } }`;
    const refs = [orgs.liuzhuang, orgs.xiaozhuang].map((id) => ({ __typename: 'PartyOrganization', id }));
    expect(await service.data(people.ts, entities, { refs })).toEqual({ _entities: [null, { name: '小庄村党支部' }] });
  });

  it('ORG-01 needs a fixed number of statements however many organisations are shown', async () => {
    const wide = `query($first: Int) { organizations(first: $first) { nodes { name superior { name } ancestors { name } area { name }
      children { name } childCount history { from name } } } }`;
    const cost = async (first: number) => {
      const before = service.database.statements();
      await service.data(people.cityCo, wide, { first });
      return service.database.statements() - before;
    };
    await cost(1);
    expect(await cost(13)).toBe(await cost(2));
    expect(await cost(13)).toBeLessThanOrEqual(8);
  });

  it('ORG-01 has no organisation before its founding, and a tree on the day after', async () => {
    const on = async (asOf: string) => (await service.data<Names>(people.co, names, { asOf })).organizations.totalCount;
    expect(await on('2019-12-31')).toBe(0);
    expect(await on('2020-01-01')).toBe(12);
  });
});
