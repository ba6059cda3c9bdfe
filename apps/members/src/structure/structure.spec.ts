import type { Actor } from '@jishi/access';
import { asActor, testService, type TestService } from '@jishi/testing';
import { actors, branches, orgs, persons } from '../../seeds/branches';
import { members } from '../service';

const table = /* GraphQL */ `
  query ($under: ID!, $asOf: Date, $by: [StructureAxis!]) {
    memberStructure(under: $under, asOf: $asOf, by: $by) {
      organization {
        id
      }
      asOf
      total
      cells {
        axis
        key
        label
        count
      }
    }
  }
`;
interface Cell {
  readonly axis: string;
  readonly key: string;
  readonly label: string;
  readonly count: number;
}
interface Reply {
  readonly memberStructure: { readonly total: number; readonly cells: readonly Cell[] };
}

let service: TestService;
beforeAll(async () => {
  service = await testService(members, branches);
  service.on('2026-03-01');
});
afterAll(() => service.close());

const ask = async (variables: object, actor: Actor = actors.cityOrg) =>
  (await service.data<Reply>(actor, table, { under: orgs.county, ...variables })).memberStructure;
const counts = (cells: readonly Cell[], axis: string) =>
  Object.fromEntries(cells.filter((cell) => cell.axis === axis).map(({ key, count }) => [key, count]));

describe('MEM-01 MEM-02 structure of the members below an organisation', () => {
  it('MEM-01 counts full and probationary members by every axis', async () => {
    const { total, cells } = await ask({});
    expect(total).toBe(4);
    expect(counts(cells, 'GENDER')).toEqual({ MALE: 2, FEMALE: 2 });
    expect(counts(cells, 'AGE')).toEqual({ FROM_61: 1, '51_55': 1, '36_40': 1, UP_TO_30: 1 });
    expect(counts(cells, 'EDUCATION')).toEqual({ BACHELOR: 4 });
    expect(counts(cells, 'STATUS')).toEqual({ FULL: 3, PROBATIONARY: 1 });
    expect(counts(cells, 'JOINED_PERIOD')).toEqual({
      '1949-10-01_1978-12-17': 1,
      '1978-12-18_2012-11-07': 1,
      'FROM_2012-11-08': 2,
    });
    expect(cells.find(({ key }) => key === 'UP_TO_30')?.label).toBe('30岁及以下');
  });

  it('MEM-02 counts by class, only the axes that were asked for', async () => {
    const { cells } = await ask({ by: ['CLASS'] });
    expect(cells).toEqual([
      { axis: 'CLASS', key: 'RURAL', label: '农村', count: 3 },
      { axis: 'CLASS', key: 'RETIRED', label: '离退休', count: 1 },
    ]);
  });

  it('MEM-01 the table of a day before a transfer is what it was on that day', async () => {
    const days = ['2025-02-28', '2026-03-01'];
    const tablesOf = (under: string) => Promise.all(days.map((asOf) => ask({ under, asOf })));
    const before = [await tablesOf(orgs.townA), await tablesOf(orgs.townB)];
    expect(before[0]!.map(({ total }) => total)).toEqual([2, 3]);

    service.on('2026-03-05');
    await transfer(persons.wang);
    expect([await tablesOf(orgs.townA), await tablesOf(orgs.townB)]).toEqual(before);
    expect((await ask({ under: orgs.townA })).total).toBe(2);
    expect((await ask({ under: orgs.townB })).total).toBe(2);
    expect((await ask({})).total).toBe(4);
  });

  it('MEM-01 a later correction of a class leaves the days before', async () => {
    service.on('2026-04-01');
    const before = await ask({ asOf: '2026-03-31', by: ['CLASS'] });
    const { id, version } = await memberOf(persons.li);
    const correct = `mutation ($input: CorrectMemberInput!) { correctMember(input: $input) { member { id } } }`;
    await service.data(actors.branchA, correct, { input: { id, version, memberClass: 'MOBILE', reason: '外出务工' } });
    expect(await ask({ asOf: '2026-03-31', by: ['CLASS'] })).toEqual(before);
    expect(counts((await ask({ by: ['CLASS'] })).cells, 'CLASS')).toMatchObject({ MOBILE: 1 });
  });

  it('MEM-01 an organisation outside the scope is not found, and nobody may ask at all', async () => {
    const verdict = (actor: (typeof actors)[keyof typeof actors]) =>
      service.verdict(actor, table, { under: orgs.county });
    expect(await verdict(actors.countyOrg)).toBe('allowed');
    expect(await verdict(actors.townA)).toBe('NOT_FOUND');
    expect(await verdict(actors.stranger)).toBe('NOT_FOUND');
    expect(await verdict(actors.nobody)).toBe('NOT_ALLOWED');
    expect(await verdict(actors.auditor)).toBe('NOT_ALLOWED');
  });

  async function memberOf(personId: string) {
    const query = `query ($id: ID!) { person(id: $id) { member { id version } } }`;
    const { person } = await service.data<{ person: { member: { id: string; version: number } } }>(
      actors.cityOrg,
      query,
      { id: personId },
    );
    return person.member;
  }

  async function transfer(personId: string): Promise<void> {
    const step = async (name: string, type: string, input: object) => {
      const text = `mutation ($input: ${type}!) { ${name}(input: $input) { transfer { id version } } }`;
      return (
        await service.data<Record<string, { transfer: { id: string; version: number } }>>(actors.cityOrg, text, {
          input,
        })
      )[name]!.transfer;
    };
    const { id: memberId } = await memberOf(personId);
    const draft = await step('openTransfer', 'OpenTransferInput', {
      scope: 'INSIDE',
      memberId,
      toOrgId: orgs.branchB,
      reason: 'WORK',
    });
    const letter = await step('issueTransfer', 'IssueTransferInput', { ...draft, duesSettled: true });
    await step('acceptTransfer', 'TransferStepInput', letter);
  }

  it('MEM-01 another post that shows the organisations of the county shows no figures of their members', async () => {
    const mixed = asActor(
      'branch-and-agriculture',
      { role: 'BR', organizationId: orgs.branchA },
      { role: 'AG', organizationId: orgs.county },
    );
    expect((await ask({ under: orgs.branchA }, mixed)).total).toBeGreaterThan(0);
    expect(await service.verdict(mixed, table, { under: orgs.county })).toBe('NOT_FOUND');
  });
});
