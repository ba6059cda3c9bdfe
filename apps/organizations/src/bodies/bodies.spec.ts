import type { Actor } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import { asActor, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, orgs, people, twoTowns } from '../../seeds/two-towns';
import { organizations } from '../service';
import { PartyOrganization } from '../register';
import { markTerms } from './bodies.daily';
import { bodiesAfterDissolution } from './bodies.endings';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const mutations = {
  recordLeadingBody: `mutation($input: RecordLeadingBodyInput!) { recordLeadingBody(input: $input) { leadingBody { id version } warnings { code } } }`,
  beginTerm: `mutation($input: BeginTermInput!) { beginTerm(input: $input) { term { id no startOn dueOn state citation { rule } } } }`,
  extendTerm: `mutation($input: ExtendTermInput!) { extendTerm(input: $input) { term { id endsOn extensionMonths state } } }`,
  appointToPost: `mutation($input: AppointToPostInput!) { appointToPost(input: $input) { post { id version person { id } } } }`,
  endPost: `mutation($input: EndPostInput!) { endPost(input: $input) { post { id to endReason } } }`,
} as const;
type Name = keyof typeof mutations;

const run = (actor: Actor, name: Name, input: object) =>
  service.data<Record<Name, Record<string, Record<string, unknown>>>>(actor, mutations[name], { input });
const verdict = (actor: Actor, name: Name, input: object) => service.verdict(actor, mutations[name], { input });

async function body(organizationId: string = orgs.xiaozhuang, more: object = {}): Promise<string> {
  const input = { organizationId, kind: 'BRANCH_COMMITTEE', seats: 3, ...more };
  return String((await run(people.co, 'recordLeadingBody', input)).recordLeadingBody.leadingBody!.id);
}
async function term(bodyId: string, startOn = '2023-06-01'): Promise<Record<string, unknown>> {
  return (await run(people.co, 'beginTerm', { bodyId, startOn })).beginTerm.term!;
}
async function appoint(bodyId: string, person: number, kind = 'SECRETARY', from = '2023-06-01'): Promise<string> {
  const input = { bodyId, personId: idAt(person), kind, from };
  return String((await run(people.co, 'appointToPost', input)).appointToPost.post!.id);
}
const secretary = async (asOf?: string, actor: Actor = people.ts) =>
  (
    await service.data<{ organization: { secretary: { person: { id: string } } | null } }>(
      actor,
      'query($id: ID!, $asOf: Date) { organization(id: $id, asOf: $asOf) { secretary { person { id } } } }',
      { id: orgs.xiaozhuang, asOf },
    )
  ).organization.secretary?.person.id ?? null;
const types = async () => (await service.emitted()).map(({ type }) => type.replace('organizations.', ''));

