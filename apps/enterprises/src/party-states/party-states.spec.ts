import type { Actor } from '@jishi/access';
import { organizationPrepared, organizationRecorded, type DomainEvent, memberConfirmed } from '@jishi/event-contracts';
import { handleOnce } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { testService, type TestService } from '@jishi/testing';
import { branchId, confirmed, dissolved, established, left, recorded, worksAt } from '../../seeds/told';
import { actors, areas, codeOf, firm, twoTowns } from '../../seeds/two-towns';
import { enterprises } from '../service';
import { followMembers } from './party-states.consumers';
import { judgeByTheClock } from './party-states.daily';

let service: TestService;
let no = 0;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
beforeEach(() => service.on('2026-06-15'));
afterAll(() => service.close());

const idOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** A firm of its own for every test; numbers of members and branches are told from it too. */
async function freshFirm(more: Parameters<typeof firm>[4] = {}): Promise<{ id: string; at: number }> {
  no += 1;
  const id = idOf(2_000 + no);
  await service.asSystem((tx) => firm(tx, id, 2_000 + no, `新公司${String(no).padStart(3, '0')}`, more));
  await service.forget();
  return { id, at: no * 100 };
}
interface Seen {
  partyState: string;
  fullMembers: number;
  organisationCount: number;
  partyStateChanges: { from: string; to: string; cause: string; on: string; organization: { id: string } | null }[];
}
const entity = async (id: string): Promise<Seen> =>
  (
    await service.data<{ entity: Seen }>(
      actors.countyOrg,
      `query($id: ID!) { entity(id: $id) { partyState fullMembers organisationCount
         partyStateChanges { from to cause on organization { id } } } }`,
      { id },
    )
  ).entity;
const stateOf = async (id: string) => (await entity(id)).partyState;
const told = async () =>
  (await service.emitted())
    .filter(({ type }) => type === 'enterprises.party-state.changed.v1')
    .map(({ data }) => `${String(data['from'])} → ${String(data['to'])}`);
const workers = (at: number, count: number, id: string) =>
  Array.from({ length: count }, (_, index) => recorded(at + index, id));
const clock = () => judgeByTheClock({ today: service.today, transact: service.asSystem });

describe('ENT-06 who works where', () => {
  it('ENT-06 the third full member makes a firm one that should have an organisation, told once', async () => {
    const { id, at } = await freshFirm();
    await service.receive(...workers(at, 2, id), recorded(at + 9, id, 'PROBATIONARY'));
    expect(await entity(id)).toMatchObject({ partyState: 'UNSWEPT', fullMembers: 2, partyStateChanges: [] });
    await service.receive(confirmed(at + 9));
    expect(await entity(id)).toMatchObject({
      partyState: 'QUALIFIED',
      fullMembers: 3,
      partyStateChanges: [{ from: 'UNSWEPT', to: 'QUALIFIED', cause: 'MEMBERS_REACHED', on: '2026-06-15' }],
    });
    await service.receive(recorded(at + 20, id));
    expect(await told()).toEqual(['UNSWEPT → QUALIFIED']);
  });

  it('ENT-06 who leaves, or works elsewhere, counts no more where he was', async () => {
    const [from, to] = [await freshFirm(), await freshFirm()];
    await service.receive(...workers(from.at, 4, from.id), ...workers(to.at, 2, to.id));
    await service.receive(worksAt(from.at, to.id));
    expect([(await entity(from.id)).fullMembers, (await entity(to.id)).fullMembers]).toEqual([3, 3]);
    expect(await stateOf(to.id)).toBe('QUALIFIED');
    await service.receive(left(from.at + 1), worksAt(to.at, null));
    expect([(await entity(from.id)).fullMembers, (await entity(to.id)).fullMembers]).toEqual([2, 2]);
    expect([await stateOf(from.id), await stateOf(to.id)]).toEqual(['UNSWEPT', 'UNSWEPT']);
  });

  it('ENT-06 members told before their firm is recorded are counted when it is', async () => {
    no += 1;
    const [id, at] = [idOf(2_000 + no), no * 100];
    await service.receive(...workers(at, 3, id));
    await service.asSystem((tx) => firm(tx, id, 2_000 + no, `后登记公司${no}`));
    await service.receive(recorded(at + 9, id, 'PROBATIONARY'), confirmed(at + 9));
    expect(await entity(id)).toMatchObject({ partyState: 'QUALIFIED', fullMembers: 4 });
  });

  it('ENT-06 an event of a member waits until the copy of the register has seen it', async () => {
    const { at } = await freshFirm();
    const early = memberConfirmed({ memberId: idOf(at), orgId: idOf(at), confirmedOn: '2026-06-15' });
    const cloudEvent = {
      specversion: '1.0' as const,
      id: idOf(at),
      source: '/test',
      type: early.type,
      time: '2026-06-15T00:00:00Z',
      partitionkey: early.key,
      aggregateversion: 1,
      dataclass: early.dataClass,
      actor: 'test',
      data: early.data,
    };
    await expect(
      service.asSystem((tx) => handleOnce(tx, followMembers, early.topic, cloudEvent)),
    ).rejects.toMatchObject({ code: '55P03' });
  });

  it('ENT-06 members who come at once are all counted', async () => {
    const { id, at } = await freshFirm();
    await Promise.all(workers(at, 6, id).map((event) => service.receive(event)));
    expect(await entity(id)).toMatchObject({ fullMembers: 6, partyState: 'QUALIFIED' });
    expect(await told()).toEqual(['UNSWEPT → QUALIFIED']);
  });
});

