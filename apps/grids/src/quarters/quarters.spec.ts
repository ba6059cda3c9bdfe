import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, gridsOf, people, riverTown, type PersonName } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
let basics: Awaited<ReturnType<typeof gridsOf>>;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
beforeEach(async () => {
  await beginAgain(service);
  basics = await gridsOf(service);
  await service.forget();
});
afterAll(() => service.close());

const record = /* GraphQL */ `
  mutation ($input: RecordQuarterInput!) {
    recordQuarter(input: $input) {
      quarter {
        id
        version
        name
        kind
        households
        propertyMode
        grid {
          code
        }
      }
    }
  }
`;
const recordBuilding = /* GraphQL */ `
  mutation ($input: RecordBuildingInput!) {
    recordBuilding(input: $input) {
      building {
        id
        version
        no
        floors
        units
        households
        grid {
          code
        }
        quarter {
          name
        }
      }
    }
  }
`;
type Recorded = { recordQuarter: { quarter: { id: string; version: number } } };
const garden = { name: '锦绣花园', kind: 'COMMERCIAL', areaCode: codes.riverside, households: 320 };
const recorded = async (more: object = {}) =>
  (await service.data<Recorded>(people.community, record, { input: { ...garden, ...more } })).recordQuarter.quarter;
const building = (quarterId: string, more: object = {}) => ({
  input: { quarterId, no: '3', floors: 6, units: 3, households: 36, ...more },
});

