import { handleOnce, type CloudEvent } from '@jishi/event-delivery';
import {
  organizationClosing,
  organizationDissolved,
  organizationPrepared,
  organizationReassigned,
  organizationRecorded,
  organizationRelocated,
  organizationReopened,
} from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { actors, branches, established, orgs, persons, told, followOrganizations } from '../seeds/branches';
import { members } from './service';

const topic = 'organizations.organization';
const village = '410811001201';

let service: TestService;
beforeEach(async () => {
  service = await testService(members, branches);
});
afterEach(() => service.close());

const apply = (...events: readonly CloudEvent[]) =>
  service.asSystem(async (tx) => {
    for (const event of events) await handleOnce(tx, followOrganizations, topic, event);
  });

/** Everything this read model decides: the tree, its history, and where persons and members stand. */
async function standing() {
  const texts = [
    "SELECT to_jsonb(o) - array['created_at', 'updated_at'] AS row FROM known_organization o ORDER BY id",
    'SELECT to_jsonb(h) AS row FROM known_organization_history h ORDER BY org_id, valid_from',
    'SELECT jsonb_build_array(id, org_id, area_code, ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6) AS row FROM person ORDER BY id',
    'SELECT jsonb_build_array(id, org_id, area_code, ancestor_1, ancestor_2, ancestor_3, ancestor_4, ancestor_5, ancestor_6) AS row FROM member ORDER BY id',
  ];
  return Promise.all(texts.map((text, index) => service.database.query(`standing-${index}`, text)));
}

/** The whole tree of the seed, then a town that goes to another county, a village that gets another code, a branch that is closed. */
const history = (): CloudEvent[] => [
  established(orgs.city, 'COMMITTEE', null, '410800'),
  established(orgs.county, 'COMMITTEE', orgs.city, '410811'),
  established(orgs.otherCounty, 'COMMITTEE', orgs.city, '410821'),
  established(orgs.townA, 'COMMITTEE', orgs.county, '410811001'),
  established(orgs.townB, 'COMMITTEE', orgs.county, '410811002'),
  established(orgs.village, 'COMMITTEE', orgs.townA, village, { host: { kind: 'VILLAGE', id: village } }),
  established(orgs.branchA, 'BRANCH', orgs.village, village, { host: { kind: 'VILLAGE', id: village } }),
  established(orgs.branchB, 'BRANCH', orgs.townB, '410811002'),
  established(orgs.otherTown, 'COMMITTEE', orgs.otherCounty, '410821100'),
  established(orgs.branchZ, 'BRANCH', orgs.otherTown, '410821100'),
  moved(orgs.townA, orgs.county, orgs.otherCounty, '2026-05-01', 2),
  relocated(orgs.branchA, village, '410811001202', '2026-04-01', 2),
  closing(orgs.branchB, '2026-04-15', 2),
];
const moved = (orgId: string, fromSuperiorId: string, toSuperiorId: string, effectiveOn: string, no: number) =>
  told(organizationReassigned.type, orgId, { orgId, fromSuperiorId, toSuperiorId, effectiveOn }, undefined, no);
const relocated = (orgId: string, fromAreaCode: string, toAreaCode: string, effectiveOn: string, no: number) =>
  told(organizationRelocated.type, orgId, { orgId, fromAreaCode, toAreaCode, effectiveOn }, undefined, no);
const closing = (orgId: string, effectiveOn: string, no: number) =>
  told(organizationClosing.type, orgId, { orgId, memberPlan: { toOrgId: null }, effectiveOn }, undefined, no);

const namesSeenBy = async (actor: (typeof actors)[keyof typeof actors]) => {
  const query = `{ members { edges { node { person { name } } } } }`;
  interface Reply {
    readonly members: { readonly edges: readonly { readonly node: { readonly person: { readonly name: string } } }[] };
  }
  return (await service.data<Reply>(actor, query)).members.edges.map(({ node }) => node.person.name);
};

