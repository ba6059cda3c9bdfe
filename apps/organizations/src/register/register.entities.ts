import { ScopedBy } from '@jishi/access';
import { nameEntity, OrganizationPath } from '@jishi/database';
import type { PartyOrganizationKind } from '@jishi/org-tree';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type OrganizationKind = PartyOrganizationKind;
export type Board = 'ORGANS' | 'VILLAGES_COMMUNITIES' | 'ENTERPRISES';
export type SetUpWay = 'SINGLE' | 'JOINT' | 'TRADE' | 'REGIONAL' | 'FUNCTIONAL' | 'TEMPORARY';
export type OrganizationFlag = 'RETIRED' | 'MOBILE' | 'YOUNG_TALENT' | 'PROJECT' | 'MODEL' | 'WEAK';
export type OrganizationStatus = 'PREPARING' | 'ACTIVE' | 'CLOSING' | 'DISSOLVED';
export type HostKind =
  | 'UNIT'
  | 'VILLAGE'
  | 'COMMUNITY'
  | 'ENTERPRISE'
  | 'SOCIAL_ORG'
  | 'COOPERATIVE'
  | 'PROPERTY_PROVIDER'
  | 'OWNERS_COMMITTEE'
  | 'QUARTER'
  | 'GRID'
  | 'PROJECT'
  | 'CLUSTER_BASE'
  | 'ALLIANCE'
  | 'AREA';

/** What an organisation is attached to; the id is an area code for a village, a community or an area, a uuid otherwise. */
export interface Host {
  readonly kind: HostKind;
  readonly id: string;
}

/** 党组织 as it is now; the table that says who stands above whom. Only `register.service.ts` writes it. */
@Entity('party_organization')
@ScopedBy({ permission: 'organizations:read', organization: 'id', area: 'areaCode', stamped: true })
export class PartyOrganization {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) kind: OrganizationKind;
  @Column({ type: 'text' }) board: Board;
  @Column({ type: 'text' }) setUpWay: SetUpWay;
  @Column({ type: 'text', array: true }) flags: OrganizationFlag[];
  @Column({ type: 'text' }) hostKind: HostKind;
  @Column({ type: 'text' }) hostId: string;
  @Column({ type: 'uuid', nullable: true }) superiorId: string | null;
  /** 1 is a root. */
  @Column({ type: 'integer' }) depth: number;
  @Column(() => OrganizationPath, { prefix: false }) path: OrganizationPath;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'date' }) establishedOn: CivilDate;
  @Column({ type: 'text', nullable: true }) approvalDocument: string | null;
  @Column({ type: 'text' }) status: OrganizationStatus;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'uuid', nullable: true }) mergedIntoId: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(PartyOrganization, { zh: '党组织', en: 'Party organisation' });

/** A further host of a joint, trade or regional organisation, from when to when; the first host stands in the register. */
@Entity('organization_joint_host')
@ScopedBy({ permission: 'organizations:read', organization: 'orgId' })
export class OrganizationJointHost {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) orgId: string;
  @Column({ type: 'text' }) hostKind: HostKind;
  @Column({ type: 'text' }) hostId: string;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** The first day on which it is no longer attached; null while it is. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(OrganizationJointHost, { zh: '党组织覆盖单位', en: 'further host of an organisation' });

/** 党组织 as it was from one day to another. A row of a past day is seen by whoever stood above it on that day. */
@Entity('party_organization_history')
@ScopedBy({ permission: 'organizations:read', organization: 'orgId', area: 'areaCode', stamped: true })
export class PartyOrganizationHistory {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) orgId: string;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** The day on which the next row begins; null for the current one. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) kind: OrganizationKind;
  @Column({ type: 'text' }) board: Board;
  @Column({ type: 'text' }) setUpWay: SetUpWay;
  @Column({ type: 'text', array: true }) flags: OrganizationFlag[];
  @Column({ type: 'text' }) hostKind: HostKind;
  @Column({ type: 'text' }) hostId: string;
  @Column({ type: 'uuid', nullable: true }) superiorId: string | null;
  @Column({ type: 'integer' }) depth: number;
  @Column(() => OrganizationPath, { prefix: false }) path: OrganizationPath;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) status: OrganizationStatus;
  /** The decision that began this period; null for what was there at the beginning. */
  @Column({ type: 'uuid', nullable: true }) changeId: string | null;
}
