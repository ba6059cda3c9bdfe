import type { Actor } from '@jishi/access';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { actors, areas, codeOf, firms, twoTowns } from '../../seeds/two-towns';
import { enterprises } from '../service';

let service: TestService;
let no = 1_000;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
beforeEach(async () => {
  service.on('2026-06-15');
  await service.forget();
});
afterAll(() => service.close());

const recording = `mutation($input: RecordEntityInput!) { recordEntity(input: $input) { entity {
  id version uscc usccAsWritten operating size sizeCitation { rule document } areaCode partyState fullMembers organisationCount } } }`;
const changing = `mutation($input: ChangeEntityInput!) { changeEntity(input: $input) { entity {
  id version name uscc size sizeCitation { rule } areaCode operating formTags } } }`;
const closing = `mutation($input: CloseEntityInput!) { closeEntity(input: $input) { entity { id operating closedOn closeReason } } }`;
const merging = `mutation($input: MergeEntitiesInput!) { mergeEntities(input: $input) {
  entity { id uscc operating } merged { id operating closedOn mergedInto { id } } } }`;

interface Recorded {
  readonly recordEntity: {
    readonly entity: Record<string, unknown> & { readonly id: string; readonly version: number };
  };
}
const facts = (more: object = {}) => ({
  registrar: 'MR',
  kind: 'COMPANY',
  name: `新办公司${(no += 1)}`,
  uscc: codeOf(no),
  areaCode: areas.eastCommunity,
  ...more,
});
const recorded = async (more: object = {}, actor: Actor = actors.marketCounty) =>
  (await service.data<Recorded>(actor, recording, { input: facts(more) })).recordEntity.entity;
const record = (more: object, actor: Actor = actors.marketCounty) =>
  service.verdict(actor, recording, { input: facts(more) });
const entityEvents = async () => (await service.emitted()).filter(({ type }) => type.startsWith('enterprises.entity.'));
const told = async () => (await entityEvents()).map(({ type }) => type.replace('enterprises.entity.', ''));

