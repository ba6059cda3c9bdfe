import { rosterChanged, rosterEmptied } from '@jishi/event-contracts';
import { publishSnapshot } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import { testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, orgs, people, twoTowns } from '../../seeds/two-towns';
import { register } from '../register';
import { organizations } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const firms = [701, 702, 703].map((number) => ({ kind: 'ENTERPRISE', id: idAt(number) }));
const [leading] = firms;
const joint = {
  name: '东镇市场联合党支部',
  kind: 'JOINT_BRANCH',
  board: 'ENTERPRISES',
  setUpWay: 'JOINT',
  host: leading,
  jointHosts: firms,
  areaCode: codes.east,
};

async function proposed(organization: object): Promise<string> {
  const { proposeOrganizationChange } = await service.data<{
    proposeOrganizationChange: { change: { id: string } };
  }>(
    people.ts,
    `mutation($input: ProposeOrganizationChangeInput!) { proposeOrganizationChange(input: $input) { change { id } } }`,
    {
      input: {
        kind: 'ESTABLISH',
        targetSuperiorId: orgs.east,
        organization,
        reason: '应建尽建',
        effectiveOn: '2026-06-10',
      },
    },
  );
  return proposeOrganizationChange.change.id;
}
const step = (name: string) =>
  `mutation($input: OrganizationChangeStepInput!) { step: ${name}OrganizationChange(input: $input) {
     change { organizations { id } } warnings { code } } }`;
interface Stepped {
  step: { change: { organizations: { id: string }[] }; warnings: { code: string }[] };
}
const submit = (id: string) => service.data<Stepped>(people.ts, step('submit'), { input: { id } });

/** Proposed by the town, approved by the organisation department: the branch is being prepared. */
async function prepared(organization: object = joint): Promise<string> {
  const id = await proposed(organization);
  await submit(id);
  const { step: approved } = await service.data<Stepped>(people.co, step('approve'), { input: { id } });
  return approved.change.organizations[0]!.id;
}

const activation = `mutation($input: ActivateOrganizationInput!) { activateOrganization(input: $input) { organization { status } warnings { code } } }`;
const covering = (hosts: readonly object[]) => hosts.map((host) => ({ host, fullMembers: 1 }));

async function withSecretary(organizationId: string): Promise<void> {
  const { recordLeadingBody } = await service.data<{ recordLeadingBody: { leadingBody: { id: string } } }>(
    people.ts,
    `mutation($input: RecordLeadingBodyInput!) { recordLeadingBody(input: $input) { leadingBody { id } } }`,
    { input: { organizationId, kind: 'BRANCH_COMMITTEE', seats: 1 } },
  );
  const bodyId = recordLeadingBody.leadingBody.id;
  await service.data(people.ts, `mutation($input: BeginTermInput!) { beginTerm(input: $input) { term { id } } }`, {
    input: { bodyId, startOn: '2026-06-15' },
  });
  await service.data(
    people.ts,
    `mutation($input: AppointToPostInput!) { appointToPost(input: $input) { post { id } } }`,
    { input: { bodyId, personId: idAt(800), kind: 'SECRETARY', from: '2026-06-15' } },
  );
}

async function active(organization: object = joint, hosts: readonly object[] = firms): Promise<string> {
  const id = await prepared(organization);
  await withSecretary(id);
  await service.data(people.co, activation, {
    input: {
      id,
      on: '2026-06-15',
      membersFrom: orgs.xiaozhuang,
      memberIds: [1, 2, 3].map((n) => idAt(800 + n)),
      jointHosts: covering(hosts),
    },
  });
  return id;
}

const hostsOf = async (id: string, asOf?: string) =>
  (
    await service.data<{ organization: { hosts: object[] } | null }>(
      people.cityCo,
      'query($id: ID!, $asOf: Date) { organization(id: $id, asOf: $asOf) { hosts { kind id } } }',
      { id, asOf },
    )
  ).organization?.hosts;
const told = async (type: string) =>
  (await service.emitted()).filter((event) => event.type === `organizations.organization.${type}.v1`);

async function dissolved(id: string): Promise<void> {
  await service.receive(rosterChanged({ orgId: id, full: 3, probationary: 0, total: 3, asOf: '2026-06-15' }));
  service.on('2026-06-20' as CivilDate);
  const { proposeOrganizationChange } = await service.data<{ proposeOrganizationChange: { change: { id: string } } }>(
    people.ts,
    `mutation($input: ProposeOrganizationChangeInput!) { proposeOrganizationChange(input: $input) { change { id } } }`,
    {
      input: {
        kind: 'DISSOLVE',
        organizationId: id,
        memberPlan: { toOrganizationId: orgs.xiaozhuang },
        archivePlan: '移交东镇党委',
        reason: '企业外迁',
        effectiveOn: '2026-06-20',
      },
    },
  );
  const change = proposeOrganizationChange.change.id;
  await submit(change);
  await service.data(people.co, step('approve'), { input: { id: change } });
  await service.receive(rosterEmptied({ orgId: id }));
}