describe('ENT-09 ENT-06 instructors', () => {
  it('ENT-06 an instructor who serves makes it instructed until he goes, and three members prevail', async () => {
    const { id, at } = await freshFirm();
    const step = async (
      mutation: string,
      type: string,
      input: object,
      actor: Actor,
    ): Promise<{ id: string; version: number }> => {
      const field = mutation.startsWith('record') ? 'instructor' : 'assignment';
      const reply = await service.data<{ step: Record<string, { id: string; version: number }> }>(
        actor,
        `mutation($input: ${type}!) { step: ${mutation}(input: $input) { ${field} { id version } } }`,
        { input },
      );
      return reply.step[field]!;
    };
    const instructor = await step(
      'recordInstructor',
      'RecordInstructorInput',
      { personId: idOf(40_000 + at), kind: 'INSTRUCTOR', areaCode: areas.county, since: '2026-01-01' },
      actors.twoNewCounty,
    );
    const proposed = await step(
      'proposeInstructor',
      'ProposeInstructorInput',
      { instructorId: instructor.id, entityId: id },
      actors.twoNewCounty,
    );
    expect(await stateOf(id)).toBe('UNSWEPT');
    const active = await step('confirmInstructor', 'ConfirmInstructorInput', proposed, actors.twoNewCounty);
    expect(await stateOf(id)).toBe('INSTRUCTED');
    await service.receive(...workers(at, 3, id), left(at));
    expect(await stateOf(id)).toBe('INSTRUCTED');
    await step(
      'endInstructorAssignment',
      'EndInstructorAssignmentInput',
      { ...active, reason: '轮换' },
      actors.twoNewCounty,
    );
    expect((await entity(id)).partyStateChanges.map(({ to, cause }) => `${to} ${cause}`)).toEqual([
      'INSTRUCTED INSTRUCTOR_ASSIGNED',
      'QUALIFIED MEMBERS_REACHED',
      'INSTRUCTED MEMBERS_FELL',
      'UNSWEPT INSTRUCTOR_LEFT',
    ]);
  });
});

