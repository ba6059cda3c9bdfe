import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Board, Host, HostKind, OrganizationFlag, OrganizationKind, SetUpWay } from '../register';

export type ChangeKind = 'ESTABLISH' | 'REASSIGN' | 'MERGE' | 'SPLIT' | 'RENAME' | 'DISSOLVE';
export type ChangeState = 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'EFFECTIVE' | 'REJECTED';

/** A new organisation as it is proposed. */
export interface NewOrganization {
  /** Null: given by area when it takes effect. */
  readonly code: string | null;
  readonly name: string;
  readonly kind: OrganizationKind;
  readonly board: Board;
  readonly setUpWay: SetUpWay;
  readonly flags: readonly OrganizationFlag[];
  readonly hostKind: HostKind;
  readonly hostId: string;
  /** Hosts beside the first one; absent when it stands by itself. */
  readonly jointHosts?: readonly Host[];
  readonly areaCode: string;
}

/** A part that leaves a branch when it is split: the new branch and the members who go there. */
export interface SplitPart {
  /** Null: given by area when it takes effect. */
  readonly code: string | null;
  readonly name: string;
  readonly memberIds: readonly string[];
}

/** What the change would write, beside the organisations it names. */
export interface Proposal {
  readonly organization?: NewOrganization;
  readonly name?: string;
  readonly parts?: readonly SplitPart[];
  /** Members that each closing organisation had when its closing began, by id. */
  readonly membersAtClosing?: Readonly<Record<string, number | null>>;
  /** Closing organisations of which members has said, after the closing began, that nobody is left. */
  readonly emptied?: readonly string[];
}

/** 设置调整: one decision about organisations, proposed below and approved above. */
@Entity('organization_change')
@ScopedBy({ permission: 'changes:read', organization: ['orgId', 'firstOrgId', 'targetSuperiorId'] })
export class OrganizationChange {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) kind: ChangeKind;
  /** The organisation it is about; of a merger the one that remains; null until a founding takes effect. */
  @Column({ type: 'uuid', nullable: true }) orgId: string | null;
  /** Every organisation touched; of a merger those that close come first. */
  @Column({ type: 'uuid', array: true }) orgIds: string[];
  @Column({ type: 'uuid', nullable: true }) targetSuperiorId: string | null;
  @Column({ type: 'text' }) reason: string;
  @Column({ type: 'text', nullable: true }) document: string | null;
  /** Where the members go; `toOrgId` null when each member is asked. */
  @Column({ type: 'jsonb', nullable: true }) memberPlan: { readonly toOrgId: string | null } | null;
  /** 档案交接: where the archives go. */
  @Column({ type: 'text', nullable: true }) archivePlan: string | null;
  @Column({ type: 'date' }) effectiveOn: CivilDate;
  @Column({ type: 'text' }) state: ChangeState;
  @Column({ type: 'jsonb' }) proposal: Proposal;
  @Column({ type: 'text', nullable: true }) decisionReason: string | null;
  @Column({ type: 'date', nullable: true }) submittedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) decidedOn: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(OrganizationChange, { zh: '设置调整', en: 'change of organisations' });
