import { citizenIdFrom } from '@jishi/identifiers';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { actors, branches, orgs, persons } from '../../seeds/branches';
import { members } from '../service';

const register = /* GraphQL */ `
  mutation ($input: RegisterPersonInput!) {
    registerPerson(input: $input) {
      person {
        id
        version
        name
        citizenIdMasked
        gender
        birthDate
        education
        phone
        createdFor
      }
    }
  }
`;
const input = {
  orgId: orgs.branchA,
  name: '周文',
  citizenId: citizenIdFrom('410811', '1985-03-04', 201),
  education: 'MASTER',
  phone: '13812345678',
  createdFor: 'MEMBER',
};

/** A synthetic citizen id that ends with X; another one for every number. */
function citizenIdWithX(no: number): string {
  for (let sequence = no * 20; ; sequence += 1) {
    const citizenId = citizenIdFrom('410811', '1979-05-06', sequence);
    if (citizenId.endsWith('X')) return citizenId;
  }
}

let service: TestService;
beforeAll(async () => {
  service = await testService(members, branches);
});
afterAll(() => service.close());

describe('MEM-01 persons', () => {
  it('MEM-01 a repeated command whose record has left the caller’s scope meanwhile is told so, not that something failed', async () => {
    const once = { ...input, citizenId: citizenIdFrom('410811', '1985-03-04', 203), clientMutationId: 'moved-away' };
    expect(await service.verdict(actors.branchA, register, { input: once })).toBe('allowed');
    const inAnotherPost = { ...actors.branchA, grants: actors.branchB.grants };
    expect(await service.verdict(inAnotherPost, register, { input: once })).toBe('NOT_FOUND');
  });

  it('MEM-01 records a person with the birth date and gender of the citizen id, and shows the number masked only', async () => {
    await service.forget();
    const { registerPerson } = await service.data<{ registerPerson: { person: { id: string } } }>(
      actors.branchA,
      register,
      { input },
    );
    expect(registerPerson.person).toMatchObject({
      name: '周文',
      citizenIdMasked: expect.stringMatching(/^410811\*{8}\d{3}[\dX]$/),
      gender: 'MALE',
      birthDate: '1985-03-04',
      education: 'MASTER',
      phone: '138****5678',
    });
    expect(await service.emitted()).toMatchObject([
      { type: 'members.person.registered.v1', key: registerPerson.person.id, data: { orgId: orgs.branchA } },
    ]);
    const [line] = await service.database.query<{ changes: Record<string, unknown> }>(
      'audit-lines',
      `SELECT changes FROM audit_entry WHERE entity_id = $1`,
      [registerPerson.person.id],
    );
    expect(line?.changes).toMatchObject({ name: 'personal', citizen_id: 'personal', phone: 'personal' });
  });

  it.each([
    ['a wrong check digit', { citizenId: '110105194912310021' }, 'CITIZEN_ID_CHECK_DIGIT', 'citizenId', '校验位'],
    ['a day that never was', { citizenId: '370303199002291113' }, 'CITIZEN_ID_BIRTH_DATE', 'citizenId', '出生日期'],
    ['another birth date', { birthDate: '1985-03-05' }, 'BIRTH_DATE_DIFFERS', 'birthDate', '出生日期'],
    ['another gender', { gender: 'FEMALE' }, 'GENDER_DIFFERS', 'gender', '性别'],
    ['a wrong phone', { phone: '12345' }, 'PHONE_FORM', 'phone', '手机'],
  ])('MEM-01 refuses %s, names the field and repeats no number', async (_, wrong, code, field, words) => {
    const fresh = { ...input, citizenId: citizenIdFrom('410811', '1985-03-04', 203) };
    const { errors } = await service.ask(actors.branchA, register, { input: { ...fresh, ...wrong } });
    expect(errors).toMatchObject([{ extensions: { code, field }, message: expect.stringContaining(words) }]);
    expect(JSON.stringify(errors)).not.toMatch(/\d{17}/);
  });

  it('MEM-01 refuses somebody who is not born yet', async () => {
    const unborn = { ...input, citizenId: citizenIdFrom('410811', '2030-03-04', 203) };
    const { errors } = await service.ask(actors.branchA, register, { input: unborn });
    expect(errors).toMatchObject([
      {
        extensions: { code: 'CITIZEN_ID_BIRTH_DATE', field: 'citizenId' },
        message: expect.stringContaining('晚于今天'),
      },
    ]);
  });

  it.each([
    ['王　五', '王五'],
    [' 王 五 ', '王五'],
    ['阿布都・买买提', '阿布都·买买提'],
    ['Anna  Li', 'Anna Li'],
  ])('MEM-01 keeps the name %s, full-width digits and a lower-case x in one spelling', async (name, kept) => {
    const citizenId = citizenIdWithX(name.length).toLowerCase();
    const { registerPerson } = await service.data<{ registerPerson: { person: object } }>(actors.branchA, register, {
      input: { ...input, name, citizenId, phone: '＋８６ １３８ １２３４ ５６７８' },
    });
    expect(registerPerson.person).toMatchObject({ name: kept, phone: '138****5678' });
  });

  it('MEM-01 a second record of the same citizen id is refused without saying whose it is', async () => {
    const taken = citizenIdFrom('410811', '1962-08-08', 107);
    const { errors } = await service.ask(actors.branchA, register, { input: { ...input, citizenId: taken } });
    expect(errors).toMatchObject([{ extensions: { code: 'CITIZEN_ID_RECORDED', field: 'citizenId' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/郑|ORG013|410821/);
  });

  it('MEM-01 repeats of one command record the person once and reply the same', async () => {
    const once = { ...input, citizenId: citizenIdFrom('410811', '1986-01-01', 301), clientMutationId: 'once' };
    const ids = [];
    for (let time = 0; time < 2; time += 1)
      ids.push(
        (await service.data<{ registerPerson: { person: { id: string } } }>(actors.branchA, register, { input: once }))
          .registerPerson.person.id,
      );
    expect(ids[0]).toBe(ids[1]);
  });

  it('MEM-01 a person outside the scope is not found, and nobody sees nothing', async () => {
    const ask = /* GraphQL */ `
      query ($id: ID!) {
        person(id: $id) {
          name
        }
      }
    `;
    expect(await service.data(actors.branchA, ask, { id: persons.wang })).toEqual({ person: { name: '王建国' } });
    expect(await service.data(actors.branchB, ask, { id: persons.wang })).toEqual({ person: null });
    expect(await service.verdict(actors.nobody, ask, { id: persons.wang })).toBe('NOT_ALLOWED');
  });

  it('X-28 the auditor reads who recorded a person, without a personal value; nobody else reads the trail', async () => {
    const trail = '{ membersAudit(entity: "person", first: 100) { nodes { account action entityId changes } } }';
    const recorded = { ...input, citizenId: citizenIdFrom('410811', '1987-02-03', 305) };
    const { registerPerson } = await service.data<{ registerPerson: { person: { id: string } } }>(
      actors.branchA,
      register,
      { input: recorded },
    );
    const { membersAudit } = await service.data<{ membersAudit: { nodes: { entityId: string; changes: string }[] } }>(
      actors.auditor,
      trail,
    );
    const line = membersAudit.nodes.find(({ entityId }) => entityId === registerPerson.person.id);
    expect(line).toMatchObject({ account: actors.branchA.account, action: 'INSERT' });
    expect(line?.changes).not.toMatch(/周文|13812345678|19870203/);
    expect(await service.verdict(actors.countyOrg, trail)).toBe('NOT_ALLOWED');
    expect(await service.verdict(actors.nobody, trail)).toBe('NOT_ALLOWED');
  });

  let sequence = 401;
  accessTable(
    'MEM-01 who may record a person in branch A',
    async () => (sequence += 2),
    (actor, no) =>
      service.verdict(actor, register, { input: { ...input, citizenId: citizenIdFrom('410811', '1985-03-04', no) } }),
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
});
