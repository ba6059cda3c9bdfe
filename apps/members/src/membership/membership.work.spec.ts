import type { Actor } from '@jishi/access';
import { areaChanged } from '@jishi/event-contracts';
import { publishSnapshot } from '@jishi/event-delivery';
import { citizenIdFrom } from '@jishi/identifiers';
import { accessTable, asActor, testService, type TestService } from '@jishi/testing';
import { actors, branches, freshMember, freshPerson, orgs } from '../../seeds/branches';
import { members } from '../service';
import { memberSnapshot } from './membership.snapshot';

const firm = '0198aaaa-0000-7000-8000-000000000001';
const club = '0198aaaa-0000-7000-8000-000000000002';
const village = '410811001201';
const successor = '410811001202';

let service: TestService;
let sequence = 301;
beforeAll(async () => {
  service = await testService(members, branches);
});
afterAll(() => service.close());
beforeEach(async () => {
  service.on('2026-03-01');
  await service.forget();
});

const registerPerson = `mutation ($input: RegisterPersonInput!) { registerPerson(input: $input) { person {
  id version workHost { kind id } workSince } } }`;
const registerMember = `mutation ($input: RegisterMemberInput!) { registerMember(input: $input) { member {
  id workHost { kind id } } } }`;
const changeWork = `mutation ($input: ChangeWorkInput!) { changeWork(input: $input) { person {
  id version workTitle workSince workHost { kind id } member { id workHost { kind id } } } } }`;
const counts = `query ($places: [_Any!]!) { _entities(representations: $places) {
  ... on Enterprise { id memberCount { full total } } ... on SocialOrganization { id memberCount { full total } } } }`;
const enterprise = (id: string) => ({ __typename: 'Enterprise', id });

interface Person {
  readonly id: string;
  readonly version: number;
}
const newPerson = async (workHost?: object): Promise<Person> => {
  const input = {
    orgId: orgs.branchA,
    name: '周文',
    citizenId: citizenIdFrom('410811', '1985-03-04', (sequence += 1)),
    education: 'BACHELOR',
    createdFor: 'MEMBER',
    workHost,
  };
  return (await service.data<{ registerPerson: { person: Person } }>(actors.branchA, registerPerson, { input }))
    .registerPerson.person;
};
const enrol = async (personId: string, confirmedOn: string | null = '2011-07-01'): Promise<{ id: string }> => {
  const input = { personId, orgId: orgs.branchA, joinedOn: confirmedOn ? '2010-07-01' : '2025-12-01', confirmedOn };
  return (await service.data<{ registerMember: { member: { id: string } } }>(actors.branchA, registerMember, { input }))
    .registerMember.member;
};
const personOf = async (memberId: string): Promise<Person> =>
  (
    await service.data<{ member: { person: Person } }>(
      actors.cityOrg,
      'query ($id: ID!) { member(id: $id) { person { id version } } }',
      { id: memberId },
    )
  ).member.person;
const changed = async (memberId: string, more: object, actor = actors.branchA) => {
  const { id, version } = await personOf(memberId);
  return service.verdict(actor, changeWork, { input: { id, version, on: '2026-03-01', ...more } });
};
const countOf = async (id: string, actor: Actor = actors.cityOrg) =>
  (await service.data<{ _entities: object[] }>(actor, counts, { places: [enterprise(id)] }))._entities[0];

