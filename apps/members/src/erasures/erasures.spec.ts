import { tablesNamingPersons, tracesOf, type Query } from '@jishi/erasures';
import {
  enterprisesErasureAcknowledged,
  erasureRequested,
  gridsErasureAcknowledged,
  membersErasureAcknowledged,
  organizationsErasureAcknowledged,
  villagesErasureAcknowledged,
} from '@jishi/event-contracts';
import { publishSnapshot } from '@jishi/event-delivery';
import { citizenIdFrom } from '@jishi/identifiers';
import type { CivilDate } from '@jishi/periods';
import { accessTable, asActor, testService, type TestService } from '@jishi/testing';
import { actors, branches, freshMember, orgs } from '../../seeds/branches';
import { personSnapshot } from '../people/people.snapshot';
import { members } from '../service';
import { erasureSnapshot } from './erasures.snapshot';
import { holdings } from './index';

let service: TestService;
beforeAll(async () => {
  service = await testService(members, branches);
});
afterAll(() => service.close());
beforeEach(async () => {
  service.on('2026-03-01');
  await service.forget();
});

const registered = /* GraphQL */ `
  mutation ($input: RegisterPersonInput!) {
    registerPerson(input: $input) {
      person {
        id
        version
      }
    }
  }
`;
const requested = /* GraphQL */ `
  mutation ($input: RequestErasureInput!) {
    requestErasure(input: $input) {
      erasure {
        id
        personId
        scope
        state
        dueAt
        overdue
        outstanding
        stays {
          code
        }
      }
      warnings {
        code
        message
        citation {
          document
        }
      }
    }
  }
`;
const seen = /* GraphQL */ `
  query ($id: ID!) {
    erasure(id: $id) {
      state
      overdue
      doneAt
      outstanding
      answers {
        service
        acknowledgedAt
        outstandingSince
        erased
        kept
      }
    }
  }
`;

interface Seen {
  readonly erasure: {
    readonly state: string;
    readonly overdue: boolean;
    readonly doneAt: string | null;
    readonly outstanding: string[];
    readonly answers: {
      service: string;
      acknowledgedAt: string | null;
      outstandingSince: string | null;
      erased: number;
      kept: number;
    }[];
  };
}
interface Asked {
  readonly requestErasure: {
    readonly erasure: { readonly id: string; readonly scope: string };
    readonly warnings: { readonly code: string; readonly message: string }[];
  };
}

const query: Query = async (sql, given = []) => (await service.database.pool.query(sql, [...given])).rows;

let made = 0;
/** A grid worker whose every value no other row has. */
async function worker(orgId: string = orgs.branchA) {
  made += 1;
  const values = {
    name: `删测${'甲乙丙丁戊己庚辛壬癸'[made % 10]}${made}`,
    citizenId: citizenIdFrom('410811', '1991-11-23' as CivilDate, 801 + made * 2),
    phone: `1397777${String(made).padStart(4, '0')}`,
    workTitle: `网格员岗${made}号`,
    degree: `学位${made}`,
  };
  const { registerPerson } = await service.data<{ registerPerson: { person: { id: string; version: number } } }>(
    actors.countyOrg,
    registered,
    { input: { orgId, ...values, education: 'BACHELOR', createdFor: 'GRID_WORKER' } },
  );
  return { ...registerPerson.person, values };
}

const about = (person: { readonly id: string; readonly version: number }, more: object = {}) => ({
  input: {
    personId: person.id,
    version: person.version,
    ground: 'PURPOSE_ENDED',
    document: '组删〔2026〕1号',
    ...more,
  },
});
const ask = async (person: { readonly id: string; readonly version: number }) =>
  (await service.data<Asked>(actors.countyOrg, requested, about(person))).requestErasure;
const view = async (id: string) => (await service.data<Seen>(actors.countyOrg, seen, { id })).erasure;
const rowOf = async (id: string) =>
  (
    await service.database.query<Record<string, unknown>>(
      'person-row',
      'SELECT name, citizen_id, gender, birth_date, education, phone, erasure_id IS NOT NULL AS closed FROM person WHERE id = $1',
      [id],
    )
  )[0];