describe('GRD-20 quarters and buildings', () => {
  it('GRD-20 records a quarter without property management, changes it by version, and tells the others', async () => {
    const quarter = await recorded({ gridId: basics.west.id, address: '滨河路1号' });
    expect(quarter).toEqual({
      id: quarter.id,
      version: 1,
      name: '锦绣花园',
      kind: 'COMMERCIAL',
      households: 320,
      propertyMode: 'NONE',
      grid: { code: basics.west.code },
    });
    const change = { input: { ...garden, id: quarter.id, version: 1, households: 330 } };
    expect(await service.data(people.housing, record, change)).toMatchObject({
      recordQuarter: { quarter: { version: 2, households: 330, grid: null } },
    });
    expect(await service.verdict(people.housing, record, change)).toBe('STALE_VERSION');
    const unseen = { input: { ...garden, id: quarter.id, households: 340 } };
    expect(await service.verdict(people.housing, record, unseen)).toBe('STALE_VERSION');
    expect(await service.emitted()).toMatchObject([
      { type: 'grids.quarter.changed.v1', key: quarter.id, data: { propertyMode: 'NONE', from: '2026-06-15' } },
      { type: 'grids.quarter.changed.v1', data: { communityCode: codes.riverside, providerId: null } },
    ]);
  });

  it.each([
    [{ name: '' }, 'NAME_MISSING'],
    [{ households: -1 }, 'HOUSEHOLDS_BELOW_ZERO'],
    [{ areaCode: codes.street }, 'NOT_A_COMMUNITY'],
    [{ areaCode: '410811001088' }, 'AREA_UNKNOWN'],
    [{ validFrom: '2026-06-16' }, 'IN_THE_FUTURE'],
  ])('GRD-20 refuses %j as %s', async (wrong, code) => {
    expect(await service.verdict(people.street, record, { input: { ...garden, ...wrong } })).toBe(code);
  });

  it('GRD-20 two quarters of a community have two names, and a quarter stays in its community', async () => {
    const { id } = await recorded();
    expect(await service.verdict(people.community, record, { input: garden })).toBe('QUARTER_NAME_TAKEN');
    const elsewhere = { ...garden, id, version: 1, areaCode: codes.garden };
    expect(await service.verdict(people.street, record, { input: elsewhere })).toBe('QUARTER_STAYS_IN_ITS_COMMUNITY');
  });

  it('GRD-01 a quarter lies in an active basic grid of its community, not in the community’s own or in a planned one', async () => {
    for (const gridId of [basics.community.id, basics.planned.id, basics.garden.id])
      expect(await service.verdict(people.street, record, { input: { ...garden, gridId } })).toBe(
        'NOT_A_BASIC_GRID_HERE',
      );
  });

  it('GRD-01 a building lies in exactly one basic grid: its own, or its quarter’s, or none is not accepted', async () => {
    const { id } = await recorded();
    expect(await service.verdict(people.community, recordBuilding, building(id))).toBe('BUILDING_WITHOUT_GRID');
    const input = building(id, { gridId: basics.east.id });
    expect(await service.data(people.community, recordBuilding, input)).toMatchObject({
      recordBuilding: {
        building: { no: '3', floors: 6, grid: { code: basics.east.code }, quarter: { name: '锦绣花园' } },
      },
    });
    expect(await service.verdict(people.community, recordBuilding, input)).toBe('BUILDING_NO_TAKEN');
    const other = await recorded({ name: '河畔家园', gridId: basics.west.id });
    expect(await service.data(people.community, recordBuilding, building(other.id))).toMatchObject({
      recordBuilding: { building: { grid: { code: basics.west.code } } },
    });
    for (const gridId of [basics.community.id, basics.planned.id])
      expect(await service.verdict(people.community, recordBuilding, building(id, { no: '4', gridId }))).toBe(
        'NOT_A_BASIC_GRID_HERE',
      );
  });

  it('GRD-20 the page of a grid shows the quarters that lie in it, wholly or with a building', async () => {
    const split = await recorded();
    await service.data(people.community, recordBuilding, building(split.id, { no: '10', gridId: basics.east.id }));
    await service.data(people.community, recordBuilding, building(split.id, { no: '9', gridId: basics.west.id }));
    await recorded({ name: '河畔家园', gridId: basics.west.id });
    const { west, east, community } = await service.data<Record<string, object>>(
      people.street,
      `{ west: grid(code: "${basics.west.code}") { quarters { name } } east: grid(code: "${basics.east.code}") { quarters { name buildings { no } } }
         community(areaCode: "${codes.riverside}") { quarters { name } } }`,
    );
    expect(west).toEqual({ quarters: [{ name: '河畔家园' }, { name: '锦绣花园' }] });
    expect(east).toEqual({ quarters: [{ name: '锦绣花园', buildings: [{ no: '9' }, { no: '10' }] }] });
    expect(community).toBeNull();
  });

  it('GRD-20 lists by area, kind and mode within the caller’s scope; one that was pulled down is no longer listed', async () => {
    const old = await recorded({ name: '老机床厂家属院', kind: 'OLD' });
    await recorded();
    await recorded({ name: '拆除的院', validFrom: '2025-01-01', validTo: '2026-01-01' });
    const names = async (filter: object, actor = people.street) =>
      (
        await service.data<{ quarters: { nodes: { name: string }[] } }>(
          actor,
          `query ($filter: QuarterFilter) { quarters(filter: $filter) { nodes { name } } }`,
          { filter },
        )
      ).quarters.nodes.map(({ name }) => name);
    expect(await names({})).toEqual(['老机床厂家属院', '锦绣花园']);
    expect(await names({ kind: 'OLD' })).toEqual(['老机床厂家属院']);
    expect(await names({ areaCode: codes.garden })).toEqual([]);
    expect(await names({ areaCode: codes.county, propertyMode: 'NONE' }, people.housing)).toHaveLength(2);
    expect(await names({ propertyMode: 'COMPANY' })).toEqual([]);
    expect(await names({ namePrefix: '锦绣' })).toEqual(['锦绣花园']);
    expect(await names({}, people.town)).toEqual([]);
    expect(await service.data(people.town, `{ quarter(id: "${old.id}") { name } }`)).toEqual({ quarter: null });
  });
});

describe('GRD-20 who may record quarters and buildings', () => {
  it.each([
    ['community', 'allowed', 'allowed'],
    ['street', 'allowed', 'allowed'],
    ['housing', 'allowed', 'allowed'],
    ['office', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['civil', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['politics', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['worker', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['town', 'NOT_ALLOWED', 'NOT_FOUND'],
    ['stranger', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED', 'NOT_ALLOWED'],
  ] as const)('GRD-20 %s: quarter %s, building %s', async (who: PersonName, ofQuarter, ofBuilding) => {
    const { id } = await recorded({ gridId: basics.west.id });
    expect(await service.verdict(people[who], record, { input: { ...garden, name: '新小区' } })).toBe(ofQuarter);
    expect(await service.verdict(people[who], recordBuilding, building(id))).toBe(ofBuilding);
  });
});