describe('ENT-01 recording an entity', () => {
  it('ENT-01 is recorded, told to the others, and found by its id and its code', async () => {
    const entity = await recorded({ employees: 7, formTags: ['COURIER', 'COURIER'], tradeCode: 'g60' });
    expect(entity).toMatchObject({ version: 1, operating: 'OPEN', partyState: 'UNSWEPT', fullMembers: 0, size: null });
    expect(await entityEvents()).toMatchObject([
      { type: 'enterprises.entity.registered.v1', data: { entityId: entity.id, employees: 7, formTags: ['COURIER'] } },
    ]);
    const one = `query($id: ID, $uscc: String) { entity(id: $id, uscc: $uscc) { __typename id tradeCode area { code } grid { id } owner { id } } }`;
    const found = {
      entity: {
        __typename: 'Enterprise',
        id: entity.id,
        tradeCode: 'G60',
        area: { code: areas.eastCommunity },
        grid: null,
        owner: null,
      },
    };
    expect(await service.data(actors.townEast, one, { id: entity.id })).toEqual(found);
    expect(await service.data(actors.townEast, one, { uscc: ` ${String(entity.uscc).toLowerCase()}` })).toEqual(found);
    expect(await service.data(actors.townWest, one, { id: entity.id })).toEqual({ entity: null });
    expect(await service.verdict(actors.townEast, one, {})).toBe('INVALID_INPUT');
  });

  it.each([
    ['91350100M000100Y43', 'MR', 'COMPANY', 'allowed'],
    ['914403001922038216', 'MR', 'COMPANY', 'allowed'],
    ['91330100799655058B', 'MR', 'COMPANY', 'allowed'],
    ['9144030071526726XG', 'MR', 'COMPANY', 'allowed'],
    ['91110000802100433b', 'MR', 'COMPANY', 'allowed'],
    ['91370303MA3TEKT04X', 'MR', 'COMPANY', 'allowed'],
    ['93370321MA3C000114', 'MR', 'COMPANY', 'allowed'],
    ['52370303MJE123451H', 'CA', 'SERVICE_BODY', 'allowed'],
    ['91350211M000100Y43', 'MR', 'COMPANY', 'CREDIT_CODE_CHECK_CHARACTER'],
    ['9135010OM000100Y43', 'MR', 'COMPANY', 'CREDIT_CODE_CHARACTERS'],
    ['91350100M000100Y4', 'MR', 'COMPANY', 'CREDIT_CODE_LENGTH'],
    ['52370303MJE123451H', 'MR', 'COMPANY', 'CREDIT_CODE_OF_ANOTHER_REGISTRAR'],
    ['91370303MA3TEKT04X', 'CA', 'SERVICE_BODY', 'CREDIT_CODE_OF_ANOTHER_REGISTRAR'],
    ['113703000042000184', 'MR', 'COMPANY', 'CREDIT_CODE_OF_ANOTHER_REGISTRAR'],
    ['113703000042000184', 'CA', 'SERVICE_BODY', 'CREDIT_CODE_OF_ANOTHER_REGISTRAR'],
    ['N2370321MF12345676', 'MR', 'COMPANY', 'CREDIT_CODE_OF_ANOTHER_REGISTRAR'],
    [null, 'MR', 'COMPANY', 'CREDIT_CODE_MISSING'],
  ])('ENT-01 the credit code %s with registrar %s for a %s: %s', async (uscc, registrar, kind, expected) => {
    const actor = registrar === 'MR' ? actors.marketCounty : actors.civilCounty;
    expect(await record({ uscc, registrar, kind }, actor)).toBe(expected);
  });

  it.each([
    [{ kind: 'FOUNDATION' }, 'KIND_OF_ANOTHER_REGISTRAR'],
    [{ operating: 'CLOSED' }, 'CLOSED_BY_CLOSING'],
    [{ tradeCode: 'I99' }, 'TRADE_CODE_UNKNOWN'],
    [{ registeredOn: '2026-06-16' }, 'REGISTERED_IN_THE_FUTURE'],
    [{ succeedsUscc: '113703000042000185' }, 'PREDECESSOR_CODE_WRONG'],
    [{ succeedsUscc: '113703000042000184' }, 'allowed'],
    [{ employees: -1 }, 'NEGATIVE_NUMBER'],
    [{ name: ' ' }, 'NAME_MISSING'],
    [{ areaCode: '410811999' }, 'AREA_UNKNOWN'],
  ])('ENT-01 %j: %s', async (more, expected) => {
    expect(await record(more)).toBe(expected);
  });

  it('ENT-01 the size follows from trade, employees and revenue, and is what was told where a measure is missing', async () => {
    const entity = await recorded({ tradeCode: 'I65', employees: 103, revenue: '157352800.00', size: 'LARGE' });
    expect(entity).toMatchObject({
      size: 'MEDIUM',
      sizeCitation: { rule: 'ent.size.software.employees', document: expect.stringContaining('213号') },
    });
    expect(await recorded({ tradeCode: 'I65', employees: 103, size: 'SMALL' })).toMatchObject({
      size: 'SMALL',
      sizeCitation: null,
    });
    const input = { id: entity.id, version: 1, employees: 300 };
    expect(await service.data(actors.marketCounty, changing, { input })).toMatchObject({
      changeEntity: { entity: { version: 2, size: 'LARGE' } },
    });
  });

  it('ENT-01 a second open record under a code is refused and names the first where the caller may see it', async () => {
    const entity = await recorded({ areaCode: areas.eastCommunity, name: '先登记的公司' });
    const again = { input: facts({ uscc: entity.uscc, areaCode: areas.westCommunity }) };
    const inside = await service.ask(actors.marketCounty, recording, again);
    expect(inside.errors?.[0]).toMatchObject({
      message: expect.stringContaining('先登记的公司'),
      extensions: { code: 'CREDIT_CODE_TAKEN', field: 'uscc' },
    });
    const outside = await service.ask(actors.townWest, recording, again);
    expect(outside.errors?.[0]).toMatchObject({ extensions: { code: 'CREDIT_CODE_TAKEN' } });
    expect(outside.errors?.[0]?.message).not.toContain('先登记的公司');
  });

  it('ENT-01 of two who record the same code at once one is refused, whoever comes first', async () => {
    const uscc = codeOf((no += 1));
    const verdicts = await Promise.all(
      [actors.marketCounty, actors.townEast, actors.twoNewCounty].map((actor) => record({ uscc }, actor)),
    );
    expect(verdicts.sort()).toEqual(['CREDIT_CODE_TAKEN', 'CREDIT_CODE_TAKEN', 'allowed']);
    expect(await told()).toEqual(['registered.v1']);
  });

  it('ENT-01 a repeated command records once', async () => {
    const input = { ...facts(), clientMutationId: `record-${no}` };
    const first = await service.data<Recorded>(actors.marketCounty, recording, { input });
    const second = await service.data<Recorded>(actors.marketCounty, recording, { input });
    expect(second.recordEntity.entity.id).toBe(first.recordEntity.entity.id);
    expect(await told()).toEqual(['registered.v1']);
  });
});

