import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type InstructorKind = 'INSTRUCTOR' | 'LIAISON';
export type AssignmentState = 'PROPOSED' | 'ACTIVE' | 'ENDED';
export type EndWay = 'TERM_ENDED' | 'REASSIGNED' | 'WITHDRAWN' | 'LEFT' | 'ENTITY_CLOSED' | 'ENTITY_MERGED';

/** 党建指导员、联络员. He belongs to the area whose entities he serves. */
@Entity('instructor')
@ScopedBy({ permission: 'instructors:read', area: 'areaCode', ofArea: true })
export class Instructor {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'text' }) kind: InstructorKind;
  @Column({ type: 'uuid', nullable: true }) sourceUnitId: string | null;
  /** Entities he may have at once; null: as the rule says. */
  @Column({ type: 'integer', nullable: true }) maxLoad: number | null;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'date' }) since: CivilDate;
  @Column({ type: 'date', nullable: true }) leftOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) leaveReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(Instructor, { zh: '党建指导员', en: 'instructor' });

/** 派驻: an instructor at an entity, in whose area the row lies. */
@Entity('instructor_assignment')
@ScopedBy({ permission: 'instructors:read', area: 'areaCode', ofArea: true })
export class InstructorAssignment {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) instructorId: string;
  @Column({ type: 'uuid' }) entityId: string;
  @Column({ type: 'text' }) kind: InstructorKind;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) state: AssignmentState;
  @Column({ type: 'date' }) proposedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) startedOn: CivilDate | null;
  /** Last day of the term; null without end. */
  @Column({ type: 'date', nullable: true }) until: CivilDate | null;
  @Column({ type: 'date', nullable: true }) endedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) endWay: EndWay | null;
  @Column({ type: 'text', nullable: true }) endReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(InstructorAssignment, { zh: '指导员派驻', en: 'assignment of an instructor' });