describe('ORG-11 terms', () => {
  const due = async (withinMonths: number, areaCode: string = codes.east, actor: Actor = people.co) =>
    (
      await service.data<{ termsDue: { nodes: { endsOn: string; state: string; daysLate: number; body: object }[] } }>(
        actor,
        `query($areaCode: AreaCode!, $withinMonths: Int!) { termsDue(areaCode: $areaCode, withinMonths: $withinMonths) { nodes {
           endsOn state daysLate body { organization { name superior { name } secretary { person { id } } } } } } }`,
        { areaCode, withinMonths },
      )
    ).termsDue.nodes;

  it('ORG-11 lists terms that end within months and overdue ones, earliest first, with secretary and superior', async () => {
    const overdue = await body();
    await term(overdue, '2021-06-01');
    await appoint(overdue, 501, 'SECRETARY', '2021-06-01');
    const soon = await body(orgs.community);
    await term(soon, '2021-09-01');
    await term(await body(orgs.dazhuangFirst), '2025-01-01');
    expect(await due(6)).toEqual([
      {
        endsOn: '2026-06-01',
        state: 'OVERDUE',
        daysLate: 14,
        body: {
          organization: {
            name: '小庄村党支部',
            superior: { name: '东镇党委' },
            secretary: { person: { id: idAt(501) } },
          },
        },
      },
      {
        endsOn: '2026-09-01',
        state: 'DUE',
        daysLate: 0,
        body: { organization: { name: '东关社区党支部', superior: { name: '东镇党委' }, secretary: null } },
      },
    ]);
    expect(await due(0)).toHaveLength(1);
    expect(await due(60)).toHaveLength(3);
    expect(await due(60, codes.west)).toHaveLength(0);
    expect(await due(60, codes.east, people.stranger)).toHaveLength(0);
    expect(await due(60, codes.city, people.ts)).toHaveLength(3);
  });

  it('ORG-11 tells once that a term is due and once that it is overdue', async () => {
    const { id } = await term(await body(), '2021-07-01');
    const runOn = async (day: string) => {
      service.on(day as CivilDate);
      for (const _ of [1, 2]) await markTerms({ today: service.today, transact: service.asSystem });
    };
    // Recorded within the reminder time: it is due from the first day on and needs no notice.
    await service.database.pool.query(`UPDATE term SET state = 'IN_TERM' WHERE id = $1`, [id]);
    await service.forget();
    await runOn('2026-06-30');
    await runOn('2026-07-01');
    expect(await types()).toEqual(['term.due.v1']);
    await runOn('2026-07-04');
    expect(await service.emitted()).toMatchObject([
      { type: 'organizations.term.due.v1', key: id, data: { orgId: orgs.xiaozhuang, dueOn: '2026-07-01' } },
      { type: 'organizations.term.overdue.v1', key: id, data: { daysLate: 3 } },
    ]);
  });

  it('ORG-11 extends a term by approval of the superior, twelve months at most in all', async () => {
    const { id } = await term(await body(), '2021-09-01');
    const input = { id, months: 7, document: '东镇〔2026〕3号' };
    expect(await verdict(people.br, 'extendTerm', input)).toBe('NOT_ALLOWED');
    expect((await run(people.ts, 'extendTerm', input)).extendTerm.term).toMatchObject({
      endsOn: '2027-04-01',
      extensionMonths: 7,
      state: 'EXTENDED',
    });
    expect(await verdict(people.ts, 'extendTerm', { ...input, months: 6 })).toBe('EXTENSION_TOO_LONG');
    expect(await verdict(people.ts, 'extendTerm', { ...input, months: 5, document: '' })).toBe('INVALID_INPUT');
    expect(await verdict(people.ts, 'extendTerm', { ...input, months: 5, version: 1 })).toBe('STALE_VERSION');
    expect(await verdict(people.ts, 'extendTerm', { ...input, months: 5 })).toBe('allowed');
  });

  it('ORG-11 ends the posts of the term before when a new one begins', async () => {
    const bodyId = await body();
    await term(bodyId, '2021-06-01');
    await appoint(bodyId, 501, 'SECRETARY', '2021-06-01');
    const second = await term(bodyId, '2026-06-01');
    expect(second).toMatchObject({ no: 2, dueOn: '2031-06-01', citation: { rule: 'org.term.village' } });
    expect(await secretary()).toBeNull();
    expect(await secretary('2026-05-31')).toBe(idAt(501));
    expect((await service.emitted()).find(({ type }) => type.endsWith('post.ended.v1'))?.data).toMatchObject({
      personId: idAt(501),
      to: '2026-06-01',
      endReason: 'TERM_END',
    });
    expect(await verdict(people.co, 'beginTerm', { bodyId, startOn: '2026-06-01' })).toBe('TERM_BEGINS_BEFORE_LAST');
    expect(await verdict(people.co, 'beginTerm', { bodyId, startOn: '2026-06-16' })).toBe('IN_THE_FUTURE');
  });
});

describe('ORG-11 a temporary branch', () => {
  it('ORG-11 has one term of appointed leaders and holds no election', async () => {
    await service.database.pool.query(`UPDATE party_organization SET set_up_way = 'TEMPORARY' WHERE id = $1`, [
      orgs.xiaozhuang,
    ]);
    const bodyId = await body();
    await term(bodyId, '2023-06-01');
    await appoint(bodyId, 501, 'SECRETARY', '2023-06-01');
    expect(await verdict(people.co, 'beginTerm', { bodyId, startOn: '2026-06-01' })).toBe('HOLDS_NO_ELECTION');
  });
});