describe('ORG-01 what members knows of organisations', () => {
  it('ORG-01 a subtree that moves takes its members along, and the days before stay as they were', async () => {
    expect(await namesSeenBy(actors.countyOrg)).toContain('王建国');
    await apply(...history());
    service.on('2026-06-01');
    expect(await namesSeenBy(actors.countyOrg)).toEqual(['孙立']);
    expect(await namesSeenBy(actors.townA)).toEqual(['王建国', '李秀英', '赵敏']);
    const places = await service.database.query(
      'places',
      `SELECT valid_from, valid_to, ancestor_2, depth FROM known_organization_history WHERE org_id = $1 ORDER BY valid_from`,
      [orgs.village],
    );
    expect(places).toEqual([
      { valid_from: '2015-07-01', valid_to: '2026-05-01', ancestor_2: orgs.county, depth: 4 },
      { valid_from: '2026-05-01', valid_to: null, ancestor_2: orgs.otherCounty, depth: 4 },
    ]);
    const total = async (asOf: string) => {
      const query = `query ($under: ID!, $asOf: Date) { memberStructure(under: $under, asOf: $asOf) { total } }`;
      const reply = await service.data<{ memberStructure: { total: number } }>(actors.cityOrg, query, {
        under: orgs.county,
        asOf,
      });
      return reply.memberStructure.total;
    };
    expect(await total('2026-04-30')).toBe(4);
    expect(await total('2026-05-01')).toBe(1);
  });

  it('ORG-01 an area that was merged keeps its code for the days before (P11)', async () => {
    await apply(...history());
    const areas = await service.database.query(
      'areas',
      'SELECT DISTINCT ON (area_code) area_code, valid_from FROM known_organization_history WHERE org_id = $1 ORDER BY area_code, valid_from',
      [orgs.branchA],
    );
    expect(areas).toEqual([
      { area_code: village, valid_from: '2015-07-01' },
      { area_code: '410811001202', valid_from: '2026-04-01' },
    ]);
    const [wang] = await service.database.query<{ area_code: string }>(
      'wang',
      'SELECT area_code FROM member WHERE person_id = $1',
      [persons.wang],
    );
    expect(wang?.area_code).toBe('410811001202');
  });

  it('ORG-01 is the same when the same events come twice', async () => {
    await apply(...history());
    const once = await standing();
    await apply(...history());
    expect(await standing()).toEqual(once);
    await service.asSystem(async (tx) => {
      for (const event of history().filter(
        ({ type }) => type === organizationReassigned.type || type === organizationRelocated.type,
      ))
        await followOrganizations.handlers[event.type]!(tx, event);
    });
    expect(await standing()).toEqual(once);
  });

  it('ORG-01 knows on which days an organisation was being prepared, as the register does', async () => {
    const founding = established(orgs.branchZ, 'BRANCH', orgs.otherTown, '410821100', { establishedOn: '2026-02-01' });
    const id = '00000000-0000-7000-8000-000000077777';
    const facts = { ...(founding.data as object), orgId: id, code: 'ORG777' };
    await apply(
      told(organizationPrepared.type, id, facts),
      told(founding.type, id, { ...facts, activeFrom: '2026-03-01' }, undefined, 2),
    );
    expect(
      await service.database.query(
        'stretches',
        'SELECT status, valid_from, valid_to FROM known_organization_history WHERE org_id = $1 ORDER BY valid_from',
        [id],
      ),
    ).toEqual([
      { status: 'PREPARING', valid_from: '2026-02-01', valid_to: '2026-03-01' },
      { status: 'ACTIVE', valid_from: '2026-03-01', valid_to: null },
    ]);
  });

  it('ORG-01 knows the village that an organisation is attached to after areas have merged', async () => {
    const host = { kind: 'VILLAGE', id: '410811001202' };
    const data = { orgId: orgs.branchA, fromAreaCode: village, toAreaCode: host.id, host, effectiveOn: '2026-04-01' };
    await apply(told(organizationRelocated.type, orgs.branchA, data, undefined, 2));
    expect(
      await service.database.query('host', 'SELECT host_kind, host_id FROM known_organization WHERE id = $1', [
        orgs.branchA,
      ]),
    ).toEqual([{ host_kind: 'VILLAGE', host_id: host.id }]);
  });

  it('ORG-01 is the same when it is emptied and filled anew, and when superiors arrive after those below them', async () => {
    await service.empty(followOrganizations);
    await apply(...history());
    const first = await standing();
    await service.empty(followOrganizations);
    await apply(...history());
    expect(await standing()).toEqual(first);
    await service.empty(followOrganizations);
    const late = history();
    await apply(...late.slice(0, 10).reverse(), ...late.slice(10));
    expect(await standing()).toEqual(first);
  });

  it('ORG-01 a snapshot says the same as the events it stands for', async () => {
    await service.empty(followOrganizations);
    await apply(...history());
    const byEvents = await standing();
    await service.empty(followOrganizations);
    const open = {
      kind: 'COMMITTEE',
      board: 'VILLAGES_COMMUNITIES',
      status: 'ACTIVE',
      validFrom: '2015-07-01',
      validTo: null,
    };
    const town = { ...open, areaCode: '410811001' };
    const branch = { ...open, kind: 'BRANCH', superiorId: orgs.village };
    const stretches: Record<string, object[]> = {
      [orgs.townA]: [
        { ...town, superiorId: orgs.county, validTo: '2026-05-01' },
        { ...town, superiorId: orgs.otherCounty, validFrom: '2026-05-01' },
      ],
      [orgs.branchA]: [
        { ...branch, areaCode: village, validTo: '2026-04-01' },
        { ...branch, areaCode: '410811001202', validFrom: '2026-04-01', validTo: '2026-05-01' },
        { ...branch, areaCode: '410811001202', validFrom: '2026-05-01' },
      ],
    };
    await apply(
      ...history()
        .slice(0, 10)
        .map((event): CloudEvent => {
          const { orgId, code, kind, board, host, setUpWay, flags, establishedOn, superiorId, areaCode } =
            event.data as never as Record<string, never>;
          const known = stretches[event.partitionkey] ?? [{ ...open, kind, superiorId, areaCode }];
          const about = {
            orgId,
            code,
            kind,
            board,
            host,
            setUpWay,
            flags,
            establishedOn,
            closedOn: null,
            mergedIntoId: null,
          };
          return {
            ...told(
              organizationRecorded.type,
              event.partitionkey,
              organizationRecorded({ ...about, history: known } as never).data,
            ),
            snapshot: true,
            aggregateversion: 2,
          };
        }),
    );
    await apply({ ...closing(orgs.branchB, '2026-04-15', 3) });
    expect(await standing()).toEqual(byEvents);
  });

  it('ORG-03 a branch that is closing takes nobody, one whose closing was withdrawn does, a dissolved one is no more', async () => {
    const status = async () =>
      (
        await service.database.query(
          'status-of',
          'SELECT status, closed_on, merged_into_id FROM known_organization WHERE id = $1',
          [orgs.branchB],
        )
      )[0];
    await apply(established(orgs.branchB, 'BRANCH', orgs.townB, '410811002'), closing(orgs.branchB, '2026-04-15', 2));
    expect(await status()).toMatchObject({ status: 'CLOSING' });
    await apply(
      told(organizationReopened.type, orgs.branchB, { orgId: orgs.branchB, effectiveOn: '2026-04-20' }, undefined, 3),
    );
    expect(await status()).toMatchObject({ status: 'ACTIVE' });
    const gone = {
      orgId: orgs.branchB,
      mergedIntoId: orgs.branchC,
      host: { kind: 'AREA', id: '410811002' },
      dissolvedOn: '2026-05-01',
    };
    await apply(told(organizationDissolved.type, orgs.branchB, gone, undefined, 4));
    expect(await status()).toEqual({ status: 'DISSOLVED', closed_on: '2026-05-01', merged_into_id: orgs.branchC });
  });
});
