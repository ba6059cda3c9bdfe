import type { Actor } from '@jishi/access';
import { memberRecorded } from '@jishi/event-contracts';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { randomUUID } from 'node:crypto';
import { actors, areas, firms, orgs, twoTowns } from '../../seeds/two-towns';
import { enterprises } from '../service';
import { clearItems } from './clears.items';

let service: TestService;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
beforeEach(async () => {
  service.on('2026-06-15');
  await service.database.pool.query(
    'TRUNCATE entity_clear, instructor_assignment, instructor, known_member, counted_member, entity_organization, known_target',
  );
  await service.database.pool.query('UPDATE entity SET org_count = 0, full_members = 0');
});
afterAll(() => service.close());

const fields = `completeness { numerator denominator value asOf } missing stale conflicts target { value reached }
  items { item clear computed recorded asOf source recordedBy stale conflict }`;
const recording = `mutation($input: RecordEightClearsInput!) { recordEightClears(input: $input) { eightClears { ${fields} } } }`;
interface Clears {
  readonly completeness: { numerator: number; denominator: number };
  readonly missing: string[];
  readonly stale: string[];
  readonly conflicts: string[];
  readonly target: { value: number; reached: boolean | null } | null;
  readonly items: { item: string; clear: boolean; computed: boolean; recorded: boolean | null; asOf: string | null }[];
}
const told = (item: string, more: object = {}) => ({
  item,
  clear: true,
  asOf: '2026-06-01',
  source: 'SURVEY',
  ...more,
});
const record = async (items: object[], entityId: string = firms.software, actor: Actor = actors.townEast) =>
  (await service.data<{ recordEightClears: { eightClears: Clears } }>(actor, recording, { input: { entityId, items } }))
    .recordEightClears.eightClears;
const verdict = (items: object[], entityId: string = firms.software, actor: Actor = actors.townEast) =>
  service.verdict(actor, recording, { input: { entityId, items } });
const clearsOf = async (id: string, actor: Actor = actors.townEast) =>
  (
    await service.data<{ entity: { eightClears: Clears } }>(
      actor,
      `query($id: ID!) { entity(id: $id) { eightClears { ${fields} } } }`,
      { id },
    )
  ).entity.eightClears;
const itemOf = async (item: string, id: string = firms.software) =>
  (await clearsOf(id)).items.find((each) => each.item === item)!;
const toldFour = ['OPERATION', 'OWNER_SECRETARY', 'ACTIVITY', 'VENUE'];

/** What the registers say: an organisation covers the firm, a member works there, an instructor serves. */
async function registersKnow(entityId: string): Promise<void> {
  const { pool } = service.database;
  await pool.query('UPDATE entity SET org_count = 1 WHERE id = $1', [entityId]);
  await pool.query(
    `INSERT INTO entity_organization (entity_id, org_id, way, valid_from) VALUES ($1, $2, 'SINGLE', '2026-01-01')`,
    [entityId, orgs.eastVillage],
  );
  await memberWorksAt(entityId);
  await pool.query(
    `WITH who AS (INSERT INTO instructor (person_id, kind, area_code, since) VALUES ($2, 'INSTRUCTOR', $3, '2026-01-01') RETURNING *)
     INSERT INTO instructor_assignment (instructor_id, entity_id, kind, person_id, area_code, state, proposed_on, started_on)
     SELECT id, $1, kind, person_id, area_code, 'ACTIVE', '2026-01-01', '2026-01-01' FROM who`,
    [entityId, randomUUID(), areas.east],
  );
}
const memberWorksAt = (entityId: string) =>
  service.database.pool.query('INSERT INTO counted_member (member_id, entity_id, is_full) VALUES ($1, $2, false)', [
    randomUUID(),
    entityId,
  ]);
const targetOf = (areaCode: string, value: number | null, dueOn: string | null = null) =>
  service.database.pool.query(
    `INSERT INTO known_target (id, key, area_code, comparator, value, unit, due_on, valid_from)
     VALUES ($1, 'ent.clear', $2, 'AT_LEAST', $3, '项', $4, '2026-01-01')`,
    [randomUUID(), areaCode, value, dueOn],
  );
const count = async (filter: object, actor: Actor = actors.twoNewCounty) =>
  (
    await service.data<{ entities: { totalCount: number; nodes: object[] } }>(
      actor,
      'query($filter: EntityFilter) { entities(filter: $filter) { totalCount nodes { id } } }',
      { filter },
    )
  ).entities.totalCount;