describe('ORG-12 posts', () => {
  it('ORG-12 a post whose end was announced for later ends with its term', async () => {
    const bodyId = await body();
    await term(bodyId, '2021-06-01');
    const id = await appoint(bodyId, 501, 'SECRETARY', '2021-06-01');
    await run(people.ts, 'endPost', { id, on: '2027-01-01', reason: 'PROMOTED' });
    await term(bodyId, '2026-06-01');
    expect(await secretary()).toBeNull();
    const next = { bodyId, personId: idAt(502), kind: 'SECRETARY', from: '2026-06-01' };
    expect(await verdict(people.ts, 'appointToPost', next)).toBe('allowed');
  });

  it('ORG-12 nobody takes up a post of an organisation that was dissolved, and the village goes to its successor', async () => {
    const own = await body();
    await term(own);
    await appoint(own, 501, 'SECRETARY', '2026-07-01');
    const host = { kind: 'VILLAGE', id: codes.xiaozhuang };
    const village = await body(orgs.xiaozhuang, { kind: 'VILLAGE_COMMITTEE', host });
    await term(village);
    const director = await appoint(village, 502, 'DIRECTOR');
    await service.asSystem(async (tx) => {
      const dissolved = await tx.unscoped.get(PartyOrganization, orgs.xiaozhuang);
      await bodiesAfterDissolution(tx, Object.assign(dissolved, { closedOn: service.today }), orgs.dazhuang);
    });
    service.on('2026-07-02');
    const { posts } = await service.data<{ posts: { nodes: object[] } }>(
      people.vc,
      'query($id: ID) { posts(filter: { organizationId: $id }) { nodes { id kind } } }',
      { id: orgs.dazhuang },
    );
    expect(posts.nodes).toEqual([{ id: director, kind: 'DIRECTOR' }]);
    expect(await secretary()).toBeNull();
  });

  it('ORG-12 who sees an ended post sees its body and term, also when these have passed to another organisation', async () => {
    const host = { kind: 'VILLAGE', id: codes.xiaozhuang };
    const village = await body(orgs.xiaozhuang, { kind: 'VILLAGE_COMMITTEE', host });
    await term(village);
    const director = await appoint(village, 502, 'DIRECTOR');
    await run(people.ts, 'endPost', { id: director, on: '2025-03-01', reason: 'RESIGNED' });
    await service.asSystem(async (tx) => {
      const dissolved = await tx.unscoped.get(PartyOrganization, orgs.xiaozhuang);
      await bodiesAfterDissolution(tx, Object.assign(dissolved, { closedOn: service.today }), orgs.dazhuang);
    });
    const ofXiaozhuang = asActor('xiaozhuang-secretary', { role: 'VC', organizationId: orgs.xiaozhuang });
    const { posts } = await service.data<{ posts: { nodes: object[] } }>(
      ofXiaozhuang,
      '{ posts(asOf: "2025-02-28") { nodes { id body { id organization { id } posts { id } } term { no body { id } } } } }',
    );
    expect(posts.nodes).toEqual([
      { id: director, body: { id: village, organization: null, posts: [] }, term: { no: 1, body: { id: village } } },
    ]);
  });

  it('ORG-12 shows who was secretary on any day, also on the day of the change', async () => {
    const bodyId = await body();
    await term(bodyId);
    const first = await appoint(bodyId, 501);
    await run(people.ts, 'endPost', { id: first, on: '2025-03-01', reason: 'PROMOTED' });
    await appoint(bodyId, 502, 'SECRETARY', '2025-03-01');
    expect(await secretary('2025-02-28')).toBe(idAt(501));
    expect(await secretary('2025-03-01')).toBe(idAt(502));
    expect(await secretary()).toBe(idAt(502));
    expect(await secretary('2023-05-31')).toBeNull();
    const postsOn = async (asOf: string) =>
      (
        await service.data<{ posts: { nodes: { person: { id: string } }[]; totalCount: number } }>(
          people.ts,
          'query($asOf: Date) { posts(asOf: $asOf) { totalCount nodes { person { id } } } }',
          { asOf },
        )
      ).posts;
    expect(await postsOn('2025-02-28')).toEqual({ totalCount: 1, nodes: [{ person: { id: idAt(501) } }] });
    expect((await postsOn('2023-05-31')).totalCount).toBe(0);
  });

  it('ORG-12 gives a person all posts that the caller may see', async () => {
    const bodyId = await body();
    await term(bodyId);
    await appoint(bodyId, 501);
    const entities = `query($refs: [_Any!]!) { _entities(representations: $refs) { ... on Person { posts { kind body { organization { name } } } } } }`;
    const refs = [{ __typename: 'Person', id: idAt(501) }];
    const posts = [{ kind: 'SECRETARY', body: { organization: { name: '小庄村党支部' } } }];
    expect(await service.data(people.ts, entities, { refs })).toEqual({ _entities: [{ posts }] });
    expect(await service.data(people.stranger, entities, { refs })).toEqual({ _entities: [{ posts: [] }] });
  });

  it('ORG-12 refuses two heads at a time, posts outside the term, strange posts and more people than seats', async () => {
    const bodyId = await body();
    const input = { bodyId, personId: idAt(503), kind: 'SECRETARY', from: '2025-01-01' };
    expect(await verdict(people.ts, 'appointToPost', input)).toBe('NO_TERM');
    await term(bodyId);
    await appoint(bodyId, 501);
    expect(await verdict(people.ts, 'appointToPost', input)).toBe('HEAD_ALREADY_POSTED');
    expect(await verdict(people.ts, 'appointToPost', { ...input, from: '2023-05-31' })).toBe('OUTSIDE_TERM');
    expect(await verdict(people.ts, 'appointToPost', { ...input, kind: 'DIRECTOR' })).toBe('POST_DOES_NOT_FIT');
    await appoint(bodyId, 502, 'ORG_MEMBER');
    const twice = { ...input, personId: idAt(502), kind: 'ORG_MEMBER' };
    expect(await verdict(people.ts, 'appointToPost', twice)).toBe('HOLDS_THE_POST_ALREADY');
    await appoint(bodyId, 503, 'DISCIPLINE_MEMBER');
    expect(await verdict(people.ts, 'appointToPost', { ...input, personId: idAt(504), kind: 'COMMITTEE_MEMBER' })).toBe(
      'NO_SEAT_LEFT',
    );
  });

  it('ORG-12 counts vacancies, warns of seats outside the rule and refuses a body that does not fit', async () => {
    const bodyId = await body();
    await term(bodyId);
    await appoint(bodyId, 501);
    await appoint(bodyId, 501, 'DISCIPLINE_MEMBER');
    const vacancies = await service.data(
      people.ts,
      'query($id: ID!) { organization(id: $id) { leadingBodies { seats vacancies before: vacancies(asOf: "2023-01-01") currentTerm { no } } } }',
      { id: orgs.xiaozhuang },
    );
    expect(vacancies).toEqual({
      organization: { leadingBodies: [{ seats: 3, vacancies: 2, before: 3, currentTerm: { no: 1 } }] },
    });
    const seats = { organizationId: orgs.community, kind: 'BRANCH_COMMITTEE', seats: 9 };
    expect((await run(people.ts, 'recordLeadingBody', seats)).recordLeadingBody.warnings).toEqual([
      { code: 'SEATS_OUT_OF_RULE' },
    ]);
    expect(await verdict(people.ts, 'recordLeadingBody', seats)).toBe('BODY_EXISTS');
    expect(await verdict(people.ts, 'recordLeadingBody', { ...seats, kind: 'BOARD' })).toBe('BODY_KIND_DOES_NOT_FIT');
  });

  it('ORG-12 refuses to end a post twice or before it began', async () => {
    const bodyId = await body();
    await term(bodyId);
    const id = await appoint(bodyId, 501);
    const input = { id, on: '2025-01-01', reason: 'RESIGNED' };
    expect(await verdict(people.ts, 'endPost', { ...input, on: '2023-06-01' })).toBe('ENDS_BEFORE_IT_BEGAN');
    expect(await verdict(people.ts, 'endPost', input)).toBe('allowed');
    expect(await verdict(people.ts, 'endPost', input)).toBe('POST_ENDED');
  });
});