describe('ENT-01 changing and closing', () => {
  it('ENT-01 what is left out stays, what is null is cleared, an old version is refused', async () => {
    const entity = await recorded({ formTags: ['LOGISTICS'], address: '人民路1号' });
    const change = (more: object) => ({ input: { id: entity.id, ...more } });
    expect(
      await service.data(actors.townEast, changing, change({ version: 1, operating: 'IDLE', name: '改名公司' })),
    ).toMatchObject({
      changeEntity: { entity: { version: 2, name: '改名公司', operating: 'IDLE', formTags: ['LOGISTICS'] } },
    });
    expect(await service.verdict(actors.townEast, changing, change({ version: 1, name: '旧版' }))).toBe(
      'STALE_VERSION',
    );
    expect(await told()).toEqual(['registered.v1', 'changed.v1']);
    expect(await service.verdict(actors.townEast, changing, change({ version: 2, uscc: codeOf(1) }))).toBe(
      'CREDIT_CODE_TAKEN',
    );
    expect(
      await service.verdict(actors.townEast, changing, change({ version: 2, areaCode: areas.westCommunity })),
    ).toBe('NOT_ALLOWED');
    expect(
      await service.verdict(actors.marketCounty, changing, change({ version: 2, areaCode: areas.eastVillage })),
    ).toBe('allowed');
  });

  it('ENT-01 closes with a day and a reason, once, and its code is free again', async () => {
    const entity = await recorded({ registeredOn: '2020-05-01' });
    const close = (more: object) => ({
      input: { id: entity.id, version: 1, on: '2026-06-10', reason: '注销登记', ...more },
    });
    for (const [more, expected] of [
      [{ on: '2026-06-16' }, 'CLOSED_IN_THE_FUTURE'],
      [{ on: '2020-04-30' }, 'CLOSED_BEFORE_REGISTERED'],
      [{ reason: ' ' }, 'REASON_MISSING'],
      [{ version: 7 }, 'STALE_VERSION'],
    ] as const)
      expect(await service.verdict(actors.marketCounty, closing, close(more))).toBe(expected);
    expect(await service.data(actors.marketCounty, closing, close({}))).toMatchObject({
      closeEntity: { entity: { operating: 'CLOSED', closedOn: '2026-06-10', closeReason: '注销登记' } },
    });
    expect((await entityEvents()).at(-1)).toMatchObject({
      type: 'enterprises.entity.closed.v1',
      data: { entityId: entity.id, mergedIntoId: null, on: '2026-06-10' },
    });
    const { rows } = await service.database.pool.query<{ version: number }>(
      'SELECT version FROM entity WHERE id = $1',
      [entity.id],
    );
    const { version } = rows[0]!;
    expect(await service.verdict(actors.marketCounty, closing, close({ version }))).toBe('ENTITY_CLOSED');
    expect(
      await service.verdict(actors.marketCounty, changing, { input: { id: entity.id, version, name: '再开' } }),
    ).toBe('ENTITY_CLOSED');
    expect(await record({ uscc: entity.uscc })).toBe('allowed');
  });
});

