import type { Actor } from '@jishi/access';
import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, orgs, people, twoTowns } from '../../seeds/two-towns';
import { organizations } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const merge = `mutation($input: MergeAreasInput!) { mergeAreas(input: $input) {
  area { code name kind parent { name } validFrom } merged { code validTo replacedBy { code } } relocated } }`;
const input = {
  codes: [codes.dazhuang, codes.xiaozhuang],
  successor: { code: '410823100202', name: '大小庄村', kind: 'VILLAGE' },
  on: '2026-06-10',
};
const areaOf = async (id: string, asOf?: string) =>
  (
    await service.data<{ organization: { area: { name: string }; host: object } }>(
      people.cityCo,
      'query($id: ID!, $asOf: Date) { organization(id: $id, asOf: $asOf) { area { name } host { id } } }',
      { id, asOf },
    )
  ).organization;
const villages = async (asOf?: string) =>
  (
    await service.data<{ areas: { nodes: { name: string }[] } }>(
      people.cityCo,
      'query($asOf: Date, $within: AreaCode) { areas(filter: { within: $within, kind: VILLAGE }, asOf: $asOf) { nodes { name } } }',
      { asOf, within: codes.east },
    )
  ).areas.nodes.map(({ name }) => name);

describe('ORG-01 merging areas', () => {
  it('ORG-01 keeps old codes for history and moves organisations to the successor from the day on', async () => {
    expect((await service.data(people.co, merge, { input })).mergeAreas).toEqual({
      area: {
        code: '410823100202',
        name: '大小庄村',
        kind: 'VILLAGE',
        parent: { name: '东镇' },
        validFrom: '2026-06-10',
      },
      merged: [codes.dazhuang, codes.xiaozhuang].map((code) => ({
        code,
        validTo: '2026-06-10',
        replacedBy: [{ code: '410823100202' }],
      })),
      relocated: 5,
    });
    expect(await villages('2026-06-09')).toEqual(['大庄村', '小庄村']);
    expect(await villages()).toEqual(['大小庄村']);
    expect(await areaOf(orgs.xiaozhuang)).toEqual({ area: { name: '大小庄村' }, host: { id: '410823100202' } });
    expect(await areaOf(orgs.xiaozhuang, '2026-06-09')).toEqual({
      area: { name: '小庄村' },
      host: { id: codes.xiaozhuang },
    });
    const emitted = await service.emitted();
    expect(emitted.filter(({ type }) => type === 'organizations.area.changed.v1')).toHaveLength(3);
    expect(emitted.filter(({ type }) => type === 'organizations.organization.relocated.v1')).toHaveLength(5);
    expect(emitted.find(({ key }) => key === orgs.xiaozhuang)?.data).toEqual({
      orgId: orgs.xiaozhuang,
      fromAreaCode: codes.xiaozhuang,
      toAreaCode: '410823100202',
      host: { kind: 'VILLAGE', id: '410823100202' },
      effectiveOn: '2026-06-10',
    });
    const counts = 'query($asOf: Date) { organizationCounts(asOf: $asOf) { count kind board } }';
    expect(await service.data(people.co, counts)).toEqual(
      await service.data(people.co, counts, { asOf: '2026-06-09' }),
    );
  });

  it('ORG-01 lets one of the old codes survive', async () => {
    const { mergeAreas } = await service.data<{ mergeAreas: { merged: object[]; relocated: number } }>(
      people.co,
      merge,
      {
        input: { ...input, successor: { code: codes.dazhuang } },
      },
    );
    expect(mergeAreas).toMatchObject({ relocated: 1, merged: [{ code: codes.xiaozhuang }] });
    expect(await villages()).toEqual(['大庄村']);
  });

  it('ORG-01 ends the village committees of the old codes and keeps last year’s figures', async () => {
    const body = async (more: object) => {
      const made = await service.data<{ recordLeadingBody: { leadingBody: { id: string } } }>(
        people.co,
        'mutation($input: RecordLeadingBodyInput!) { recordLeadingBody(input: $input) { leadingBody { id } } }',
        { input: { organizationId: orgs.xiaozhuang, seats: 3, ...more } },
      );
      const bodyId = made.recordLeadingBody.leadingBody.id;
      await service.data(people.co, 'mutation($input: BeginTermInput!) { beginTerm(input: $input) { term { id } } }', {
        input: { bodyId, startOn: '2023-06-01' },
      });
      return bodyId;
    };
    const appoint = (bodyId: string, kind: string) =>
      service.data(
        people.co,
        'mutation($input: AppointToPostInput!) { appointToPost(input: $input) { post { id } } }',
        {
          input: { bodyId, personId: idAt(501), kind, from: '2023-06-01' },
        },
      );
    await appoint(await body({ kind: 'BRANCH_COMMITTEE' }), 'SECRETARY');
    await appoint(
      await body({ kind: 'VILLAGE_COMMITTEE', host: { kind: 'VILLAGE', id: codes.xiaozhuang } }),
      'DIRECTOR',
    );
    const figure = async (asOf?: string) =>
      service.data(
        people.co,
        'query($asOf: Date) { oneShoulder(areaCode: "410823100", asOf: $asOf) { ratio { numerator denominator } } }',
        { asOf },
      );
    const lastYear = await figure('2025-12-31');
    expect(lastYear).toEqual({ oneShoulder: { ratio: { numerator: 1, denominator: 2 } } });
    await service.data(people.co, merge, { input });
    expect(await figure('2025-12-31')).toEqual(lastYear);
    expect(await figure()).toEqual({ oneShoulder: { ratio: { numerator: 0, denominator: 1 } } });
    const ended = (await service.emitted()).filter(({ type }) => type === 'organizations.post.ended.v1');
    expect(ended).toMatchObject([{ data: { postKind: 'DIRECTOR', to: '2026-06-10' } }]);

    const kindsIn = async (areaCode: string, asOf?: string) =>
      (
        await service.data<{ posts: { nodes: { kind: string }[] } }>(
          people.co,
          'query($areaCode: AreaCode, $asOf: Date) { posts(filter: { areaCode: $areaCode }, asOf: $asOf) { nodes { kind } } }',
          { areaCode, asOf },
        )
      ).posts.nodes
        .map(({ kind }) => kind)
        .sort();
    expect(await kindsIn(codes.xiaozhuang, '2026-06-09')).toEqual(['DIRECTOR', 'SECRETARY']);
    expect(await kindsIn('410823100202', '2026-06-09')).toEqual([]);
    expect(await kindsIn('410823100202')).toEqual(['SECRETARY']);
    const { rows } = await service.database.pool.query(
      `SELECT DISTINCT entity FROM audit_entry WHERE changes -> 'area_code' ->> 'after' = '410823100202' AND action = 'UPDATE'`,
    );
    expect(rows.map(({ entity }) => entity).sort()).toEqual(['leading_body', 'party_organization', 'post', 'term']);
  });

  it('ORG-01 tells of the units that stood in the old codes, and audits each of them', async () => {
    const { recordPublicUnit } = await service.data<{ recordPublicUnit: { publicUnit: { id: string } } }>(
      people.co,
      'mutation($input: RecordPublicUnitInput!) { recordPublicUnit(input: $input) { publicUnit { id } } }',
      { input: { name: '小庄小学', kind: 'SCHOOL', areaCode: codes.xiaozhuang } },
    );
    const { id } = recordPublicUnit.publicUnit;
    const board = { organizationId: orgs.xiaozhuang, kind: 'MANAGEMENT', seats: 3, host: { kind: 'UNIT', id } };
    const record =
      'mutation($input: RecordLeadingBodyInput!) { recordLeadingBody(input: $input) { leadingBody { id } } }';
    await service.data(people.co, record, { input: board });
    await service.forget();
    await service.data(people.co, merge, { input });
    expect((await service.database.pool.query('SELECT area_code, closed_on FROM leading_body')).rows).toEqual([
      { area_code: '410823100202', closed_on: null },
    ]);
    expect((await service.emitted()).filter(({ type }) => type === 'organizations.unit.changed.v1')).toMatchObject([
      { key: id, data: { areaCode: '410823100202' } },
    ]);
    const { rows } = await service.database.pool.query(
      'SELECT account, action, changes FROM audit_entry WHERE entity_id = $1 ORDER BY seq DESC LIMIT 1',
      [id],
    );
    expect(rows).toMatchObject([
      {
        account: people.co.account,
        action: 'UPDATE',
        changes: { area_code: { before: codes.xiaozhuang, after: '410823100202' } },
      },
    ]);
  });

  it.each([
    ['a code twice', {}, 'AREA_NOT_IN_USE'],
    ['towns', { codes: [codes.east, codes.west] }, 'NOT_A_GRASSROOTS_AREA'],
    ['into itself', { codes: [codes.dazhuang], successor: { code: codes.dazhuang } }, 'NOTHING_TO_MERGE'],
    ['from tomorrow', { on: '2026-06-16' }, 'IN_THE_FUTURE'],
    ['before they came into use', { on: '2020-01-01' }, 'EFFECTIVE_BEFORE_LAST_CHANGE'],
    ['without a name', { successor: { code: '410823100203' } }, 'SUCCESSOR_UNNAMED'],
    ['an unknown code', { codes: ['410823100299'] }, 'NOT_FOUND'],
  ])('ORG-01 refuses to merge %s', async (title, given, code) => {
    if (title === 'a code twice') await service.data(people.co, merge, { input });
    expect(await service.verdict(people.co, merge, { input: { ...input, ...given } })).toBe(code);
  });

  const areaDepartment: Actor = {
    ...people.co,
    grants: [{ role: 'CO', area: codes.county }],
  };
  it.each([
    ['the department of the county, by area', areaDepartment, 'allowed'],
    ['the town', people.ts, 'NOT_ALLOWED'],
    ['the village', people.vc, 'NOT_ALLOWED'],
    ['the auditor', people.auditor, 'NOT_ALLOWED'],
    ['nobody', people.nobody, 'NOT_ALLOWED'],
    [
      'the department of another county',
      { ...people.co, grants: [{ role: 'CO', area: '410825' }] } as Actor,
      'NOT_ALLOWED',
    ],
  ])('ORG-01 who may merge areas: %s', async (_, actor, expected) => {
    expect(await service.verdict(actor, merge, { input })).toBe(expected);
  });
});