describe('ORG-13 secretary and head in one person', () => {
  const shoulder = async (areaCode: string, asOf?: string, actor: Actor = people.co) =>
    (
      await service.data<{ oneShoulder: { ratio: object; villages: { area: { name: string }; director: object }[] } }>(
        actor,
        `query($areaCode: AreaCode!, $asOf: Date) { oneShoulder(areaCode: $areaCode, asOf: $asOf) {
           ratio { numerator denominator value } villages { area { name } secretary { person { id } } director { person { id } } } } }`,
        { areaCode, asOf },
      )
    ).oneShoulder;
  const village = { kind: 'VILLAGE_COMMITTEE', seats: 5, host: { kind: 'VILLAGE', id: codes.xiaozhuang } };

  it('ORG-13 a committee of a village that lies elsewhere is recorded by nobody but those who lead there', async () => {
    const elsewhere = { kind: 'VILLAGE_COMMITTEE', seats: 5, host: { kind: 'VILLAGE', id: codes.liuzhuang } };
    const recorded = (actor: Actor, organizationId: string) =>
      verdict(actor, 'recordLeadingBody', { ...elsewhere, organizationId });
    expect(await recorded(people.vc, orgs.dazhuang)).toBe('HOST_OUTSIDE_AREA');
    expect(await recorded(people.ts, orgs.east)).toBe('HOST_OUTSIDE_AREA');
    expect(await recorded(people.stranger, orgs.west)).toBe('allowed');
    expect(await recorded(people.stranger, orgs.liuzhuang)).toBe('BODY_EXISTS');
  });

  it('ORG-13 counts villages with one person in both posts, on any day, and lists the others', async () => {
    const party = await body();
    await term(party);
    await appoint(party, 501);
    const committee = await body(orgs.xiaozhuang, village);
    await term(committee);
    const director = await appoint(committee, 502, 'DIRECTOR');
    expect(await shoulder(codes.east)).toEqual({
      ratio: { numerator: 0, denominator: 2, value: 0 },
      villages: [
        { area: { name: '大庄村' }, secretary: null, director: null },
        { area: { name: '小庄村' }, secretary: { person: { id: idAt(501) } }, director: { person: { id: idAt(502) } } },
      ],
    });
    await run(people.ts, 'endPost', { id: director, on: '2026-01-01', reason: 'RESIGNED' });
    await appoint(committee, 501, 'DIRECTOR', '2026-01-01');
    expect((await shoulder(codes.east)).ratio).toEqual({ numerator: 1, denominator: 2, value: 0.5 });
    expect((await shoulder(codes.east, '2025-12-31')).ratio).toMatchObject({ numerator: 0 });
    expect((await shoulder(codes.county)).ratio).toMatchObject({ denominator: 3 });
    expect((await shoulder(codes.county, undefined, people.ts)).ratio).toMatchObject({ denominator: 2 });
    expect((await shoulder(codes.west, undefined, people.ts)).ratio).toEqual({
      numerator: 0,
      denominator: 0,
      value: null,
    });
  });
});

