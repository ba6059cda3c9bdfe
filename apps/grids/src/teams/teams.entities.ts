import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RoleGroup = 'HEAD' | 'MEMBER' | 'OFFICER';
export type StaffKind = 'FULL_TIME' | 'PART_TIME' | 'VOLUNTEER';

const scope = { permission: 'teams:read', area: 'areaCode', ofArea: true } as const;

/** 网格岗位目录: a role of a grid's team, as an area named it from a day on. */
@Entity('grid_role')
@ScopedBy({ ...scope, everywhere: true })
export class GridRole {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  /** The city, county, street or town whose catalogue it is of. */
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'text' }) roleGroup: RoleGroup;
  @Column({ type: 'text' }) label: string;
  @Column({ type: 'boolean' }) required: boolean;
  @Column({ type: 'integer' }) position: number;
  @Column({ type: 'date' }) validFrom: CivilDate;
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(GridRole, { zh: '网格岗位', en: 'grid role' });

/** 网格队伍成员: a person who serves in a grid. Only the person's id is kept here. */
@Entity('grid_staff')
@ScopedBy(scope)
export class GridStaff {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) gridId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'text' }) kind: StaffKind;
  /** The role in the team; null for one who serves without a role of the catalogue. */
  @Column({ type: 'text', nullable: true }) roleCode: string | null;
  @Column({ type: 'date' }) fromOn: CivilDate;
  /** Last day on duty; null while on duty. */
  @Column({ type: 'date', nullable: true }) toOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) endReason: string | null;
  @Column({ type: 'date', nullable: true }) contractUntil: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(GridStaff, { zh: '网格队伍成员', en: 'member of a grid’s team' });

/** 网格员培训. */
@Entity('staff_training')
@ScopedBy(scope)
export class StaffTraining {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) gridId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'text' }) title: string;
  @Column({ type: 'date' }) heldOn: CivilDate;
  /** Hours with one decimal. */
  @Column({ type: 'numeric' }) hours: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(StaffTraining, { zh: '网格员培训', en: 'training of grid staff' });