describe('ENT-07 what an organisation covers', () => {
  it('ENT-07 a joint branch covers each host, one that is being prepared covers nobody', async () => {
    const hosts = [await freshFirm(), await freshFirm(), await freshFirm()];
    const ids = hosts.map(({ id }) => id);
    const branch = established(no, ids);
    const { establishedOn: _, ...prepared } = branch.data;
    await service.receive(organizationPrepared({ ...prepared, establishedOn: null }));
    expect(await Promise.all(ids.map(stateOf))).toEqual(['UNSWEPT', 'UNSWEPT', 'UNSWEPT']);
    await service.receive(branch);
    expect(await Promise.all(ids.map(stateOf))).toEqual(['ORGANISED', 'ORGANISED', 'ORGANISED']);
    const covered = await service.data(
      actors.countyOrg,
      `query($org: ID!, $id: ID!) {
         _entities(representations: [{ __typename: "PartyOrganization", id: $org }]) {
           ... on PartyOrganization { coveredEntities { entity { id } way from to } } }
         entity(id: $id) { coveredBy { organization { id } way } earlier: coveredBy(asOf: "2026-06-14") { way } } }`,
      { org: branchId(no), id: ids[0] },
    );
    expect(covered).toEqual({
      _entities: [
        { coveredEntities: ids.map((id) => ({ entity: { id }, way: 'JOINT', from: '2026-06-15', to: null })) },
      ],
      entity: { coveredBy: [{ organization: { id: branchId(no) }, way: 'JOINT' }], earlier: [] },
    });
  });

  it.each<[string, Parameters<typeof established>[3], string]>([
    ['a branch', {}, 'ORGANISED'],
    ['a committee', { kind: 'COMMITTEE' }, 'ORGANISED'],
    ['a group', { kind: 'GROUP' }, 'UNSWEPT'],
    ['a discipline committee', { kind: 'DISCIPLINE_COMMITTEE' }, 'UNSWEPT'],
    ['a temporary branch', { setUpWay: 'TEMPORARY' }, 'UNSWEPT'],
    ['a functional branch', { setUpWay: 'FUNCTIONAL' }, 'UNSWEPT'],
    ['a trade branch', { setUpWay: 'TRADE' }, 'ORGANISED'],
  ])('ENT-07 %s leaves the firm %s', async (_, more, expected) => {
    const { id } = await freshFirm();
    await service.receive(established(no, [id], '2026-06-15', more));
    expect(await stateOf(id)).toBe(expected);
  });

  it('ENT-07 dissolved, it lapses; three members who still work there make it one that should have one', async () => {
    const { id, at } = await freshFirm();
    await service.receive(...workers(at, 3, id), established(no, [id]));
    service.on('2026-06-20');
    await service.receive(dissolved(no, id, '2026-06-20'));
    expect(await entity(id)).toMatchObject({
      partyState: 'QUALIFIED',
      organisationCount: 0,
      partyStateChanges: [
        { to: 'QUALIFIED' },
        { to: 'ORGANISED', cause: 'ORGANISATION_ACTIVE', organization: { id: branchId(no) } },
        { to: 'LAPSED', cause: 'ORGANISATION_DISSOLVED', organization: { id: branchId(no) }, on: '2026-06-20' },
        { to: 'QUALIFIED', cause: 'MEMBERS_REACHED' },
      ],
    });
  });

  it('ENT-07 the same events twice, and members first or organisation first, leave the same', async () => {
    const [one, other] = [await freshFirm(), await freshFirm()];
    const rows = async (id: string) =>
      (
        await service.database.pool.query(
          `SELECT e.party_state, e.full_members, e.org_count, o.way, o.valid_from, o.valid_to
           FROM entity e LEFT JOIN entity_organization o ON o.entity_id = e.id WHERE e.id = $1`,
          [id],
        )
      ).rows;
    const membersFirst: DomainEvent[] = [...workers(one.at, 3, one.id), established(one.at, [one.id])];
    const organisationFirst: DomainEvent[] = [established(other.at, [other.id]), ...workers(other.at, 3, other.id)];
    await service.receive(...membersFirst, ...organisationFirst);
    const before = [await rows(one.id), await entity(one.id), await told()];
    expect(await rows(other.id)).toEqual(before[0]);
    expect(new Set(await service.receive(...membersFirst, ...organisationFirst))).toEqual(new Set(['repeated']));
    expect([await rows(one.id), await entity(one.id), await told()]).toEqual(before);
  });

  it('ENT-07 a snapshot tells what is so, also of one that was dissolved, and tells nothing twice', async () => {
    const { id } = await freshFirm();
    const { superiorId, areaCode, establishedOn, ...about } = established(no, [id], '2024-05-01').data;
    const period = { kind: about.kind, board: about.board, superiorId, areaCode };
    const snapshot = (closedOn: string | null) => ({
      ...organizationRecorded({
        ...about,
        establishedOn,
        closedOn,
        mergedIntoId: null,
        history: [
          { ...period, validFrom: '2024-04-01', validTo: '2024-05-01', status: 'PREPARING' },
          { ...period, validFrom: '2024-05-01', validTo: closedOn, status: 'ACTIVE' },
          ...(closedOn ? [{ ...period, validFrom: closedOn, validTo: null, status: 'DISSOLVED' as const }] : []),
        ],
      }),
      snapshot: true as const,
    });
    const cover = async () =>
      (
        await service.database.pool.query('SELECT valid_from, valid_to FROM entity_organization WHERE entity_id = $1', [
          id,
        ])
      ).rows;
    await service.receive(snapshot(null), snapshot(null));
    expect(await cover()).toEqual([{ valid_from: '2024-05-01', valid_to: null }]);
    expect(await told()).toEqual(['UNSWEPT → ORGANISED']);
    await service.receive(snapshot('2026-01-01'));
    expect(await cover()).toEqual([{ valid_from: '2024-05-01', valid_to: '2026-01-01' }]);
    expect(await stateOf(id)).toBe('LAPSED');
  });

  it('ENT-07 two organisations begin and end at once, and each end is counted', async () => {
    const { id } = await freshFirm();
    const branches = [no, no + 50_000];
    await Promise.all(branches.map((branch) => service.receive(established(branch, [id]))));
    expect(await entity(id)).toMatchObject({ organisationCount: 2, partyState: 'ORGANISED' });
    await Promise.all(branches.map((branch) => service.receive(dissolved(branch, id, '2026-06-15'))));
    expect(await entity(id)).toMatchObject({ organisationCount: 0, partyState: 'LAPSED' });
    expect(await told()).toEqual(['UNSWEPT → ORGANISED', 'ORGANISED → LAPSED']);
  });
});

