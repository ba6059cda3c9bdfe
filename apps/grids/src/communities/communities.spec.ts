import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, people, riverTown, type PersonName } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(grids, riverTown);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const record = /* GraphQL */ `
  mutation ($input: RecordCommunityInput!) {
    recordCommunity(input: $input) {
      community {
        areaCode
        version
        households
        areaM2
        serviceHotline
        serviceStations
        status
        validFrom
        validTo
        area {
          code
        }
      }
    }
  }
`;
const recordYear = /* GraphQL */ `
  mutation ($input: RecordCommunityYearInput!) {
    recordCommunityYear(input: $input) {
      communityYear {
        version
        year
        permanentUrbanResidents
        source
      }
    }
  }
`;
const riverside = { areaCode: codes.riverside, households: 2100, areaM2: 480_000.5, serviceHotline: '0391-2634567' };
const listed = async (filter: object, actor = people.street, asOf?: string) =>
  (
    await service.data<{ communities: { nodes: { areaCode: string }[] } }>(
      actor,
      `query ($filter: CommunityFilter, $asOf: Date) { communities(filter: $filter, asOf: $asOf) { nodes { areaCode } } }`,
      { filter, asOf },
    )
  ).communities.nodes.map(({ areaCode }) => areaCode);

describe('GRD-16 community register', () => {
  it('GRD-16 records a community once, changes it by version, and tells the others', async () => {
    expect(await service.data(people.street, record, { input: riverside })).toEqual({
      recordCommunity: {
        community: {
          areaCode: codes.riverside,
          version: 1,
          households: 2100,
          areaM2: 480_000.5,
          serviceHotline: '0391-2634567',
          serviceStations: 0,
          status: 'ACTIVE',
          validFrom: '2020-01-01',
          validTo: null,
          area: { code: codes.riverside },
        },
      },
    });
    expect(await service.verdict(people.street, record, { input: riverside })).toBe('COMMUNITY_RECORDED_ALREADY');
    const changed = { input: { ...riverside, version: 1, households: 2150, serviceStations: 2 } };
    expect(await service.data(people.civil, record, changed)).toMatchObject({
      recordCommunity: { community: { version: 2, households: 2150, serviceStations: 2 } },
    });
    expect(await service.verdict(people.civil, record, changed)).toBe('STALE_VERSION');
    expect((await service.emitted()).map(({ type, data }) => [type, data.households])).toEqual([
      ['grids.community.changed.v1', 2100],
      ['grids.community.changed.v1', 2150],
    ]);
  });

  it.each([
    [{ areaCode: codes.northVillage }, 'NOT_A_COMMUNITY'],
    [{ areaCode: '410811001099' }, 'AREA_UNKNOWN'],
    [{ households: -1 }, 'HOUSEHOLDS_BELOW_ZERO'],
    [{ areaM2: 0 }, 'AREA_NOT_POSITIVE'],
    [{ serviceStations: -1 }, 'STATIONS_BELOW_ZERO'],
  ])('GRD-16 refuses %j as %s', async (wrong, code) => {
    expect(await service.verdict(people.civil, record, { input: { ...riverside, ...wrong } })).toBe(code);
  });

  it('GRD-16 keeps the residents of each year with their source, and corrects a year by version', async () => {
    await service.data(people.street, record, { input: riverside });
    const year = { areaCode: codes.riverside, year: 2025, permanentUrbanResidents: 6120, source: '2025年统计年鉴' };
    await service.data(people.civil, recordYear, { input: { ...year, year: 2024, permanentUrbanResidents: 6000 } });
    await service.data(people.civil, recordYear, { input: year });
    expect(await service.verdict(people.civil, recordYear, { input: year })).toBe('YEAR_RECORDED_ALREADY');
    const corrected = { input: { ...year, version: 1, permanentUrbanResidents: 6130 } };
    expect(await service.verdict(people.civil, recordYear, corrected)).toBe('allowed');
    expect(await service.verdict(people.civil, recordYear, corrected)).toBe('STALE_VERSION');
    expect(await service.verdict(people.civil, recordYear, { input: { ...year, year: 2027 } })).toBe('INVALID_INPUT');
    expect(await service.verdict(people.civil, recordYear, { input: { ...year, year: 2023, source: ' ' } })).toBe(
      'SOURCE_MISSING',
    );
    expect(
      await service.data(
        people.street,
        `{ community(areaCode: "${codes.riverside}") { years { year permanentUrbanResidents source } } }`,
      ),
    ).toEqual({
      community: {
        years: [
          { year: 2025, permanentUrbanResidents: 6130, source: '2025年统计年鉴' },
          { year: 2024, permanentUrbanResidents: 6000, source: '2025年统计年鉴' },
        ],
      },
    });
  });

  it('GRD-16 lists the communities of an area within the caller’s scope, and answers for an area of the register', async () => {
    await service.data(people.civil, record, { input: riverside });
    await service.data(people.civil, record, { input: { ...riverside, areaCode: codes.garden } });
    expect(await listed({})).toEqual([codes.riverside, codes.garden]);
    expect(await listed({ areaCode: codes.garden })).toEqual([codes.garden]);
    expect(await listed({ areaCode: codes.county }, people.office)).toEqual([codes.riverside, codes.garden]);
    expect(await listed({ areaCode: codes.city }, people.office)).toEqual([codes.riverside, codes.garden]);
    expect(await listed({}, people.community)).toEqual([codes.riverside]);
    expect(await listed({}, people.town)).toEqual([]);
    expect(await listed({}, people.office, '2019-12-31')).toEqual([]);
    const ofArea = await service.data<{ _entities: object[] }>(
      people.office,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Area { community { households } } } }`,
      { of: [codes.garden, codes.northVillage].map((code) => ({ __typename: 'Area', code })) },
    );
    expect(ofArea._entities).toEqual([{ community: { households: 2100 } }, { community: null }]);
  });
});

describe('GRD-16 who may record a community', () => {
  it.each([
    ['street', 'allowed', 'allowed'],
    ['civil', 'allowed', 'allowed'],
    ['community', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['office', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['politics', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['town', 'NOT_ALLOWED', 'NOT_FOUND'],
    ['worker', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['stranger', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED', 'NOT_ALLOWED'],
  ] as const)('GRD-16 %s: the record %s, its year %s', async (who: PersonName, ofRecord, ofYear) => {
    expect(await service.verdict(people[who], record, { input: riverside })).toBe(ofRecord);
    if (ofRecord !== 'allowed') await service.data(people.street, record, { input: riverside });
    const year = { areaCode: codes.riverside, year: 2025, permanentUrbanResidents: 1, source: '统计公报' };
    expect(await service.verdict(people[who], recordYear, { input: year })).toBe(ofYear);
  });
});