describe('ENT-01 duplicates', () => {
  const listing = `query($areaCode: AreaCode!) { duplicateEntities(areaCode: $areaCode) { totalCount nodes {
    entity { id } twins { reason entity { id } } } } }`;
  const suspects = async (actor: Actor = actors.twoNewCounty, areaCode: string = areas.east) =>
    (
      await service.data<{ duplicateEntities: { nodes: { entity: { id: string }; twins: object[] }[] } }>(
        actor,
        listing,
        { areaCode },
      )
    ).duplicateEntities.nodes;
  const about = async (id: string, actor?: Actor) => (await suspects(actor)).find(({ entity }) => entity.id === id);

  it('ENT-01 the same name and address, whatever blanks and punctuation, is a suspect until the records are put together', async () => {
    const kept = await recorded({ name: '东镇（小庄）饭店', address: '人民路 1 号' });
    const second = await recorded({
      name: '东镇(小庄)饭店 ',
      address: '人民路1号',
      uscc: null,
      operating: 'DUPLICATE',
    });
    expect(await about(second.id)).toEqual({
      entity: { id: second.id },
      twins: [{ reason: 'SAME_NAME_AND_ADDRESS', entity: { id: kept.id } }],
    });
    expect(await about(kept.id)).toBeUndefined();
    await service.forget();
    const input = { keepId: kept.id, mergedId: second.id, reason: '同一饭店两次录入' };
    expect(
      await service.verdict(actors.twoNewCounty, merging, {
        input: { ...input, keepId: second.id, mergedId: kept.id },
      }),
    ).toBe('CODE_WOULD_BE_LOST');
    expect(await service.data(actors.twoNewCounty, merging, { input })).toEqual({
      mergeEntities: {
        entity: { id: kept.id, uscc: kept.uscc, operating: 'OPEN' },
        merged: { id: second.id, operating: 'CLOSED', closedOn: '2026-06-15', mergedInto: { id: kept.id } },
      },
    });
    expect(await about(second.id)).toBeUndefined();
    expect(await entityEvents()).toMatchObject([
      { type: 'enterprises.entity.closed.v1', data: { entityId: second.id, mergedIntoId: kept.id } },
      { type: 'enterprises.entity.changed.v1', data: { entityId: kept.id } },
    ]);
    expect(await service.verdict(actors.twoNewCounty, merging, { input })).toBe('ALREADY_MERGED');
  });

  it('ENT-01 a wrong or taken code of an import stays beside the record, as it was written, and points to its twin', async () => {
    const kept = await recorded();
    const taken = await recorded({ uscc: kept.uscc, operating: 'DUPLICATE' });
    expect(taken).toMatchObject({ uscc: null, usccAsWritten: kept.uscc });
    expect((await about(taken.id))?.twins).toEqual([{ reason: 'SAME_CODE', entity: { id: kept.id } }]);
    expect(await recorded({ uscc: '91350211m000100y43', operating: 'DUPLICATE' })).toMatchObject({
      uscc: null,
      usccAsWritten: '91350211M000100Y43',
    });
  });

  it('ENT-01 a code recorded anew after its closing is a suspect, and putting the records together keeps the closing day', async () => {
    const old = await recorded({ registeredOn: '2019-01-01' });
    await service.data(actors.marketCounty, closing, {
      input: { id: old.id, version: 1, on: '2025-01-01', reason: '误注销' },
    });
    const anew = await recorded({ uscc: old.uscc });
    expect((await about(anew.id))?.twins).toEqual([{ reason: 'SAME_CODE', entity: { id: old.id } }]);
    const merged = { keepId: anew.id, mergedId: old.id, reason: '同一主体' };
    expect(
      await service.verdict(actors.marketCounty, merging, { input: { ...merged, keepId: old.id, mergedId: anew.id } }),
    ).toBe('ENTITY_CLOSED');
    expect(await service.data(actors.marketCounty, merging, { input: merged })).toMatchObject({
      mergeEntities: { merged: { closedOn: '2025-01-01' } },
    });
    expect(await about(anew.id)).toBeUndefined();
  });

  it('ENT-01 records of two registrars are not one body, nor is a record one with itself, and a reason is needed', async () => {
    const merge = (keepId: string, mergedId: string, reason = '理由') =>
      service.verdict(actors.twoNewCounty, merging, { input: { keepId, mergedId, reason } });
    expect(await merge(firms.west, firms.school)).toBe('REGISTRARS_DIFFER');
    expect(await merge(firms.west, firms.west)).toBe('MERGED_WITH_ITSELF');
    expect(await merge(firms.west, firms.shop, ' ')).toBe('REASON_MISSING');
    expect(await merge(firms.west, firms.far)).toBe('NOT_FOUND');
  });

  it('ENT-01 of two who put the same records together in opposite directions at once one is refused', async () => {
    const [one, two] = [await recorded(), await recorded()];
    await service.forget();
    const merge = (keepId: string, mergedId: string) =>
      service.verdict(actors.twoNewCounty, merging, { input: { keepId, mergedId, reason: '同一主体' } });
    const verdicts = await Promise.all([merge(one.id, two.id), merge(two.id, one.id)]);
    expect(verdicts.filter((verdict) => verdict === 'allowed')).toHaveLength(1);
    expect(await told()).toEqual(['closed.v1', 'changed.v1']);
  });
});

