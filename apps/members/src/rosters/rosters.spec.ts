import type { Actor } from '@jishi/access';
import { publishSnapshot } from '@jishi/event-delivery';
import { asActor, testService, type TestService } from '@jishi/testing';
import { actors, branches, freshBranch, freshMember, orgs } from '../../seeds/branches';
import { members } from '../service';
import { countRosters, rebuildRosters, wrongRosters } from './rosters.service';
import { rosterSnapshot } from './rosters.snapshot';

let service: TestService;
beforeAll(async () => {
  service = await testService(members, branches);
  service.on('2026-03-01');
});
afterAll(() => service.close());

interface Branch {
  readonly memberCount: { readonly full: number; readonly probationary: number; readonly total: number } | null;
  readonly membersByClass: readonly { readonly memberClass: string; readonly count: number }[];
  readonly members: { readonly totalCount: number };
}
async function ask(actor: Actor, ids: readonly string[], asOf?: string): Promise<Branch[]> {
  const query = /* GraphQL */ `
    query ($of: [_Any!]!, $asOf: Date) {
      _entities(representations: $of) {
        ... on PartyOrganization {
          memberCount(asOf: $asOf) {
            full
            probationary
            total
          }
          membersByClass {
            memberClass
            count
          }
          members(asOf: $asOf) {
            totalCount
            edges {
              node {
                id
              }
            }
          }
        }
      }
    }
  `;
  const of = ids.map((id) => ({ __typename: 'PartyOrganization', id }));
  return (await service.data<{ _entities: Branch[] }>(actor, query, { of, asOf }))._entities;
}

describe('MEM-01 members of a branch', () => {
  it('MEM-01 are counted for the branches that the caller may see, and for no other', async () => {
    expect(await ask(actors.townA, [orgs.branchA, orgs.branchB])).toMatchObject([
      {
        memberCount: { full: 2, probationary: 1, total: 3 },
        membersByClass: [{ memberClass: 'RURAL', count: 3 }],
        members: { totalCount: 3 },
      },
      { memberCount: null, membersByClass: [], members: { totalCount: 0 } },
    ]);
  });

  it('MEM-01 are not counted by a post that shows the organisations and no members', async () => {
    const mixed = asActor(
      'branch-and-agriculture',
      { role: 'BR', organizationId: orgs.branchA },
      { role: 'AG', organizationId: orgs.county },
    );
    expect(await ask(mixed, [orgs.branchA, orgs.branchB])).toMatchObject([
      { memberCount: { total: 3 } },
      { memberCount: null, membersByClass: [], members: { totalCount: 0 } },
    ]);
    expect(await ask(mixed, [orgs.branchB], '2025-02-28')).toMatchObject([{ memberCount: null }]);
  });

  it('MEM-01 are counted for an earlier day as they were', async () => {
    const [branch] = await ask(actors.townA, [orgs.branchA], '2025-02-28');
    expect(branch).toMatchObject({ memberCount: { full: 2, probationary: 0, total: 2 }, members: { totalCount: 2 } });
  });

  it('MEM-01 many branches take as many statements as one', async () => {
    const cost = async (ids: readonly string[]) => {
      const before = service.database.statements();
      await ask(actors.cityOrg, ids);
      return service.database.statements() - before;
    };
    await cost([orgs.branchA]);
    const one = await cost([orgs.branchA]);
    expect(await cost([orgs.branchA, orgs.branchB, orgs.branchC, orgs.branchZ, orgs.townA])).toBe(one);
  });

  it('ORG-04 figures are told only when they change', async () => {
    const branch = await freshBranch(service);
    await service.forget();
    await freshMember(service, branch);
    await service.asSystem((tx) => countRosters(tx, [branch]));
    const told = (await service.emitted()).filter(({ type }) => type === 'members.roster.changed.v1');
    expect(told).toMatchObject([{ key: branch, data: { full: 1, probationary: 0, total: 1, asOf: '2026-03-01' } }]);
  });

  it('ORG-04 figures that went wrong are found and counted again', async () => {
    expect(await service.asSystem(wrongRosters)).toEqual([]);
    await service.database.query(
      'spoil',
      'UPDATE roster SET full_members = 60, total = 60 + probationary WHERE org_id = $1',
      [orgs.branchB],
    );
    expect(await service.asSystem(wrongRosters)).toEqual([{ orgId: orgs.branchB }]);
    expect(await service.asSystem(rebuildRosters)).toBe(1);
    expect(await service.asSystem(wrongRosters)).toEqual([]);
  });

  it('ORG-04 the service says every roster again for a consumer that begins', async () => {
    await service.forget();
    const rosters = await service.database.query('rosters-kept', 'SELECT org_id FROM roster');
    expect(await publishSnapshot(service.database, rosterSnapshot)).toMatchObject({ written: rosters.length });
    expect(await service.emitted()).toContainEqual(
      expect.objectContaining({
        type: 'members.roster.changed.v1',
        key: orgs.branchB,
        data: expect.objectContaining({ total: 1 }),
      }),
    );
  });

  it('ORG-04 two changes of one branch at the same moment are both counted', async () => {
    const branch = await freshBranch(service);
    const entered = await Promise.all(Array.from({ length: 6 }, () => freshMember(service, branch)));
    expect(entered).toHaveLength(6);
    expect((await ask(actors.cityOrg, [branch]))[0]!.memberCount!.total).toBe(6);
  });
});