describe('ENT-05 organisations of several hosts', () => {
  it('ENT-05 a joint branch is attached to every host once, and its events name them all', async () => {
    const id = await active();
    expect(await hostsOf(id)).toEqual(firms);
    expect(await hostsOf(id, '2026-06-10')).toEqual(firms);
    for (const type of ['prepared', 'established'])
      expect(await told(type)).toMatchObject([{ data: { orgId: id, host: leading, jointHosts: firms } }]);
    expect(await hostsOf(orgs.xiaozhuang)).toEqual([{ kind: 'VILLAGE', id: codes.xiaozhuang }]);
  });

  it('ENT-05 the hosts named when it becomes active are those of the decision, or are written down then', async () => {
    const id = await prepared();
    await withSecretary(id);
    const input = {
      id,
      on: '2026-06-15',
      membersFrom: orgs.xiaozhuang,
      memberIds: [1, 2, 3].map((n) => idAt(800 + n)),
    };
    const verdict = (hosts: readonly object[]) =>
      service.verdict(people.co, activation, { input: { ...input, jointHosts: covering(hosts) } });
    expect(await verdict(firms.slice(1))).toBe('JOINT_HOSTS_DIFFER');
    expect(await verdict([...firms, { kind: 'ENTERPRISE', id: idAt(704) }])).toBe('JOINT_HOSTS_DIFFER');
    expect(await verdict(firms.toReversed())).toBe('allowed');

    const { jointHosts: _, ...unnamed } = joint;
    const second = await active({ ...unnamed, name: '东镇第二联合党支部' });
    expect(await hostsOf(second)).toEqual(firms);
    expect(await hostsOf(second, '2026-06-14')).toEqual([leading]);
  });

  it('ENT-05 dissolving ends every host, and earlier days keep them', async () => {
    const id = await active();
    await dissolved(id);
    expect(await told('dissolved')).toMatchObject([{ data: { orgId: id, dissolvedOn: '2026-06-20' } }]);
    const rows = async (on: string) =>
      (
        await service.database.pool.query(
          `SELECT host_id FROM organization_host WHERE org_id = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)`,
          [id, on],
        )
      ).rows.length;
    expect([await rows('2026-06-09'), await rows('2026-06-19'), await rows('2026-06-20')]).toEqual([0, 3, 0]);
    expect(await hostsOf(id, '2026-06-19')).toEqual(firms);
  });

  it('ENT-05 the snapshot of an organisation names its hosts, also of one that was dissolved', async () => {
    const snapshot = async (id: string) => {
      await service.forget();
      await publishSnapshot(service.database, register.snapshots![0]!, { rate: Infinity });
      return (await service.emitted()).find(({ key }) => key === id)!.data;
    };
    const id = await active();
    expect((await snapshot(id)).jointHosts).toEqual(firms);
    await dissolved(id);
    const ended = await snapshot(id);
    expect(ended).toMatchObject({ closedOn: '2026-06-20', jointHosts: firms });
    expect(await snapshot(orgs.xiaozhuang)).not.toHaveProperty('jointHosts');
  });

  it.each([
    ['set up by itself', { setUpWay: 'SINGLE' }, 'NOT_SET_UP_JOINTLY'],
    [
      'over a village that is not there',
      { jointHosts: [leading, { kind: 'VILLAGE', id: '410823100299' }] },
      'HOST_NOT_FOUND',
    ],
    ['over a unit that is not there', { jointHosts: [{ kind: 'UNIT', id: idAt(999) }] }, 'HOST_NOT_FOUND'],
    ['by trade', { kind: 'BRANCH', setUpWay: 'TRADE' }, 'allowed'],
    ['by region', { kind: 'BRANCH', setUpWay: 'REGIONAL' }, 'allowed'],
  ])('ENT-05 an organisation of several hosts %s', async (_, part, expected) => {
    const id = await proposed({ ...joint, ...part });
    expect(await service.verdict(people.ts, step('submit'), { input: { id } })).toBe(expected);
  });

  it('ENT-05 more than five hosts of a joint branch are a warning', async () => {
    const hosts = [1, 2, 3, 4, 5, 6].map((n) => ({ kind: 'ENTERPRISE', id: idAt(700 + n) }));
    const five = await submit(await proposed({ ...joint, jointHosts: hosts.slice(0, 5) }));
    const six = await submit(await proposed({ ...joint, jointHosts: hosts }));
    expect([five.step.warnings, six.step.warnings]).toEqual([[], [{ code: 'MANY_JOINT_HOSTS' }]]);
  });

  it('ENT-05 villages that merge leave a joint branch over them with one host', async () => {
    const villages = [codes.dazhuang, codes.xiaozhuang, codes.liuzhuang].map((id) => ({ kind: 'VILLAGE', id }));
    const organization = {
      ...joint,
      setUpWay: 'REGIONAL',
      host: { kind: 'AREA', id: codes.east },
      jointHosts: villages,
    };
    const id = await active(organization, [organization.host, ...villages]);
    await service.data(people.co, 'mutation($input: MergeAreasInput!) { mergeAreas(input: $input) { relocated } }', {
      input: {
        codes: [codes.dazhuang, codes.xiaozhuang],
        successor: { code: '410823100202', name: '大小庄村', kind: 'VILLAGE' },
        on: '2026-06-15',
      },
    });
    expect(await hostsOf(id)).toEqual([organization.host, villages[2], { kind: 'VILLAGE', id: '410823100202' }]);
    expect(await hostsOf(id, '2026-06-14')).toEqual([organization.host, ...villages]);
  });
});
