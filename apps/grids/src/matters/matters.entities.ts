import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LimitedStep, MatterLevel } from '../matter-types';

export const matterStates = [
  'REPORTED',
  'REJECTED',
  'ACCEPTED',
  'SELF_HANDLING',
  'ESCALATED',
  'TRIAGED',
  'DISPATCHED',
  'WORKING',
  'SUSPENDED',
  'RESOLVED',
  'FEEDBACK',
  'REOPENED',
  'CLOSED',
  'MERGED',
  'VOID',
] as const;
export type MatterState = (typeof matterStates)[number];
export type MatterOrigin = 'GRID_STAFF' | 'RESIDENT' | 'VISIT' | 'HOTLINE_365' | 'DEPARTMENT' | 'SWEEP';
/** A step that has a limit; `close` begins to run when the reporter was asked. */
export type ClockStep = LimitedStep | 'close';

/**
 * 网格事项. It belongs to its community or village, and whoever stands for a place above sees it. The units that it is sent to see it
 * through their own part, `MatterLeg`.
 */
@Entity('matter')
@ScopedBy({ permission: 'matters:read', area: 'areaCode', ofArea: true, personal: ['requester_contact'] })
export class Matter {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  /** County, year and a running number: `410823-2026-000123`. */
  @Column({ type: 'text' }) no: string;
  @Column({ type: 'text' }) typeCode: string;
  @Column({ type: 'integer' }) typeEdition: number;
  @Column({ type: 'text' }) origin: MatterOrigin;
  @Column({ type: 'uuid', nullable: true }) gridId: string | null;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'double precision', nullable: true }) longitude: number | null;
  @Column({ type: 'double precision', nullable: true }) latitude: number | null;
  @Column({ type: 'text' }) summary: string;
  @Column({ type: 'text', array: true }) evidence: string[];
  /** How to reach who reported it; erased some time after closing. */
  @Column({ type: 'text', nullable: true }) requesterContact: string | null;
  @Column({ type: 'date', nullable: true }) contactErasedOn: CivilDate | null;
  @Column({ type: 'uuid', nullable: true }) reporterUnitId: string | null;
  @Column({ type: 'uuid', nullable: true }) reporterOrgId: string | null;
  @Column({ type: 'text' }) level: MatterLevel;
  @Column({ type: 'text' }) state: MatterState;
  @Column({ type: 'uuid', nullable: true }) ownerUnitId: string | null;
  @Column({ type: 'uuid', nullable: true }) assignedUnitId: string | null;
  @Column({ type: 'text', nullable: true }) step: ClockStep | null;
  @Column({ type: 'timestamptz', nullable: true }) dueAt: Date | null;
  @Column({ type: 'boolean' }) dueProvisional: boolean;
  /** Set by the clock; what the graph shows is computed from `dueAt`. */
  @Column({ type: 'boolean' }) overdue: boolean;
  @Column({ type: 'integer', nullable: true }) limitMinutesLeft: number | null;
  /** Counts the dispatches. */
  @Column({ type: 'integer' }) round: number;
  @Column({ type: 'integer' }) refused: number;
  @Column({ type: 'integer' }) returned: number;
  @Column({ type: 'integer' }) reopened: number;
  @Column({ type: 'uuid', nullable: true }) mergedInto: string | null;
  @Column({ type: 'text', nullable: true }) answer: string | null;
  @Column({ type: 'integer', nullable: true }) rating: number | null;
  @Column({ type: 'timestamptz' }) reportedAt: Date;
  @Column({ type: 'timestamptz', nullable: true }) acceptedAt: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) resolvedAt: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) askedAt: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) closedAt: Date | null;
  /** Working minutes from report to close, suspensions left out. */
  @Column({ type: 'integer', nullable: true }) minutes: number | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Matter, { zh: '网格事项', en: 'matter' });

/** States of a unit's part; TRIAGED: refused or returned, back with the street. */
export type LegState = Extract<
  MatterState,
  'DISPATCHED' | 'WORKING' | 'SUSPENDED' | 'RESOLVED' | 'REOPENED' | 'TRIAGED'
>;

/** 派单（协同单中一个单位的部分）: the unit that a matter was sent to sees it, and so do those above the unit. */
@Entity('matter_leg')
@ScopedBy({ permission: 'matters:read', organization: 'unitOrgId' })
export class MatterLeg {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) matterId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'uuid' }) unitId: string;
  @Column({ type: 'uuid', nullable: true }) unitOrgId: string | null;
  @Column({ type: 'integer' }) round: number;
  @Column({ type: 'boolean' }) binding: boolean;
  @Column({ type: 'text' }) state: LegState;
  @Column({ type: 'timestamptz' }) dispatchedAt: Date;
  @Column({ type: 'integer' }) suspensions: number;
  @Column({ type: 'text', nullable: true }) suspensionReason: string | null;
  /** First day of work again. */
  @Column({ type: 'date', nullable: true }) suspensionUntil: CivilDate | null;
  @Column({ type: 'text', nullable: true }) answer: string | null;
  @Column({ type: 'timestamptz', nullable: true }) resolvedAt: Date | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(MatterLeg, { zh: '派单', en: 'dispatch' });

/** 工作时间: a county's or city's own hours from a day on. */
@Entity('office_hours')
@ScopedBy({ permission: 'matters:read', everywhere: true })
export class OfficeHours {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** Minutes after midnight, opening and closing in turn. */
  @Column({ type: 'integer', array: true }) minutes: number[];
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(OfficeHours, { zh: '工作时间', en: 'office hours' });

/** 调休、停休: a single day on which a county or city works or rests against the national table. */
@Entity('office_day')
@ScopedBy({ permission: 'matters:read', everywhere: true })
export class OfficeDay {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'date' }) day: CivilDate;
  @Column({ type: 'boolean' }) working: boolean;
  @Column({ type: 'text' }) reason: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(OfficeDay, { zh: '工作日调整', en: 'day of work or rest' });