describe('ENT-06 the clock and the register of firms', () => {
  it('ENT-06 an own branch with two members is at risk after sixty days, a joint one never', async () => {
    const [own, joint, partner] = [await freshFirm(), await freshFirm(), await freshFirm()];
    await service.receive(...workers(own.at, 3, own.id), established(own.at, [own.id]));
    await service.receive(established(joint.at, [joint.id, partner.id]), left(own.at));
    service.on('2026-08-13');
    await clock();
    expect(await stateOf(own.id)).toBe('ORGANISED');
    service.on('2026-08-14');
    await clock();
    await clock();
    expect([await stateOf(own.id), await stateOf(joint.id)]).toEqual(['AT_RISK', 'ORGANISED']);
    await service.receive(recorded(own.at + 9, own.id));
    expect((await entity(own.id)).partyStateChanges.slice(-2)).toMatchObject([
      { to: 'AT_RISK', cause: 'TOO_FEW_MEMBERS', on: '2026-08-14' },
      { to: 'ORGANISED', cause: 'FIXED' },
    ]);
  });

  const changed = `mutation($input: ChangeEntityInput!) { changeEntity(input: $input) { entity { partyState } } }`;
  const versionOf = async (id: string) =>
    (await service.database.pool.query<{ version: number }>('SELECT version FROM entity WHERE id = $1', [id])).rows[0]!
      .version;

  it('ENT-06 a firm that stops is at risk, one that closes is closed with its branch still counted', async () => {
    const { id, at } = await freshFirm();
    await service.receive(...workers(at, 3, id), established(at, [id]));
    const input = { id, version: await versionOf(id), operating: 'IDLE' };
    expect(await service.data(actors.marketCounty, changed, { input })).toEqual({
      changeEntity: { entity: { partyState: 'AT_RISK' } },
    });
    await service.data(
      actors.marketCounty,
      `mutation($input: CloseEntityInput!) { closeEntity(input: $input) { entity { partyState } } }`,
      { input: { id, version: await versionOf(id), on: '2026-06-14', reason: '注销' } },
    );
    expect(await entity(id)).toMatchObject({ partyState: 'CLOSED', organisationCount: 1 });
    await service.receive(dissolved(at, id, '2026-06-15'), left(at));
    expect(await entity(id)).toMatchObject({ partyState: 'CLOSED', organisationCount: 0, fullMembers: 2 });
  });

  it('ENT-06 a duplicate hands its members and organisations to the record that is kept', async () => {
    const [kept, merged] = [await freshFirm(), await freshFirm()];
    await service.receive(...workers(kept.at, 2, kept.id), ...workers(merged.at, 2, merged.id));
    await service.receive(established(merged.at, [merged.id], '2026-06-01'));
    await service.data(
      actors.marketCounty,
      `mutation($input: MergeEntitiesInput!) { mergeEntities(input: $input) { entity { id } } }`,
      { input: { keepId: kept.id, mergedId: merged.id, reason: '重复登记' } },
    );
    expect(await entity(kept.id)).toMatchObject({ partyState: 'ORGANISED', fullMembers: 4, organisationCount: 1 });
    expect(await entity(merged.id)).toMatchObject({ partyState: 'CLOSED', fullMembers: 0 });
    // What is still told of the old record counts for the one that is kept.
    await service.receive(recorded(merged.at + 50, merged.id), dissolved(merged.at, merged.id, '2026-06-15'));
    expect(await entity(kept.id)).toMatchObject({ partyState: 'QUALIFIED', fullMembers: 5, organisationCount: 0 });
  });

  it('ENT-06 a day of the past keeps its facts', async () => {
    service.on('2026-03-01');
    const { id, at } = await freshFirm();
    await clock();
    service.on('2026-04-01' as CivilDate);
    await service.receive(...workers(at, 3, id));
    service.on('2026-05-01');
    await service.receive(established(at, [id], '2026-05-01'));
    const { rows } = await service.database.pool.query(
      'SELECT valid_from, valid_to, party_state, full_members FROM entity_history WHERE entity_id = $1 ORDER BY valid_from',
      [id],
    );
    expect(rows).toEqual([
      { valid_from: '2020-01-01', valid_to: '2026-04-01', party_state: 'UNSWEPT', full_members: 0 },
      { valid_from: '2026-04-01', valid_to: '2026-05-01', party_state: 'QUALIFIED', full_members: 3 },
      { valid_from: '2026-05-01', valid_to: null, party_state: 'ORGANISED', full_members: 3 },
    ]);
  });
});