const told = (erasureId: string, personId: string, scope: 'ALL' | 'CONTACT' = 'ALL') =>
  erasureRequested({ erasureId, personId, scope, dueAt: '2026-03-02T01:00:00.000Z' });

const others = [
  organizationsErasureAcknowledged,
  villagesErasureAcknowledged,
  gridsErasureAcknowledged,
  enterprisesErasureAcknowledged,
];
const answerOf = (erasureId: string, personId: string) => ({
  erasureId,
  personId,
  erased: 1,
  kept: 2,
  at: '2026-03-01T01:00:05.000Z',
});

describe('X-27 erasure of a person’s data (个人信息保护法第四十七条)', () => {
  it('X-27 is told to all five services by id, and says who has not acknowledged', async () => {
    const person = await worker();
    await service.forget();
    const { erasure, warnings } = await ask(person);
    expect(warnings).toEqual([]);
    expect(erasure).toMatchObject({
      personId: person.id,
      scope: 'ALL',
      state: 'REQUESTED',
      dueAt: '2026-03-02T01:00:00.000Z',
      overdue: false,
      stays: null,
      outstanding: ['enterprises', 'grids', 'members', 'organizations', 'villages'],
    });
    const [event, ...more] = await service.emitted();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'members.erasure.requested.v1',
      key: erasure.id,
      data: { erasureId: erasure.id, personId: person.id, scope: 'ALL', dueAt: '2026-03-02T01:00:00.000Z' },
    });
  });

  it('X-27 erases every value of the person here, from the audit trail too, in one go; the row stays as a shell', async () => {
    const person = await worker();
    const values = Object.values(person.values);
    const before = await tracesOf(query, [...values, '1991-11-23']);
    expect(new Set(before.map(({ table }) => table))).toEqual(new Set(['public.person', 'public.audit_entry']));
    const { erasure } = await ask(person);
    await service.receive(told(erasure.id, person.id));
    expect(await tracesOf(query, values)).toEqual([]);
    expect(await rowOf(person.id)).toEqual({
      name: null,
      citizen_id: null,
      gender: null,
      birth_date: null,
      education: null,
      phone: null,
      closed: true,
    });
    const trail = await service.database.query<{ changes: Record<string, unknown> }>(
      'trail',
      `SELECT changes FROM audit_entry WHERE entity = 'person' AND entity_id = $1 ORDER BY seq`,
      [person.id],
    );
    expect(trail[0]!.changes).toMatchObject({ name: 'personal', degree: 'personal', work_title: 'personal' });
    const emitted = await service.emitted();
    expect(emitted.at(-1)).toMatchObject({
      type: 'members.erasure.acknowledged.v1',
      key: erasure.id,
      data: { personId: person.id, erased: 1, kept: 1 },
    });
  });

  it('X-27 is done with the last of five acknowledgements, each counted once in whatever order they come', async () => {
    const person = await worker();
    const { erasure } = await ask(person);
    const said = answerOf(erasure.id, person.id);
    const [first, ...rest] = others.map((contract) => contract(said));
    service.at(new Date('2026-03-01T01:00:07.000Z'));
    await service.receive(first!, first!, ...rest);
    const almost = await view(erasure.id);
    expect(almost).toMatchObject({ state: 'REQUESTED', doneAt: null, outstanding: ['members'] });
    expect(almost.answers.find(({ service: name }) => name === 'grids')).toEqual({
      service: 'grids',
      acknowledgedAt: '2026-03-01T01:00:05.000Z',
      outstandingSince: null,
      erased: 1,
      kept: 2,
    });
    expect(almost.answers.find(({ service: name }) => name === 'members')).toMatchObject({
      acknowledgedAt: null,
      outstandingSince: '2026-03-01T01:00:00.000Z',
      erased: null,
    });
    await service.receive(membersErasureAcknowledged({ ...said, erased: 3 }));
    expect(await view(erasure.id)).toMatchObject({
      state: 'DONE',
      doneAt: '2026-03-01T01:00:07.000Z',
      outstanding: [],
      overdue: false,
    });
    await service.receive(membersErasureAcknowledged({ ...said, erased: 9 }));
    expect((await view(erasure.id)).answers.find(({ service: name }) => name === 'members')?.erased).toBe(3);
    const completed = (await service.emitted()).filter(({ type }) => type === 'members.erasure.completed.v1');
    expect(completed).toHaveLength(1);
  });

  it('X-27 is overdue when somebody has not acknowledged after 24 hours, not before and not once done', async () => {
    const late = await ask(await worker());
    const done = await worker();
    const { erasure } = await ask(done);
    for (const contract of [...others, membersErasureAcknowledged])
      await service.receive(contract(answerOf(erasure.id, done.id)));
    const list = /* GraphQL */ `
      query ($filter: ErasureFilter) {
        erasures(filter: $filter, first: 100) {
          nodes {
            id
            overdue
          }
          totalCount
        }
      }
    `;
    const overdue = async () =>
      (
        await service.data<{ erasures: { nodes: { id: string; overdue: boolean }[] } }>(actors.countyOrg, list, {
          filter: { overdue: true },
        })
      ).erasures.nodes.map(({ id }) => id);
    service.at(new Date('2026-03-02T01:00:00.000Z'));
    expect(await overdue()).not.toContain(late.erasure.id);
    service.at(new Date('2026-03-02T01:00:01.000Z'));
    expect(await overdue()).toContain(late.erasure.id);
    expect(await overdue()).not.toContain(erasure.id);
    const { erasures } = await service.data<{ erasures: { nodes: { id: string }[]; totalCount: number } }>(
      actors.countyOrg,
      list,
      { filter: { outstanding: 'grids' } },
    );
    expect(erasures.nodes.map(({ id }) => id)).toContain(late.erasure.id);
    expect(erasures.nodes.map(({ id }) => id)).not.toContain(erasure.id);
    expect(erasures.totalCount).toBe(erasures.nodes.length);
  });

  it('X-27 said again after a backup was restored, erases what has come back and acknowledges no second time', async () => {
    const person = await worker();
    const { erasure } = await ask(person);
    await service.receive(told(erasure.id, person.id));
    await service.database.pool.query(`UPDATE person SET phone = '13999990000' WHERE id = $1`, [person.id]);
    const before = (await service.emitted()).length;

    await publishSnapshot(service.database, erasureSnapshot, { rate: Infinity });
    const said = (await service.emitted()).slice(before).find(({ key }) => key === erasure.id);
    expect(said).toMatchObject({ type: 'members.erasure.requested.v1', data: told(erasure.id, person.id).data });
    await service.receive({ ...told(erasure.id, person.id), snapshot: true });
    expect(await rowOf(person.id)).toMatchObject({ phone: null });
    const acknowledged = (await service.emitted()).filter(
      ({ type, key }) => type === 'members.erasure.acknowledged.v1' && key === erasure.id,
    );
    expect(acknowledged).toHaveLength(1);
    // Nobody is told of the shell that is left of the record.
    await publishSnapshot(service.database, personSnapshot, { rate: Infinity });
    const snapshots = (await service.emitted()).filter(({ type }) => type === 'members.person.registered.v1');
    expect(snapshots.length).toBeGreaterThan(5);
    // His registration, when it happened, and no more.
    expect(snapshots.filter(({ key }) => key === person.id)).toHaveLength(1);
  });

  it('X-27 whatever was told of the person holds ids alone, so that nobody who reads it again brings anything back', async () => {
    const person = await worker();
    const { erasure } = await ask(person);
    await service.receive(told(erasure.id, person.id));
    const values = [...Object.values(person.values), '1991-11-23'];
    const outbox = await service.database.query<{ data: string }>(
      'outbox-of',
      `SELECT data::text AS data FROM outbox WHERE data::text LIKE '%' || $1 || '%'`,
      [person.id],
    );
    expect(outbox.length).toBeGreaterThanOrEqual(3);
    for (const { data } of outbox) for (const value of values) expect(data).not.toContain(value);
  });
});

