import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 社区: the business facts of a community. Its name and code belong to the area register. */
@Entity('community')
@ScopedBy({ permission: 'communities:read', area: 'areaCode', ofArea: true })
export class Community {
  /** 12 digits. */
  @PrimaryColumn({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) households: number;
  /** Square metres with two decimals; null until it is known. */
  @Column({ type: 'numeric', nullable: true }) areaM2: string | null;
  @Column({ type: 'text', nullable: true }) serviceHotline: string | null;
  @Column({ type: 'integer' }) serviceStations: number;
  @Column({ type: 'text' }) status: 'ACTIVE' | 'MERGED';
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** First day on which it is no longer a community of its own. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'text', array: true }) replacedBy: string[];
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Community, { zh: '社区', en: 'community' });

/** 年度城镇常住人口: what the statistics say of a community for a year. */
@Entity('community_year')
@ScopedBy({ permission: 'communities:read', area: 'areaCode', ofArea: true })
export class CommunityYear {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) year: number;
  @Column({ type: 'integer' }) permanentUrbanResidents: number;
  /** Which statistics the number comes from. */
  @Column({ type: 'text' }) source: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(CommunityYear, { zh: '社区年度人口', en: 'community’s residents of a year' });