describe('ENT-01 lists', () => {
  const names = async (actor: Actor, filter: object) =>
    (
      await service.data<{ entities: { totalCount: number; nodes: { name: string }[] } }>(
        actor,
        'query($filter: EntityFilter) { entities(filter: $filter, first: 100) { totalCount nodes { name } } }',
        { filter: { namePrefix: '西镇', ...filter } },
      )
    ).entities.nodes.map(({ name }) => name);

  it('ENT-01 are filtered by everything that an office asks for', async () => {
    expect(await names(actors.marketCounty, {})).toEqual(['西镇机械有限公司', '西镇育才学校']);
    expect(await names(actors.marketCounty, { registrar: 'CA' })).toEqual(['西镇育才学校']);
    expect(await names(actors.marketCounty, { kinds: ['COMPANY'] })).toEqual(['西镇机械有限公司']);
    expect(await names(actors.marketCounty, { areaCode: areas.county })).toHaveLength(2);
    expect(await names(actors.cityOrg, { areaCode: areas.city })).toHaveLength(2);
    expect(await names(actors.cityOrg, { areaCode: areas.east })).toEqual([]);
    expect(await names(actors.cityOrg, { areaCode: areas.westCommunity })).toHaveLength(2);
    expect(await names(actors.marketCounty, { partyStates: ['ORGANISED'] })).toEqual([]);
    expect(await names(actors.marketCounty, { withoutOrganisation: true, fullMembersAtLeast: 0 })).toHaveLength(2);
    expect(await names(actors.marketCounty, { withoutOrganisation: false })).toEqual([]);
    expect(await names(actors.marketCounty, { operating: ['CLOSED'] })).toEqual([]);
    expect(await names(actors.marketCounty, { gridId: firms.west })).toEqual([]);
    expect(await names(actors.marketCounty, { namePrefix: '东镇', formTag: 'COURIER' })).toEqual(['东镇快递服务部']);
    expect(await names(actors.townEast, {})).toEqual([]);
    expect(await names(actors.townWest, {})).toHaveLength(2);
    expect(await service.verdict(actors.nobody, '{ entities { nodes { id } } }')).toBe('NOT_ALLOWED');
    expect(await service.verdict(actors.branch, '{ entities { nodes { id } } }')).toBe('NOT_ALLOWED');
  });

  it('ENT-01 other services refer to an entity by its id or code, and an area knows its entities', async () => {
    const reply = await service.data(
      actors.townWest,
      `query($representations: [_Any!]!) { _entities(representations: $representations) {
         ... on Enterprise { name } ... on SocialOrganization { name }
         ... on Area { entities(filter: { registrar: CA }) { totalCount nodes { name } }
           entityCounts { enterprises socialOrganizations operatingEnterprises employees } } } }`,
      {
        representations: [
          { __typename: 'Enterprise', id: firms.west },
          { __typename: 'SocialOrganization', uscc: codeOf(5, '5') },
          { __typename: 'Enterprise', id: firms.software },
          { __typename: 'Area', code: areas.west },
          { __typename: 'Area', code: areas.county },
          { __typename: 'Area', code: areas.otherTown },
        ],
      },
    );
    const counts = { enterprises: 1, socialOrganizations: 1, operatingEnterprises: 1, employees: 60 };
    const school = { totalCount: 1, nodes: [{ name: '西镇育才学校' }] };
    expect(reply).toEqual({
      _entities: [
        { name: '西镇机械有限公司' },
        { name: '西镇育才学校' },
        null,
        { entities: school, entityCounts: counts },
        { entities: school, entityCounts: counts },
        {
          entities: { totalCount: 0, nodes: [] },
          entityCounts: { enterprises: 0, socialOrganizations: 0, operatingEnterprises: 0, employees: 0 },
        },
      ],
    });
  });

  it('ENT-01 a firm with a number of employees that cannot be does not take its area the figures', async () => {
    for (const name of ['误填公司甲', '误填公司乙']) await recorded({ name, employees: 2_000_000_000 });
    const { _entities } = await service.data<{ _entities: { entityCounts: { employees: number } }[] }>(
      actors.countyOrg,
      'query($of: [_Any!]!) { _entities(representations: $of) { ... on Area { entityCounts { employees } } } }',
      { of: [{ __typename: 'Area', code: areas.county }] },
    );
    expect(_entities[0]!.entityCounts.employees).toBe(2_147_483_647);
  });

  it('ENT-01 GRD-01 a grid knows its entities, to whoever may see them', async () => {
    const gridId = firms.far;
    await recorded({ gridId, name: '网格内公司' });
    await recorded({ gridId: firms.west });
    const inGrid = (actor: Actor) =>
      service.data(
        actor,
        `query($grids: [_Any!]!) { _entities(representations: $grids) {
           ... on Grid { entities(first: 10) { totalCount nodes { name } } } } }`,
        { grids: [{ __typename: 'Grid', id: gridId }] },
      );
    const found = { totalCount: 1, nodes: [{ name: '网格内公司' }] };
    expect(await inGrid(actors.marketCounty)).toEqual({ _entities: [{ entities: found }] });
    expect(await inGrid(actors.townWest)).toEqual({ _entities: [{ entities: { totalCount: 0, nodes: [] } }] });
    expect(await inGrid(actors.branch)).toEqual({ _entities: [{ entities: null }] });
  });
});