describe('ENT-02 the eight clears of an entity', () => {
  it('ENT-02 nothing is clear before somebody has looked', async () => {
    expect(await clearsOf(firms.software)).toMatchObject({
      completeness: { numerator: 0, denominator: 8, value: 0, asOf: '2026-06-15' },
      missing: clearItems,
      stale: [],
      conflicts: [],
      target: null,
    });
  });

  it('ENT-02 four items are recorded with their day, source and recorder, four follow from the registers', async () => {
    await record(toldFour.map((item) => told(item)));
    expect(await itemOf('VENUE')).toEqual({
      item: 'VENUE',
      clear: true,
      computed: false,
      recorded: true,
      asOf: '2026-06-01',
      source: 'SURVEY',
      recordedBy: 'town-east',
      stale: false,
      conflict: false,
    });
    expect((await clearsOf(firms.software)).missing).toEqual(['SET_UP', 'AFFILIATION', 'MEMBERS', 'INSTRUCTOR']);
    await registersKnow(firms.software);
    expect(await clearsOf(firms.software)).toMatchObject({ completeness: { numerator: 8, value: 1 }, missing: [] });
    expect(await itemOf('MEMBERS')).toMatchObject({ clear: true, computed: true, recorded: null });
  });

  it('ENT-02 ENT-06 an entity of which all four items were looked at is swept', async () => {
    const state = async () =>
      (
        await service.data<{ entity: { partyState: string } }>(
          actors.townEast,
          'query($id: ID!) { entity(id: $id) { partyState } }',
          { id: firms.shop },
        )
      ).entity.partyState;
    await record(
      toldFour.slice(1).map((item) => told(item)),
      firms.shop,
    );
    expect(await state()).toBe('UNSWEPT');
    await record([told('OPERATION', { clear: false })], firms.shop);
    expect(await state()).toBe('SWEPT');
  });

  it('ENT-02 a member who is told to work there makes the members clear', async () => {
    expect(await itemOf('MEMBERS')).toMatchObject({ clear: false });
    await service.receive(
      memberRecorded({
        memberId: randomUUID(),
        personId: randomUUID(),
        orgId: orgs.eastVillage,
        status: 'FULL',
        memberClass: 'IN_POST',
        areaCode: areas.eastVillage,
        workHost: { kind: 'ENTERPRISE', id: firms.software },
      }),
    );
    expect(await itemOf('MEMBERS')).toMatchObject({ clear: true });
  });

  it('ENT-02 a record that contradicts a register is shown as a conflict and does not count', async () => {
    const after = await record([told('SET_UP'), told('INSTRUCTOR', { clear: false })]);
    expect(after).toMatchObject({ completeness: { numerator: 0 }, conflicts: ['SET_UP'] });
    expect(await count({ clearConflict: true })).toBe(1);
    await registersKnow(firms.software);
    expect(await clearsOf(firms.software)).toMatchObject({ completeness: { numerator: 4 }, conflicts: ['INSTRUCTOR'] });
    await record([told('INSTRUCTOR')]);
    expect(await count({ clearConflict: true })).toBe(0);
    expect(await count({ clearConflict: false })).toBe(5);
  });

  it('ENT-02 an item found unclear is missing again', async () => {
    await record([told('VENUE')]);
    expect(await record([told('VENUE', { clear: false, asOf: '2026-06-10' })])).toMatchObject({
      completeness: { numerator: 0 },
    });
  });

  it.each([
    [[], 'NOTHING_TOLD'],
    [[told('VENUE'), told('VENUE', { clear: false })], 'ITEM_TWICE'],
    [[told('VENUE', { asOf: '2026-06-16' })], 'DAY_IN_THE_FUTURE'],
    [[told('VENUE', { asOf: '2026-05-31' })], 'OLDER_THAN_KNOWN'],
    [[told('VENUE', { asOf: '2026-06-01' })], 'allowed'],
  ])('ENT-02 recording %j: %s', async (items, expected) => {
    await record([told('VENUE')]);
    expect(await verdict(items)).toBe(expected);
  });

  it('ENT-02 nothing is recorded of a closed entity', async () => {
    await service.database.pool.query(
      `INSERT INTO entity (id, registrar, name, kind, operating, closed_on, area_code) VALUES ($1, 'MR', '已注销公司', 'COMPANY', 'CLOSED', '2026-01-01', $2)
       ON CONFLICT DO NOTHING`,
      [orgs.other, areas.eastCommunity],
    );
    expect(await verdict([told('VENUE')], orgs.other)).toBe('ENTITY_CLOSED');
  });

  it('ENT-02 of two who record different items at once both stand', async () => {
    await Promise.all([record([told('VENUE')]), record([told('ACTIVITY')], firms.software, actors.twoNewCounty)]);
    expect(await clearsOf(firms.software)).toMatchObject({ completeness: { numerator: 2 } });
  });
});

