import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type UnitKind = 'ORGAN' | 'INSTITUTION' | 'SOE' | 'PUBLIC_HOSPITAL' | 'SCHOOL' | 'MASS_BODY';
export type LeadershipMode = 'PARTY_LED_HEAD' | 'HEAD_RESPONSIBLE' | 'SOE_BOARD' | 'ORGAN';

/** 单位. Registration facts, readable for whoever may read units. */
@Entity('public_unit')
@ScopedBy({ permission: 'units:read', area: 'areaCode', everywhere: true })
export class PublicUnit {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  /** 统一社会信用代码; null until it is known. */
  @Column({ type: 'text', nullable: true }) uscc: string | null;
  @Column({ type: 'text' }) kind: UnitKind;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text', nullable: true }) leadershipMode: LeadershipMode | null;
  @Column({ type: 'text', nullable: true }) departmentCode: string | null;
  @Column({ type: 'text' }) status: 'ACTIVE' | 'CLOSED';
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(PublicUnit, { zh: '单位', en: 'public unit' });
