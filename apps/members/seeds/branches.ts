import { organizationEstablished } from '@jishi/event-contracts';
import type { Grant } from '@jishi/access';
import { handleOnce, type CloudEvent } from '@jishi/event-delivery';
import { citizenIdFrom } from '@jishi/identifiers';
import { addDays, civilDate, type CivilDate } from '@jishi/periods';
import { asActor, type Seed, type TestService } from '@jishi/testing';
import type { Tx } from '@jishi/database';
import { KnownOrganization } from '@jishi/known-register';
import { enterMember } from '../src/membership';
import { followReorganisations } from '../src/transfers/transfers.reorganisation';
import { Person } from '../src/people';
import { members } from '../src/service';

/** The consumer that keeps the copy of the tree. */
export const followOrganizations = members.projections[0]!.consumers![0]!;

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Two counties; in the first a town with a village and its branch, and a town with three branches and a general branch. */
export const orgs = {
  city: id(1),
  county: id(2),
  townA: id(3),
  townB: id(4),
  village: id(5),
  branchA: id(6),
  branchB: id(7),
  generalBranch: id(8),
  branchC: id(9),
  temporary: id(10),
  otherCounty: id(11),
  otherTown: id(12),
  branchZ: id(13),
} as const;

export const persons = {
  wang: id(101),
  li: id(102),
  zhao: id(103),
  sun: id(104),
  zheng: id(105),
  outsider: id(106),
} as const;

const grant = (role: Grant['role'], organizationId: string): Grant => ({ role, organizationId });

export const actors = {
  cityOrg: asActor('city-org', grant('CO', orgs.city)),
  countyOrg: asActor('county-org', grant('CO', orgs.county)),
  townA: asActor('town-a', grant('TS', orgs.townA)),
  townB: asActor('town-b', grant('TS', orgs.townB)),
  village: asActor('village-secretary', grant('VC', orgs.village)),
  branchA: asActor('branch-a', grant('BR', orgs.branchA)),
  branchB: asActor('branch-b', grant('BR', orgs.branchB)),
  branchC: asActor('branch-c', grant('BR', orgs.branchC)),
  stranger: asActor('stranger', grant('BR', orgs.branchZ)),
  nobody: asActor('nobody'),
  auditor: asActor('auditor', grant('AUD', orgs.city)),
} as const;

type Kind = Parameters<typeof organizationEstablished>[0]['kind'];

/** An event as it arrives from the organisation register. */
export const told = (type: string, key: string, data: unknown, time = '2026-01-01T01:00:00Z', no = 1): CloudEvent => ({
  specversion: '1.0',
  id: `${key.slice(0, 24)}${String(no).padStart(12, '0')}`,
  source: '/organizations',
  type,
  time,
  partitionkey: key,
  aggregateversion: no,
  dataclass: 'internal',
  actor: 'test',
  data,
});

/** Hands an event to those who listen to organisations, the copy of the tree first. */
export async function tell(tx: Tx, event: CloudEvent): Promise<void> {
  for (const listener of [followOrganizations, followReorganisations])
    await handleOnce(tx, listener, 'organizations.organization', event);
}

export const established = (
  orgId: string,
  kind: Kind,
  superiorId: string | null,
  areaCode: string,
  more: Partial<Parameters<typeof organizationEstablished>[0]> = {},
): CloudEvent =>
  told(
    organizationEstablished.type,
    orgId,
    organizationEstablished({
      orgId,
      code: `ORG${orgId.slice(-3)}`,
      kind,
      board: 'VILLAGES_COMMUNITIES',
      host: { kind: 'AREA', id: areaCode },
      superiorId,
      areaCode,
      setUpWay: 'SINGLE',
      flags: [],
      establishedOn: '2015-07-01',
      ...more,
    }).data,
  );

async function person(tx: Tx, personId: string, name: string, born: CivilDate, sequence: number, orgId: string) {
  const { areaCode } = await tx.get(KnownOrganization, orgId);
  return tx.insert(Person, {
    id: personId,
    name,
    citizenId: citizenIdFrom('410811', born, sequence),
    gender: sequence % 2 === 1 ? '1' : '2',
    birthDate: born,
    education: '20',
    createdFor: 'MEMBER',
    phone: `1380000${String(sequence).padStart(4, '0')}`,
    orgId,
    areaCode,
  });
}

async function member(tx: Tx, who: Person, joinedOn: CivilDate, confirmedOn: CivilDate | null): Promise<void> {
  const branch = await tx.get(KnownOrganization, who.orgId);
  await enterMember(tx, { person: who, branch, joinedOn, confirmedOn, branchSince: joinedOn, reason: 'REGISTERED' });
}