describe('ENT-02 stale items', () => {
  const stale = async (filter: object = {}, actor: Actor = actors.townEast) =>
    (
      await service.data<{ staleClears: { totalCount: number; nodes: object[] } }>(
        actor,
        'query($filter: StaleClearFilter) { staleClears(filter: $filter) { totalCount nodes { entity { id } item asOf days source } } }',
        { filter },
      )
    ).staleClears.nodes;

  it('ENT-02 are those recorded more than 180 days ago, oldest first; what a register answers never is', async () => {
    await record([
      told('VENUE', { asOf: '2025-12-17' }),
      told('ACTIVITY', { asOf: '2025-12-18' }),
      told('SET_UP', { asOf: '2020-01-01' }),
    ]);
    expect(await stale()).toEqual([]);
    service.on('2026-06-16');
    expect(await stale()).toEqual([
      { entity: { id: firms.software }, item: 'VENUE', asOf: '2025-12-17', days: 181, source: 'SURVEY' },
    ]);
    expect(await clearsOf(firms.software)).toMatchObject({ stale: ['VENUE'], completeness: { numerator: 2 } });
    service.on('2026-06-17');
    expect(await stale()).toHaveLength(2);
    expect(await stale({ item: 'ACTIVITY', areaCode: areas.east })).toHaveLength(1);
    expect(await stale({ areaCode: areas.west })).toEqual([]);
    expect(await stale({}, actors.townWest)).toEqual([]);
    await record([told('VENUE', { asOf: '2026-06-17' })]);
    expect(await stale()).toHaveLength(1);
  });
});