it('X-27 every table that names a person is among what is erased, or is the request itself', async () => {
  const held = holdings.map(({ table }) => table).filter((table) => table !== 'person');
  expect(await tablesNamingPersons(query)).toEqual([...held, 'erasure'].sort());
});

describe('X-27 what may not be erased', () => {
  const code = async (person: { id: string; version: number }, more: object = {}) => {
    const { errors } = await service.ask(actors.countyOrg, requested, about(person, more));
    return errors?.[0]?.extensions;
  };
  const personOf = async (memberId: string) => {
    const [row] = await service.database.query<{ id: string; version: number }>(
      'person-of',
      'SELECT p.id, p.version FROM person p JOIN member m ON m.person_id = p.id WHERE m.id = $1',
      [memberId],
    );
    return row!;
  };
  const leave = `mutation ($input: RecordDepartureInput!) { recordDeparture(input: $input) { member { id } } }`;

  it('X-27 a member, while the membership lasts: the purpose has not ended (第四十七条第一款第一项)', async () => {
    const member = await freshMember(service, orgs.branchA);
    const refused = await code(await personOf(member.id));
    expect(refused).toMatchObject({
      code: 'MEMBERSHIP_OPEN',
      field: 'personId',
      citation: { document: '中华人民共和国个人信息保护法', article: '第四十七条第一款第一项' },
    });
  });

  it('X-27 the roll of a former member, an archive: only how to reach him goes, and the answer says why', async () => {
    const member = await freshMember(service, orgs.branchA);
    const { id } = await personOf(member.id);
    await service.database.query(
      'reachable',
      `UPDATE person SET phone = '13955551234', home_area_code = '410811001' WHERE id = $1`,
      [id],
    );
    await service.data(actors.countyOrg, leave, {
      input: { ...member, departure: 'LEFT', leaveReason: 'RESIGNED', on: '2026-03-01' },
    });
    const { erasure, warnings } = await ask(await personOf(member.id));
    expect(erasure).toMatchObject({ scope: 'CONTACT', stays: { code: 'ROLL_KEPT' } });
    expect(warnings).toMatchObject([
      { code: 'ROLL_KEPT', citation: { document: '机关文件材料归档范围和文书档案保管期限规定' } },
    ]);
    expect(warnings[0]!.message).toContain('30年（待核）');
    const before = await rowOf(id);
    await service.receive(told(erasure.id, id, 'CONTACT'));
    expect(await rowOf(id)).toEqual({ ...before, phone: null, closed: false });
    const acknowledged = (await service.emitted()).at(-1);
    expect(acknowledged).toMatchObject({ data: { erased: 1, kept: 2 } });
  });

  it('X-27 somebody whose affiliation is under way, until it has arrived or was withdrawn', async () => {
    const person = await worker(orgs.branchB);
    const open = `mutation ($input: OpenTransferInput!) { openTransfer(input: $input) { transfer { id } } }`;
    await service.data(actors.townB, open, {
      input: {
        scope: 'IN',
        personId: person.id,
        toOrgId: orgs.branchB,
        outsideName: '郑州某支部',
        reason: 'WORK',
        joinedOn: '2015-07-01',
      },
    });
    expect(await code(person)).toMatchObject({ code: 'TRANSFER_UNDER_WAY' });
  });

  it('X-27 a file number with a value of the person, or none at all', async () => {
    const person = await worker();
    for (const document of [person.values.name, `关于${person.values.phone}的申请`, `${person.values.citizenId}号`])
      expect(await code(person, { document })).toMatchObject({ code: 'DOCUMENT_NAMES_PERSON', field: 'document' });
    expect(await code(person, { document: '  ' })).toMatchObject({ code: 'DOCUMENT_MISSING' });
    expect(await code({ ...person, version: 7 })).toMatchObject({ code: 'STALE_VERSION' });
  });

  it('X-27 a record merged into another one: both go with that one', async () => {
    const [kept, merged] = [await worker(), await worker()];
    await service.database.query('merged', 'UPDATE person SET merged_into_id = $2 WHERE id = $1', [merged.id, kept.id]);
    expect(await code(merged)).toMatchObject({ code: 'RECORD_MERGED' });
    const { erasure } = await ask(kept);
    await service.receive(told(erasure.id, kept.id));
    expect(await rowOf(merged.id)).toMatchObject({ name: null, citizen_id: null, closed: true });
  });

  it('X-27 from the request on nobody works with the record: not found, no member, no correction, no second request', async () => {
    const person = await worker();
    await ask(person);
    const later = { ...person, version: person.version + 1 };
    expect(await code(later)).toMatchObject({ code: 'PERSON_ERASED' });
    const found = '{ person(id: "ID") { name } }'.replace('ID', person.id);
    expect(await service.data(actors.countyOrg, found)).toEqual({ person: null });
    const verdicts = await Promise.all([
      service.verdict(
        actors.countyOrg,
        'mutation ($input: RegisterMemberInput!) { registerMember(input: $input) { member { id } } }',
        { input: { personId: person.id, orgId: orgs.branchA, joinedOn: '2015-07-01' } },
      ),
      service.verdict(
        actors.countyOrg,
        'mutation ($input: CorrectPersonInput!) { correctPerson(input: $input) { person { id } } }',
        { input: { id: person.id, version: later.version, phone: '13812340000' } },
      ),
      service.verdict(
        actors.countyOrg,
        'mutation ($input: ChangeWorkInput!) { changeWork(input: $input) { person { id } } }',
        { input: { id: person.id, version: later.version, workHost: null, on: '2026-03-01' } },
      ),
      service.verdict(
        actors.countyOrg,
        'mutation ($input: OpenTransferInput!) { openTransfer(input: $input) { transfer { id } } }',
        {
          input: {
            scope: 'IN',
            personId: person.id,
            toOrgId: orgs.branchB,
            outsideName: '郑州某支部',
            reason: 'WORK',
            joinedOn: '2015-07-01',
          },
        },
      ),
    ]);
    expect(verdicts).toEqual(['PERSON_ERASED', 'PERSON_ERASED', 'PERSON_ERASED', 'PERSON_ERASED']);
  });

  it('X-27 a repeated command asks once; an unerased record never loses its facts', async () => {
    const person = await worker();
    const once = { input: { ...about(person).input, clientMutationId: `once-${person.id}` } };
    const ids = [];
    for (let time = 0; time < 2; time += 1)
      ids.push((await service.data<Asked>(actors.countyOrg, requested, once)).requestErasure.erasure.id);
    expect(ids[0]).toBe(ids[1]);
    const other = await worker();
    await expect(
      service.database.query('emptied', 'UPDATE person SET name = NULL WHERE id = $1', [other.id]),
    ).rejects.toMatchObject({ constraint: 'person_facts' });
  });
});