describe('ORG-01 units', () => {
  const record = `mutation($input: RecordPublicUnitInput!) { recordPublicUnit(input: $input) { publicUnit { id version uscc area { name } } } }`;
  const unit = { name: '武陟县档案馆', kind: 'INSTITUTION', areaCode: codes.county, uscc: '12410823MB0000000P' };

  it('ORG-01 X-28 checks the credit code, keeps it unique and locks by version; the auditor reads both steps', async () => {
    const wrong = await service.ask(people.co, record, { input: unit });
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ field: 'uscc' });
    const { recordPublicUnit } = await service.data<{ recordPublicUnit: { publicUnit: { id: string } } }>(
      people.co,
      record,
      {
        input: { ...unit, uscc: null },
      },
    );
    const change = { ...unit, uscc: null, id: recordPublicUnit.publicUnit.id };
    expect(await service.verdict(people.co, record, { input: { ...change, version: 1, status: 'CLOSED' } })).toBe(
      'allowed',
    );
    expect(await service.verdict(people.co, record, { input: { ...change, version: 1 } })).toBe('STALE_VERSION');
    expect((await service.emitted()).at(-1)).toMatchObject({
      type: 'organizations.unit.changed.v1',
      data: { status: 'CLOSED', areaCode: codes.county },
    });
    const trail = `query ($id: ID!) { organizationsAudit(entityId: $id) { nodes { account action changes } } }`;
    const { organizationsAudit } = await service.data<{ organizationsAudit: { nodes: { changes: string }[] } }>(
      people.auditor,
      trail,
      { id: change.id },
    );
    expect(organizationsAudit.nodes).toMatchObject([
      { account: people.co.account, action: 'UPDATE' },
      { action: 'INSERT' },
    ]);
    expect(JSON.parse(organizationsAudit.nodes[0]!.changes)).toMatchObject({
      status: { before: 'ACTIVE', after: 'CLOSED' },
    });
    expect(await service.verdict(people.co, trail, { id: change.id })).toBe('NOT_ALLOWED');
    const { publicUnits } = await service.data<{ publicUnits: { nodes: object[] } }>(
      people.ts,
      '{ publicUnits(filter: { namePrefix: "武陟" }) { nodes { name area { name } } } }',
    );
    expect(publicUnits.nodes).toEqual([{ name: '武陟县档案馆', area: { name: '武陟县' } }]);
  });

  it('ORG-01 asks for a unit’s name instead of failing inside', async () => {
    expect(await service.verdict(people.co, record, { input: { ...unit, uscc: null, name: '' } })).toBe('NAME_MISSING');
  });

  it.each([
    ['ts', 'NOT_ALLOWED'],
    ['vc', 'NOT_ALLOWED'],
    ['br', 'NOT_ALLOWED'],
    ['stranger', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED'],
  ] as const)('ORG-01 who may record units: %s', async (who, expected) => {
    expect(await service.verdict(people[who], record, { input: { ...unit, uscc: null } })).toBe(expected);
  });
});