describe('ENT-07 what is recorded later', () => {
  it('ENT-07 a firm that is recorded today was not there yesterday, whenever it was registered', async () => {
    no += 1;
    const { recordEntity } = await service.data<{ recordEntity: { entity: { id: string } } }>(
      actors.marketCounty,
      'mutation($input: RecordEntityInput!) { recordEntity(input: $input) { entity { id } } }',
      {
        input: {
          registrar: 'MR',
          kind: 'COMPANY',
          name: `今日登记${no}`,
          uscc: codeOf(2_000 + no),
          areaCode: areas.eastCommunity,
          registeredOn: '2015-01-01',
        },
      },
    );
    const { id } = recordEntity.entity;
    service.on('2026-07-01');
    await service.receive(established(no, [id], '2026-07-01'));
    const { rows } = await service.database.pool.query(
      'SELECT valid_from, valid_to, party_state FROM entity_history WHERE entity_id = $1 ORDER BY valid_from',
      [id],
    );
    expect(rows).toEqual([
      { valid_from: '2026-06-15', valid_to: '2026-07-01', party_state: 'UNSWEPT' },
      { valid_from: '2026-07-01', valid_to: null, party_state: 'ORGANISED' },
    ]);
  });
});

describe('ENT-06 what is told to whom', () => {
  it('ENT-06 a stranger sees nothing of what an organisation covers', async () => {
    const { id } = await freshFirm();
    await service.receive(established(no, [id]));
    const ask = `query($org: ID!) { _entities(representations: [{ __typename: "PartyOrganization", id: $org }]) {
      ... on PartyOrganization { coveredEntities { entity { id } } } } }`;
    const seenBy = async (actor: (typeof actors)[keyof typeof actors]) =>
      (await service.data<{ _entities: [{ coveredEntities: object[] }] }>(actor, ask, { org: branchId(no) }))
        ._entities[0].coveredEntities;
    expect(await seenBy(actors.townEast)).toEqual([{ entity: { id } }]);
    expect(await seenBy(actors.townWest)).toEqual([]);
  });
});
