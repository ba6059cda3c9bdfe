import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type StationedRole = 'FIRST_SECRETARY' | 'TEAM_LEADER' | 'TEAM_MEMBER';
export type StationedState = 'NOMINATED' | 'APPROVED' | 'REJECTED' | 'ON_POST' | 'ON_LEAVE' | 'ENDED' | 'RECALLED';
export type StationedEndKind = 'TERM' | 'REASSIGNED' | 'PROMOTED' | 'HEALTH' | 'RETIRED' | 'AREA_MERGED' | 'OTHER';
export type RecallKind = 'EVALUATION_FAILED' | 'SATISFACTION_LOW' | 'VILLAGE_UNCHANGED';

/** 驻村任职: one person stationed in one village by one unit. Seen by the village's superiors and by the sending unit's. */
@Entity('stationed_assignment')
@ScopedBy({ permission: 'stationed:read', organization: 'senderOrgId', area: 'areaCode', ofArea: true })
export class StationedAssignment {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) role: StationedRole;
  @Column({ type: 'uuid' }) senderUnitId: string;
  /** The organisation of the sending unit, through which its officers see the assignment. */
  @Column({ type: 'uuid', nullable: true }) senderOrgId: string | null;
  @Column({ type: 'text', array: true }) tasks: string[];
  @Column({ type: 'date' }) plannedFrom: CivilDate;
  @Column({ type: 'date' }) plannedTo: CivilDate;
  @Column({ type: 'text' }) state: StationedState;
  @Column({ type: 'date' }) nominatedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) decidedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) rejectionReason: string | null;
  @Column({ type: 'date', nullable: true }) postedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) leaveSince: CivilDate | null;
  @Column({ type: 'text', nullable: true }) leaveReason: string | null;
  /** First day no longer on the post. */
  @Column({ type: 'date', nullable: true }) endedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) endKind: StationedEndKind | null;
  @Column({ type: 'text', nullable: true }) endReason: string | null;
  @Column({ type: 'text', nullable: true }) recallKind: RecallKind | null;
  /** The evaluation, survey or report on which a recall stands. */
  @Column({ type: 'text', nullable: true }) evaluation: string | null;
  @Column({ type: 'text', nullable: true }) successorPlan: string | null;
  @Column({ type: 'date', nullable: true }) successorBy: CivilDate | null;
  /** The assignment that this one follows. */
  @Column({ type: 'uuid', nullable: true }) predecessorId: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(StationedAssignment, { zh: '驻村任职', en: 'stationed assignment' });

/** 应派第一书记的村: set by the organisation department with a reason, beside the weak villages, which must have one anyway. */
@Entity('stationed_requirement')
@ScopedBy({ permission: 'stationed:read', area: 'areaCode', ofArea: true })
export class StationedRequirement {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) reason: string;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** First day on which it no longer holds. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'text', nullable: true }) liftReason: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(StationedRequirement, { zh: '应派第一书记要求', en: 'requirement of a first secretary' });