describe('ENT-01 who keeps the database', () => {
  const expected = (verdicts: Partial<Record<keyof typeof actors, string>>, otherwise = 'NOT_ALLOWED') =>
    Object.fromEntries(
      (Object.keys(actors) as (keyof typeof actors)[]).map((name) => [
        name,
        [actors[name], verdicts[name] ?? otherwise] as const,
      ]),
    );
  const keepers = { townEast: 'allowed', countyOrg: 'allowed', cityOrg: 'allowed', twoNewCounty: 'allowed' } as const;

  accessTable(
    'ENT-01 records an enterprise in the east',
    async () => ({}),
    (actor, more) => record(more, actor),
    expected({ ...keepers, marketCounty: 'allowed' }),
  );
  accessTable(
    'ENT-01 records a social organisation in the east',
    async () => ({ registrar: 'CA', kind: 'SOCIAL_GROUP', uscc: codeOf((no += 1), '5', '1') }),
    (actor, more) => record(more, actor),
    expected({ ...keepers, civilCounty: 'allowed' }),
  );
  const unseen = { townWest: 'NOT_FOUND', stranger: 'NOT_FOUND' };
  accessTable(
    'ENT-01 changes an enterprise of the east',
    recorded,
    (actor, { id }) => service.verdict(actor, changing, { input: { id, version: 1, employees: 3 } }),
    expected({ ...keepers, ...unseen, marketCounty: 'allowed' }),
  );
  accessTable(
    'ENT-01 closes an enterprise of the east',
    recorded,
    (actor, { id }) => service.verdict(actor, closing, { input: { id, version: 1, on: '2026-06-15', reason: '注销' } }),
    expected({ ...keepers, ...unseen, marketCounty: 'allowed' }),
  );
  accessTable(
    'ENT-01 puts two enterprises of the east together',
    async () => [await recorded(), await recorded()] as const,
    (actor, [kept, merged]) =>
      service.verdict(actor, merging, { input: { keepId: kept.id, mergedId: merged.id, reason: '重复' } }),
    expected({ twoNewCounty: 'allowed', marketCounty: 'allowed' }),
  );
});