describe('ENT-02 completeness and its target', () => {
  const area = async (code: string, actor: Actor = actors.twoNewCounty) =>
    (
      await service.data<{
        _entities: { eightClears: Record<string, unknown> & { byItem: { item: string; ratio: object }[] } }[];
      }>(
        actor,
        `query($r: [_Any!]!) { _entities(representations: $r) { ... on Area { eightClears { items { numerator denominator value }
           complete { numerator denominator } byItem { item ratio { numerator } } target { value reached } reaching { numerator denominator } } } } }`,
        { r: [{ __typename: 'Area', code }] },
      )
    )._entities[0]!.eightClears;

  it('ENT-02 an area adds up its open entities, and the filters find those that lack something', async () => {
    await registersKnow(firms.software);
    await record(toldFour.map((item) => told(item)));
    await record([told('VENUE'), told('ACTIVITY')], firms.courier);
    const county = await area(areas.county);
    expect(county).toMatchObject({
      items: { numerator: 10, denominator: 40, value: 0.25 },
      complete: { numerator: 1, denominator: 5 },
      target: null,
      reaching: null,
    });
    expect(county.byItem.find(({ item }) => item === 'VENUE')?.ratio).toEqual({ numerator: 2 });
    expect(await area(areas.west)).toMatchObject({ items: { numerator: 0, denominator: 16 } });
    expect(await area(areas.otherTown)).toMatchObject({ items: { numerator: 0, denominator: 0, value: null } });
    expect(await count({ clearBelow: 8 })).toBe(4);
    expect(await count({ clearBelow: 2 })).toBe(3);
    expect(await count({ missingItem: 'VENUE' })).toBe(3);
    expect(await count({ missingItem: 'INSTRUCTOR', clearBelow: 3, areaCode: areas.east })).toBe(2);
  });

  it('ENT-02 each entity is judged by the target of the nearest area, an area by all its entities', async () => {
    await registersKnow(firms.software);
    await record(toldFour.map((item) => told(item)));
    await targetOf(areas.city, 8);
    expect(await clearsOf(firms.software)).toMatchObject({ target: { value: 8, reached: true } });
    expect(await clearsOf(firms.courier)).toMatchObject({ target: { value: 8, reached: false } });
    expect(await area(areas.east)).toMatchObject({
      target: { value: 8, reached: false },
      reaching: { numerator: 1, denominator: 3 },
    });
    await targetOf(areas.east, 0);
    expect(await area(areas.east)).toMatchObject({ target: { value: 0, reached: true }, reaching: { numerator: 3 } });
    expect(await area(areas.county)).toMatchObject({ target: { value: 8, reached: false } });
  });

  it('ENT-02 a target is not judged before its day, nor one without a figure', async () => {
    await targetOf(areas.county, 8, '2026-12-31');
    expect(await clearsOf(firms.software)).toMatchObject({ target: { value: 8, reached: null } });
    await service.database.pool.query('DELETE FROM known_target');
    await targetOf(areas.county, null);
    expect(await area(areas.county)).toMatchObject({ target: { value: null, reached: null }, reaching: null });
  });

  it('ENT-02 members of a duplicate make the members of the record clear that is kept, in the area too', async () => {
    const { rows } = await service.database.pool.query<{ id: string }>(
      `INSERT INTO entity (registrar, name, kind, operating, area_code) VALUES ('MR', '重复公司', 'COMPANY', 'DUPLICATE', $1) RETURNING id`,
      [areas.eastCommunity],
    );
    const mergedId = rows[0]!.id;
    await service.receive(
      memberRecorded({
        memberId: randomUUID(),
        personId: randomUUID(),
        orgId: orgs.eastVillage,
        status: 'PROBATIONARY',
        memberClass: 'IN_POST',
        areaCode: areas.eastVillage,
        workHost: { kind: 'ENTERPRISE', id: mergedId },
      }),
    );
    await service.data(
      actors.twoNewCounty,
      'mutation($input: MergeEntitiesInput!) { mergeEntities(input: $input) { entity { id } } }',
      { input: { keepId: firms.software, mergedId, reason: '重复' } },
    );
    const { items } = await clearsOf(firms.software);
    expect(items.find(({ item }) => item === 'MEMBERS')).toMatchObject({ clear: true });
    const { byItem } = await area(areas.eastCommunity);
    expect(byItem.find(({ item }) => item === 'MEMBERS')?.ratio).toEqual({ numerator: 1 });
  });

  it('ENT-02 the newer finding stays when two records are put together', async () => {
    const { rows } = await service.database.pool.query<{ id: string }>(
      `INSERT INTO entity (registrar, name, kind, operating, area_code) VALUES ('MR', '重复公司', 'COMPANY', 'DUPLICATE', $1) RETURNING id`,
      [areas.eastCommunity],
    );
    const mergedId = rows[0]!.id;
    await record([told('VENUE', { clear: false }), told('ACTIVITY', { asOf: '2026-06-10' })]);
    await record(
      [told('VENUE', { asOf: '2026-06-05' }), told('ACTIVITY', { clear: false }), told('OPERATION')],
      mergedId,
    );
    await service.data(
      actors.twoNewCounty,
      'mutation($input: MergeEntitiesInput!) { mergeEntities(input: $input) { entity { id } } }',
      { input: { keepId: firms.software, mergedId, reason: '重复' } },
    );
    expect((await clearsOf(firms.software)).items.filter(({ clear }) => clear).map(({ item }) => item)).toEqual([
      'OPERATION',
      'ACTIVITY',
      'VENUE',
    ]);
    expect(await clearsOf(mergedId)).toMatchObject({ completeness: { numerator: 2 } });
  });
});

describe('ENT-02 who records the eight clears', () => {
  const expected: Partial<Record<keyof typeof actors, string>> = {
    townEast: 'allowed',
    countyOrg: 'allowed',
    cityOrg: 'allowed',
    twoNewCounty: 'allowed',
    instructor: 'allowed',
    village: 'NOT_FOUND',
    townWest: 'NOT_FOUND',
    stranger: 'NOT_FOUND',
  };
  const table = (more: typeof expected) =>
    Object.fromEntries(
      (Object.keys(actors) as (keyof typeof actors)[]).map((name) => [
        name,
        [actors[name], { ...expected, ...more }[name] ?? 'NOT_ALLOWED'] as const,
      ]),
    );
  accessTable(
    'ENT-02 of a firm in the community',
    async () => firms.software,
    (actor, entityId) => verdict([told('VENUE')], entityId, actor),
    table({}),
  );
  accessTable(
    'ENT-02 of a shop in the village',
    async () => firms.shop,
    (actor, entityId) => verdict([told('VENUE')], entityId, actor),
    table({ village: 'allowed' }),
  );
});
