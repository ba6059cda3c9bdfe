import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type QuarterKind = 'COMMERCIAL' | 'OLD' | 'UNIT_HOUSING' | 'SCATTERED';
export type PropertyMode = 'NONE' | 'COMPANY' | 'OWNERS' | 'COMMUNITY_TRUST' | 'UNIT' | 'STATE_PLATFORM';

const scope = { permission: 'quarters:read', area: 'areaCode', ofArea: true } as const;

/** 小区. */
@Entity('quarter')
@ScopedBy(scope)
export class Quarter {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text', nullable: true }) address: string | null;
  @Column({ type: 'text' }) kind: QuarterKind;
  /** The community or village. */
  @Column({ type: 'text' }) areaCode: string;
  /** The basic grid in which it lies; null where its buildings lie in several. */
  @Column({ type: 'uuid', nullable: true }) gridId: string | null;
  @Column({ type: 'integer' }) households: number;
  /** How it is managed today; its history belongs to the capability property. */
  @Column({ type: 'text' }) propertyMode: PropertyMode;
  @Column({ type: 'uuid', nullable: true }) providerId: string | null;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** First day on which it stands no longer. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Quarter, { zh: '小区', en: 'quarter' });

/** 楼栋: each lies in exactly one active basic grid. */
@Entity('building')
@ScopedBy(scope)
export class Building {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) quarterId: string;
  @Column({ type: 'text' }) no: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer', nullable: true }) floors: number | null;
  /** 单元. */
  @Column({ type: 'integer', nullable: true }) units: number | null;
  @Column({ type: 'integer' }) households: number;
  @Column({ type: 'double precision', nullable: true }) longitude: number | null;
  @Column({ type: 'double precision', nullable: true }) latitude: number | null;
  @Column({ type: 'uuid' }) gridId: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Building, { zh: '楼栋', en: 'building' });