/** Branch A has Wang and Li (full) and Zhao (probationary since March 2025), branch B has Sun, branch Z in the other county Zheng. */
export const branches: Seed = {
  name: 'branches',
  on: '2026-03-01' as CivilDate,
  async load(tx) {
    const village = '410811001201';
    await tell(tx, established(orgs.city, 'COMMITTEE', null, '410800'));
    await tell(tx, established(orgs.county, 'COMMITTEE', orgs.city, '410811'));
    await tell(tx, established(orgs.townA, 'COMMITTEE', orgs.county, '410811001'));
    await tell(tx, established(orgs.townB, 'COMMITTEE', orgs.county, '410811002'));
    await tell(
      tx,
      established(orgs.village, 'COMMITTEE', orgs.townA, village, { host: { kind: 'VILLAGE', id: village } }),
    );
    await tell(
      tx,
      established(orgs.branchA, 'BRANCH', orgs.village, village, { host: { kind: 'VILLAGE', id: village } }),
    );
    await tell(tx, established(orgs.branchB, 'BRANCH', orgs.townB, '410811002'));
    await tell(tx, established(orgs.generalBranch, 'GENERAL_BRANCH', orgs.townB, '410811002'));
    await tell(tx, established(orgs.branchC, 'BRANCH', orgs.generalBranch, '410811002'));
    await tell(tx, established(orgs.temporary, 'BRANCH', orgs.townB, '410811002', { setUpWay: 'TEMPORARY' }));
    await tell(tx, established(orgs.otherCounty, 'COMMITTEE', orgs.city, '410821'));
    await tell(tx, established(orgs.otherTown, 'COMMITTEE', orgs.otherCounty, '410821100'));
    await tell(tx, established(orgs.branchZ, 'BRANCH', orgs.otherTown, '410821100'));

    await member(
      tx,
      await person(tx, persons.wang, '王建国', '1970-05-20', 101, orgs.branchA),
      '2000-07-01',
      '2001-07-01',
    );
    await member(
      tx,
      await person(tx, persons.li, '李秀英', '1990-02-28', 102, orgs.branchA),
      '2015-07-01',
      '2016-07-01',
    );
    await member(tx, await person(tx, persons.zhao, '赵敏', '1999-12-31', 104, orgs.branchA), '2025-03-01', null);
    await member(
      tx,
      await person(tx, persons.sun, '孙立', '1950-01-01', 105, orgs.branchB),
      '1976-07-01',
      '1977-07-01',
    );
    await member(
      tx,
      await person(tx, persons.zheng, '郑和平', '1962-08-08', 107, orgs.branchZ),
      '1990-07-01',
      '1991-07-01',
    );
    await person(tx, persons.outsider, '外来', '1988-08-08', 109, orgs.branchB);
  },
};

let made = 0;

/** A branch that no other test knows, under the village of branch A or where the test says. */
export async function freshBranch(service: TestService, superiorId: string = orgs.village): Promise<string> {
  const orgId = id(10_000 + (made += 1));
  await service.asSystem(async (tx) => {
    const { areaCode } = await tx.get(KnownOrganization, superiorId);
    await tell(tx, established(orgId, 'BRANCH', superiorId, areaCode));
  });
  return orgId;
}

const freshRecord = (tx: Tx, orgId: string): Promise<Person> =>
  person(tx, id(20_000 + (made += 1)), `新${made}`, addDays('1960-01-01', made), 777, orgId);

/** A person whom no other test knows, recorded by an organisation. */
export const freshPerson = async (service: TestService, orgId: string): Promise<string> =>
  (await service.asSystem((tx) => freshRecord(tx, orgId))).id;

interface Dates {
  readonly joinedOn?: string;
  readonly confirmedOn?: string | null;
}

/** Full members, or probationary ones without a day of confirmation, whom no other test knows. */
export const freshMembers = (
  service: TestService,
  orgId: string,
  count: number,
  { joinedOn = '2000-07-01', confirmedOn = '2001-07-01' }: Dates = {},
): Promise<{ readonly id: string; readonly version: number }[]> =>
  service.asSystem(async (tx) => {
    const branch = await tx.get(KnownOrganization, orgId);
    const entered = [];
    for (let no = 0; no < count; no += 1)
      entered.push(
        await enterMember(tx, {
          person: await freshRecord(tx, orgId),
          branch,
          joinedOn: civilDate(joinedOn),
          confirmedOn: confirmedOn === null ? null : civilDate(confirmedOn),
          branchSince: civilDate(joinedOn),
          reason: 'REGISTERED',
        }),
      );
    return entered.map(({ id: memberId, version }) => ({ id: memberId, version }));
  });

export const freshMember = async (service: TestService, orgId: string, dates?: Dates) =>
  (await freshMembers(service, orgId, 1, dates))[0]!;