describe('MEM-02 where a member works', () => {
  it('MEM-02 ENT-01 a person who becomes a member later brings his place of work along', async () => {
    const person = await newPerson({ kind: 'ENTERPRISE', id: firm.toUpperCase() });
    expect(person).toMatchObject({ workHost: { kind: 'ENTERPRISE', id: firm }, workSince: null });
    await service.forget();
    const member = await enrol(person.id);
    expect(member).toMatchObject({ workHost: { kind: 'ENTERPRISE', id: firm } });
    expect((await service.emitted())[0]).toMatchObject({
      type: 'members.member.recorded.v1',
      data: { memberId: member.id, workHost: { kind: 'ENTERPRISE', id: firm } },
    });
  });

  it('MEM-02 ENT-01 a change of work is told of a member and noted with its day; nobody is counted in two places', async () => {
    const { id } = await freshMember(service, orgs.branchA);
    await service.forget();
    expect(await changed(id, { workHost: { kind: 'SOCIAL_ORG', id: club }, workTitle: '秘书长' })).toBe('allowed');
    expect(await service.emitted()).toMatchObject([
      { type: 'members.person.corrected.v1' },
      { type: 'members.member.reclassified.v1', key: id, data: { workHost: { kind: 'SOCIAL_ORG', id: club } } },
    ]);
    const asked = (place: string) => ({ places: [{ __typename: 'SocialOrganization', id: place }] });
    expect(await service.data(actors.cityOrg, counts, asked(club))).toEqual({
      _entities: [{ id: club, memberCount: { full: 1, total: 1 } }],
    });
    await service.forget();
    expect(await changed(id, { workHost: null })).toBe('allowed');
    expect(await service.emitted()).toMatchObject([{}, { key: id, data: { workHost: null } }]);
    expect(await service.data(actors.cityOrg, counts, asked(club))).toEqual({
      _entities: [{ id: club, memberCount: { full: 0, total: 0 } }],
    });
  });

  it('MEM-02 a change of work of somebody who is no member is told of his record alone', async () => {
    const { id, version } = await newPerson();
    await service.forget();
    const input = { id, version, workHost: { kind: 'VILLAGE', id: village }, on: '2026-02-01' };
    expect(await service.data(actors.branchA, changeWork, { input })).toMatchObject({
      changeWork: {
        person: { workSince: '2026-02-01', workHost: { kind: 'VILLAGE', id: village }, member: null },
      },
    });
    expect((await service.emitted()).map(({ type }) => type)).toEqual(['members.person.corrected.v1']);
  });

  it.each([
    ['a firm by an area code', { workHost: { kind: 'ENTERPRISE', id: village } }, 'WORK_HOST_FORM', 'workHost'],
    ['a village by an id', { workHost: { kind: 'VILLAGE', id: firm } }, 'WORK_HOST_FORM', 'workHost'],
    ['a town instead of a village', { workHost: { kind: 'VILLAGE', id: '410811001' } }, 'WORK_HOST_FORM', 'workHost'],
    ['a day that has not come', { workHost: null, on: '2026-03-02' }, 'DATE_IN_FUTURE', 'on'],
    ['nothing', {}, 'INVALID_INPUT', 'workHost'],
  ])('MEM-02 refuses %s and names the field', async (_, more, code, field) => {
    const person = await newPerson();
    const input = { id: person.id, version: person.version, on: '2026-03-01', ...more };
    const { errors } = await service.ask(actors.branchA, changeWork, { input });
    expect(errors).toMatchObject([{ extensions: { code, field } }]);
  });

  it('MEM-02 refuses a day before the last change of work, and somebody who has not seen the newest version', async () => {
    const { id } = await freshMember(service, orgs.branchA);
    const before = await personOf(id);
    expect(await changed(id, { workHost: { kind: 'ENTERPRISE', id: firm }, on: '2026-02-10' })).toBe('allowed');
    expect(await changed(id, { workHost: null, on: '2026-02-09' })).toBe('DATE_BEFORE_LAST_CHANGE');
    const stale = { ...before, workHost: null, on: '2026-03-01' };
    expect(await service.verdict(actors.branchA, changeWork, { input: stale })).toBe('STALE_VERSION');
    expect(await changed(id, { workHost: null, on: '2026-02-10' })).toBe('allowed');
  });

  it('ENT-01 counts full members, and with them probationary ones, who work at a firm, whatever their branch; who has left counts no more', async () => {
    const place = '0198aaaa-0000-7000-8000-000000000009';
    const work = { kind: 'ENTERPRISE', id: place };
    const first = await enrol((await newPerson(work)).id);
    await enrol((await newPerson(work)).id, null);
    await newPerson(work); // no member
    const elsewhere = await freshMember(service, orgs.branchB);
    expect(await changed(elsewhere.id, { workHost: work }, actors.branchB)).toBe('allowed');
    expect(await countOf(place)).toEqual({ id: place, memberCount: { full: 2, total: 3 } });
    await service.data(
      actors.branchA,
      `mutation ($input: RecordDepartureInput!) { recordDeparture(input: $input) { member { id } } }`,
      { input: { id: first.id, version: 1, departure: 'DECEASED', on: '2026-03-01' } },
    );
    expect(await countOf(place)).toEqual({ id: place, memberCount: { full: 1, total: 2 } });
    expect(await countOf(place, actors.nobody)).toEqual({ id: place, memberCount: null });
    expect(await countOf(place, actors.auditor)).toEqual({ id: place, memberCount: null });
  });

  it('ENT-01 who keeps none of those who work at a firm is not told how many they are, whoever gave him its id', async () => {
    const place = '0198aaaa-0000-7000-8000-00000000000a';
    await enrol((await newPerson({ kind: 'ENTERPRISE', id: place })).id);
    const elsewhere = await freshMember(service, orgs.branchB);
    expect(await changed(elsewhere.id, { workHost: { kind: 'ENTERPRISE', id: place } }, actors.branchB)).toBe(
      'allowed',
    );
    expect(await countOf(place, actors.branchA)).toEqual({ id: place, memberCount: { full: 2, total: 2 } });
    expect(await countOf(place, actors.stranger)).toEqual({ id: place, memberCount: null });
    const mixed = asActor(
      'stranger-and-agriculture',
      { role: 'BR', organizationId: orgs.branchZ },
      { role: 'AG', organizationId: orgs.county },
    );
    expect(await countOf(place, mixed)).toEqual({ id: place, memberCount: null });
  });

  it('P11 whoever works for a village that was merged works for its successor; told twice it is done once', async () => {
    const { id } = await freshMember(service, orgs.branchA);
    expect(await changed(id, { workHost: { kind: 'VILLAGE', id: village } })).toBe('allowed');
    await service.forget();
    const merged = areaChanged({
      code: village,
      name: '甲村',
      level: 'GRASSROOTS',
      parentCode: '410811001',
      kind: 'VILLAGE',
      validFrom: '2000-01-01',
      validTo: '2026-03-01',
      replacedBy: [successor],
    });
    await service.receive(merged, merged);
    const told = (await service.emitted()).filter(({ key }) => key === id);
    expect(told).toMatchObject([{ data: { workHost: { kind: 'VILLAGE', id: successor } } }]);
  });
});

