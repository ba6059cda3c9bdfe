import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type AreaLevel = 'CITY' | 'COUNTY' | 'TOWN' | 'GRASSROOTS';
export type AreaKind = 'TOWNSHIP' | 'TOWN' | 'STREET' | 'VILLAGE' | 'COMMUNITY' | 'DEV_ZONE';

/** 行政区划. Names and codes are no secret within the platform: whoever may read areas reads all of them. */
@Entity('area')
@ScopedBy({ permission: 'areas:read', area: 'code', everywhere: true })
export class Area {
  /** 6 digits a city or county, 9 a town or street, 12 a village or community. */
  @PrimaryColumn({ type: 'text' }) code: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) level: AreaLevel;
  @Column({ type: 'text', nullable: true }) parentCode: string | null;
  @Column({ type: 'text', nullable: true }) kind: AreaKind | null;
  @Column({ type: 'text', nullable: true }) urbanRuralCode: string | null;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** First day on which the code is no longer in use; null while it is. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'text', array: true }) replacedBy: string[];
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Area, { zh: '行政区划', en: 'area' });
