import { handleOnce } from '@jishi/event-delivery';
import { organizationClosing, organizationEstablished, organizationReopened } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import {
  actors,
  branches,
  established,
  freshBranch,
  freshMembers,
  orgs,
  tell,
  told,
  followOrganizations,
} from '../../seeds/branches';
import { members } from '../service';
import { followReorganisations } from './transfers.reorganisation';

let service: TestService;
beforeAll(async () => {
  service = await testService(members, branches);
});
afterAll(() => service.close());
beforeEach(async () => {
  service.on('2026-03-01');
  await service.forget();
});

type Event = Parameters<typeof tell>[1];
const topic = 'organizations.organization';
const apply = (event: Event) => service.asSystem((tx) => tell(tx, event));
const reorganise = (event: Event) => service.asSystem((tx) => handleOnce(tx, followReorganisations, topic, event));

async function branchOf(orgId: string): Promise<{ readonly ids: string[]; readonly transfers: object[] }> {
  const ids = await service.database.query<{ id: string }>(
    'ids-of',
    'SELECT id FROM member WHERE org_id = $1 ORDER BY id',
    [orgId],
  );
  const transfers = await service.database.query(
    'transfers-to',
    'SELECT member_id, from_org_id, state, reason, batch_id, slip_on FROM transfer WHERE to_org_id = $1 ORDER BY member_id',
    [orgId],
  );
  return { ids: ids.map(({ id }) => id), transfers };
}

const types = async () => (await service.emitted()).map(({ type }) => type);

describe('ORG-03 members of a branch that is closed (P1)', () => {
  async function branchWith(count: number) {
    const orgId = await freshBranch(service);
    const ids = (await freshMembers(service, orgId, count)).map(({ id }) => id);
    await service.forget();
    return { orgId, ids: ids.sort() };
  }
  const closing = (orgId: string, toOrgId: string | null) =>
    told(organizationClosing.type, orgId, { orgId, memberPlan: { toOrgId }, effectiveOn: '2026-03-01' }, undefined, 2);

  it('ORG-03 all move by the plan, one closed transfer each, and the emptied branch is told once', async () => {
    const { orgId, ids } = await branchWith(3);
    const receiver = await freshBranch(service);
    const event = closing(orgId, receiver);
    await apply(event);
    const { ids: now, transfers } = await branchOf(receiver);
    expect(now).toEqual(ids);
    expect(transfers).toEqual(
      ids.map((id) => ({
        member_id: id,
        from_org_id: orgId,
        state: 'CLOSED',
        reason: 'REORGANISATION',
        batch_id: event.id,
        slip_on: '2026-03-01',
      })),
    );
    const told = await types();
    expect(told.filter((type) => type === 'members.member.transferred.v1')).toHaveLength(3);
    expect(told.filter((type) => type === 'members.roster.emptied.v1')).toHaveLength(1);

    expect(await reorganise(event)).toBe('repeated');
    await service.asSystem((tx) => followReorganisations.handlers[event.type]!(tx, event));
    expect((await branchOf(receiver)).transfers).toHaveLength(3);
  });

  it('ORG-03 waits until the copy of the tree has the closing, so that nobody is received behind the last who leaves', async () => {
    const { orgId, ids } = await branchWith(1);
    const event = closing(orgId, await freshBranch(service));
    await expect(reorganise(event)).rejects.toMatchObject({ code: '55P03' });
    expect((await branchOf(orgId)).ids).toEqual(ids);
    await apply(event);
    expect((await branchOf(orgId)).ids).toEqual([]);
  });

  it('ORG-03 a closing that was withdrawn before it was carried out moves nobody', async () => {
    const { orgId, ids } = await branchWith(1);
    const event = closing(orgId, await freshBranch(service));
    await service.asSystem(async (tx) => {
      await handleOnce(tx, followOrganizations, topic, event);
      const reopened = told(organizationReopened.type, orgId, { orgId, effectiveOn: '2026-03-01' }, undefined, 3);
      await handleOnce(tx, followOrganizations, topic, reopened);
      await tell(tx, event);
    });
    expect((await branchOf(orgId)).ids).toEqual(ids);
  });

  it('ORG-03 without a plan the members stay until each is transferred', async () => {
    const { orgId, ids } = await branchWith(2);
    await apply(closing(orgId, null));
    expect((await branchOf(orgId)).ids).toEqual(ids);
    expect(await types()).toEqual([]);
  });

  it('ORG-03 a branch that had nobody is told as empty at once', async () => {
    const { orgId } = await branchWith(0);
    await apply(closing(orgId, null));
    expect(await types()).toEqual(['members.roster.emptied.v1']);
  });

  it('ORG-03 the plan goes before a transfer that has not arrived', async () => {
    const { orgId, ids } = await branchWith(1);
    const receiver = await freshBranch(service);
    const open = `mutation ($input: OpenTransferInput!) { openTransfer(input: $input) { transfer { id } } }`;
    const input = { scope: 'INSIDE', memberId: ids[0], toOrgId: orgs.branchB, reason: 'WORK' };
    const { openTransfer } = await service.data<{ openTransfer: { transfer: { id: string } } }>(actors.village, open, {
      input,
    });
    await apply(closing(orgId, receiver));
    expect((await branchOf(receiver)).ids).toEqual(ids);
    const query = `query ($id: ID!) { transfer(id: $id) { state } }`;
    expect(await service.data(actors.village, query, { id: openTransfer.transfer.id })).toEqual({
      transfer: { state: 'CANCELLED' },
    });
  });

  it('ORG-03 a committee that merges into another one has nobody to move, and that is no error', async () => {
    const committee = '00000000-0000-7000-8000-000000088888';
    await apply(established(committee, 'COMMITTEE', orgs.county, '410811'));
    await service.forget();
    await apply(closing(committee, orgs.townB));
    expect(await types()).toEqual(['members.roster.emptied.v1']);
  });

  it('ORG-03 a plan to a branch that takes nobody is an error that an operator sees, and moves nobody', async () => {
    const { orgId, ids } = await branchWith(1);
    await expect(apply(closing(orgId, orgs.townB))).rejects.toMatchObject({
      refusal: { code: 'ORGANIZATION_HOLDS_NO_MEMBERS' },
    });
    expect((await branchOf(orgId)).ids).toEqual(ids);
  });
});

describe('ORG-04 a branch that is split (P3)', () => {
  it('ORG-04 the named members move to the new branch, and both rosters are told', async () => {
    const old = await freshBranch(service);
    const ids = (await freshMembers(service, old, 4)).map(({ id }) => id);
    const newcomer = '00000000-0000-7000-8000-000000099999';
    const moving = ids.slice(2);
    const event = established(newcomer, 'BRANCH', orgs.village, '410811001201', {
      transfersIn: { fromOrgId: old, memberIds: moving },
    });
    expect(event.type).toBe(organizationEstablished.type);
    await apply(event);
    expect((await branchOf(newcomer)).ids).toEqual([...moving].sort());
    expect((await branchOf(old)).ids).toEqual(ids.slice(0, 2).sort());
    const rosters = (await service.emitted()).filter(({ type }) => type === 'members.roster.changed.v1');
    expect(rosters.map(({ key, data }) => [key, data.total])).toEqual(
      expect.arrayContaining([
        [old, 2],
        [newcomer, 2],
      ]),
    );
  });
});