describe('MEM-01 the snapshot of members', () => {
  it('MEM-01 says every member again, also those who have left, with status, branch and place of work', async () => {
    const worker = await enrol((await newPerson({ kind: 'ENTERPRISE', id: firm })).id);
    const gone = await freshMember(service, orgs.branchA);
    await service.data(
      actors.branchA,
      `mutation ($input: RecordDepartureInput!) { recordDeparture(input: $input) { member { id } } }`,
      { input: { ...gone, departure: 'LEFT', leaveReason: 'RESIGNED', on: '2026-03-01' } },
    );
    await service.forget();
    const all = await service.database.query<{ count: number }>('all-members', 'SELECT count(*) AS count FROM member');
    expect(await publishSnapshot(service.database, memberSnapshot)).toMatchObject({ written: Number(all[0]!.count) });
    const told = new Map((await service.emitted()).map(({ key, data }) => [key, data]));
    expect(told.get(worker.id)).toMatchObject({ status: 'FULL', workHost: { kind: 'ENTERPRISE', id: firm } });
    expect(told.get(gone.id)).toMatchObject({ status: 'LEFT', orgId: orgs.branchA, workHost: null });
    expect([...told.keys()]).toEqual([...told.keys()].sort());
  });
});

accessTable(
  'MEM-02 who may change the work of a person of branch A',
  async () => {
    const id = await freshPerson(service, orgs.branchA);
    return { id, version: 1, workHost: { kind: 'ENTERPRISE', id: firm }, on: '2026-03-01' };
  },
  (actor, input) => service.verdict(actor, changeWork, { input }),
  {
    'branch A': [actors.branchA, 'allowed'],
    village: [actors.village, 'allowed'],
    'town A': [actors.townA, 'allowed'],
    'county organisation department': [actors.countyOrg, 'allowed'],
    'branch B': [actors.branchB, 'NOT_FOUND'],
    stranger: [actors.stranger, 'NOT_FOUND'],
    nobody: [actors.nobody, 'NOT_ALLOWED'],
    auditor: [actors.auditor, 'NOT_ALLOWED'],
  },
);
