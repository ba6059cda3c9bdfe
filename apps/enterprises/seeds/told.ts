import {
  memberConfirmed,
  memberLeft,
  memberReclassified,
  memberRecorded,
  organizationDissolved,
  organizationEstablished,
} from '@jishi/event-contracts';
import { areas, orgs } from './two-towns';

/** Events of other services as the specs of this one tell them. */
const id = (prefix: string, number: number): string => `${prefix}-0000-7000-8000-${String(number).padStart(12, '0')}`;
export const branchId = (number: number): string => id('b0000000', number);
export const memberId = (number: number): string => id('a0000000', number);

const hostOf = (entityId: string) => ({ kind: 'ENTERPRISE' as const, id: entityId });

/** An organisation became active at these entities; several make it a joint one. */
export const established = (
  number: number,
  entityIds: readonly string[],
  on = '2026-06-15',
  more: Partial<Parameters<typeof organizationEstablished>[0]> = {},
) =>
  organizationEstablished({
    orgId: branchId(number),
    code: `B-${number}`,
    kind: entityIds.length > 1 ? 'JOINT_BRANCH' : 'BRANCH',
    board: 'ENTERPRISES',
    host: hostOf(entityIds[0]!),
    ...(entityIds.length > 1 && { jointHosts: entityIds.map(hostOf) }),
    superiorId: orgs.east,
    areaCode: areas.east,
    setUpWay: entityIds.length > 1 ? 'JOINT' : 'SINGLE',
    flags: [],
    establishedOn: on,
    ...more,
  });

export const dissolved = (number: number, entityId: string, on: string) =>
  organizationDissolved({ orgId: branchId(number), mergedIntoId: null, host: hostOf(entityId), dissolvedOn: on });

/** A member was entered in the register, working at an entity. */
export const recorded = (number: number, entityId: string | null, status: 'FULL' | 'PROBATIONARY' = 'FULL') =>
  memberRecorded({
    memberId: memberId(number),
    personId: id('c0000000', number),
    orgId: orgs.eastVillage,
    status,
    memberClass: 'IN_POST',
    areaCode: areas.eastVillage,
    workHost: entityId === null ? null : hostOf(entityId),
  });
export const confirmed = (number: number) =>
  memberConfirmed({ memberId: memberId(number), orgId: orgs.eastVillage, confirmedOn: '2026-06-15' });
export const left = (number: number) =>
  memberLeft({ memberId: memberId(number), orgId: orgs.eastVillage, reasonClass: 'DECEASED', on: '2026-06-15' });
export const worksAt = (number: number, entityId: string | null) =>
  memberReclassified({
    memberId: memberId(number),
    memberClass: 'IN_POST',
    workHost: entityId === null ? null : hostOf(entityId),
  });
