import { ScopedBy } from '@jishi/access';
import { nameEntity, OrganizationPath } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type OpenStatus = 'PROBATIONARY' | 'FULL' | 'SUSPENDED';
export type MemberStatus = OpenStatus | 'LEFT' | 'MOVED_OUT' | 'DECEASED';
export type MemberClass =
  'IN_POST' | 'RETIRED' | 'RURAL' | 'COMMUNITY' | 'MOBILE' | 'STUDENT' | 'JOB_SEEKING' | 'NEW_EMPLOYMENT' | 'UNABLE';

/** A member as he is today. What he was on another day is in MemberHistory. */
@Entity('member')
@ScopedBy({ permission: 'members:read', organization: 'orgId', area: 'areaCode', stamped: true })
export class Member {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'uuid' }) orgId: string;
  @Column(() => OrganizationPath, { prefix: false }) path: OrganizationPath;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) status: MemberStatus;
  @Column({ type: 'date' }) joinedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) confirmedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) suspendedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) leftOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) leaveReason: string | null;
  @Column({ type: 'text' }) memberClass: MemberClass;
  @Column({ type: 'boolean', default: false }) ruralFlag: boolean;
  @Column({ type: 'boolean', default: false }) inPostFlag: boolean;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(Member, { zh: '党员', en: 'member' });

/** What was true of a member from one day to another (exclusive): branch, status, class and the facts a structure table counts. */
@Entity('member_history')
@ScopedBy({ permission: 'members:read', organization: 'orgId', personal: ['birth_date'] })
export class MemberHistory {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) memberId: string;
  @Column({ type: 'date' }) validFrom: CivilDate;
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'uuid' }) orgId: string;
  @Column({ type: 'text' }) status: OpenStatus;
  @Column({ type: 'text' }) memberClass: MemberClass;
  @Column({ type: 'text' }) gender: string;
  @Column({ type: 'date' }) birthDate: CivilDate;
  @Column({ type: 'text' }) education: string;
  @Column({ type: 'date' }) joinedOn: CivilDate;
  @Column({ type: 'text' }) reason: string;
  @Column({ type: 'uuid', nullable: true }) transferId: string | null;
}