const committee = asActor('work-committee', { role: 'WC', organizationId: orgs.county });
const otherCounty = asActor('other-county', { role: 'CO', organizationId: orgs.otherCounty });

accessTable(
  'X-27 who may ask for the erasure of a person of branch A',
  () => worker(),
  (actor, person) => service.verdict(actor, requested, about(person)),
  {
    'city organisation department': [actors.cityOrg, 'allowed'],
    'county organisation department': [actors.countyOrg, 'allowed'],
    'organisation department of another county': [otherCounty, 'NOT_FOUND'],
    'work committee': [committee, 'NOT_ALLOWED'],
    'town A': [actors.townA, 'NOT_ALLOWED'],
    village: [actors.village, 'NOT_ALLOWED'],
    'branch A': [actors.branchA, 'NOT_ALLOWED'],
    'branch B': [actors.branchB, 'NOT_ALLOWED'],
    stranger: [actors.stranger, 'NOT_ALLOWED'],
    nobody: [actors.nobody, 'NOT_ALLOWED'],
    auditor: [actors.auditor, 'NOT_ALLOWED'],
  },
);

accessTable(
  'X-27 who sees an erasure of a person of branch A',
  async () => (await ask(await worker())).erasure.id,
  async (actor, id) => {
    const { data, errors } = await service.ask(actor, seen, { id });
    if (errors?.length) return String(errors[0]?.extensions?.code);
    return (data as unknown as { erasure: object | null }).erasure ? 'seen' : 'null';
  },
  {
    'city organisation department': [actors.cityOrg, 'seen'],
    'county organisation department': [actors.countyOrg, 'seen'],
    'organisation department of another county': [otherCounty, 'null'],
    'work committee': [committee, 'NOT_ALLOWED'],
    'town A': [actors.townA, 'NOT_ALLOWED'],
    'branch A': [actors.branchA, 'NOT_ALLOWED'],
    nobody: [actors.nobody, 'NOT_ALLOWED'],
    auditor: [actors.auditor, 'NOT_ALLOWED'],
  },
);