describe('ORG-12 who may keep bodies', () => {
  const expected = {
    co: 'allowed',
    ts: 'allowed',
    tsByArea: 'allowed',
    vc: 'NOT_FOUND',
    stranger: 'NOT_FOUND',
    auditor: 'NOT_ALLOWED',
    nobody: 'NOT_ALLOWED',
  } as const;
  it.each(Object.entries(expected))('ORG-12 %s', async (who, verdictOf) => {
    const actor = people[who as keyof typeof expected];
    const bodyId = await body();
    const { id } = await term(bodyId, '2021-09-01');
    expect(
      await verdict(actor, 'appointToPost', { bodyId, personId: idAt(501), kind: 'SECRETARY', from: '2022-01-01' }),
    ).toBe(verdictOf);
    const postId = await appoint(bodyId, 502, 'ORG_MEMBER', '2022-01-01');
    expect(await verdict(actor, 'endPost', { id: postId, on: '2025-01-01', reason: 'RESIGNED' })).toBe(verdictOf);
    // Who may extend no term at all is told so, whatever he sees.
    expect(await verdict(actor, 'extendTerm', { id, months: 1, document: '文' })).toBe(
      who === 'vc' ? 'NOT_ALLOWED' : verdictOf,
    );
    expect(await verdict(actor, 'beginTerm', { bodyId, startOn: '2026-06-01' })).toBe(verdictOf);
    const other = { organizationId: orgs.community, kind: 'BRANCH_COMMITTEE', seats: 1 };
    expect(await verdict(actor, 'recordLeadingBody', other)).toBe(verdictOf);
  });

  it('ORG-12 lets a branch keep its own posts, but not extend its own term', async () => {
    const bodyId = await body(orgs.dazhuangFirst);
    const { id } = await term(bodyId, '2021-09-01');
    expect(
      await verdict(people.br, 'appointToPost', { bodyId, personId: idAt(501), kind: 'SECRETARY', from: '2022-01-01' }),
    ).toBe('allowed');
    expect(await verdict(people.br, 'extendTerm', { id, months: 1, document: '文' })).toBe('NOT_ALLOWED');
    const { organization } = await service.data<{
      organization: { leadingBodies: { currentTerm: { actions: { step: string; allowed: boolean }[] } }[] };
    }>(
      people.br,
      'query($id: ID!) { organization(id: $id) { leadingBodies { currentTerm { actions { step allowed } } } } }',
      {
        id: orgs.dazhuangFirst,
      },
    );
    expect(organization.leadingBodies[0]?.currentTerm.actions).toEqual([
      { step: 'extendTerm', allowed: false },
      { step: 'beginTerm', allowed: true },
    ]);
  });
});
