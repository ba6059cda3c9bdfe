import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type VillageClass = 'SHELL' | 'WEAK' | 'BELOW' | 'REACHED' | 'GOOD' | 'STAR';
export type VillageStatus = 'ACTIVE' | 'MERGED';
export type ModelVillageState = 'NOMINATED' | 'NAMED' | 'DECLINED' | 'ENDED';

/** 行政村, by its area code of 12 digits. A village that was merged away stays for history and names its successors. */
@Entity('village')
@ScopedBy({ permission: 'villages:read', area: 'areaCode', ofArea: true })
export class Village {
  @PrimaryColumn({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer', nullable: true }) households: number | null;
  @Column({ type: 'integer', nullable: true }) population: number | null;
  /** Mu, as written: `1234.500`. */
  @Column({ type: 'numeric', precision: 12, scale: 3, nullable: true }) farmland: string | null;
  /** SUMMED: added up from the villages merged into it. */
  @Column({ type: 'text' }) figuresBasis: 'RECORDED' | 'SUMMED';
  @Column({ type: 'text', nullable: true }) endowments: string | null;
  @Column({ type: 'text', nullable: true }) leadingTrade: string | null;
  @Column({ type: 'text', nullable: true }) economicOrgName: string | null;
  @Column({ type: 'text', nullable: true }) economicOrgUscc: string | null;
  @Column({ type: 'integer', nullable: true }) economicOrgMembers: number | null;
  /** Of the newest closed year; null before the first. Written by the classification alone. */
  @Column({ type: 'text', nullable: true }) class: VillageClass | null;
  @Column({ type: 'integer', nullable: true }) classYear: number | null;
  @Column({ type: 'boolean' }) weak: boolean;
  @Column({ type: 'boolean' }) model: boolean;
  @Column({ type: 'text' }) status: VillageStatus;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** First day on which it is no longer a village of its own. */
  @Column({ type: 'date', nullable: true }) mergedOn: CivilDate | null;
  @Column({ type: 'text', array: true }) replacedBy: string[];
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Village, { zh: '行政村', en: 'village' });

/** 年度统计: households and people of a village in a year. Income is elsewhere. */
@Entity('village_year')
@ScopedBy({ permission: 'villages:read', area: 'areaCode', ofArea: true })
export class VillageYear {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) year: number;
  @Column({ type: 'integer' }) households: number;
  @Column({ type: 'integer' }) population: number;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(VillageYear, { zh: '年度统计', en: 'yearly statistics' });

/** 示范村: a nomination by the town and what became of it. Not a class. */
@Entity('model_village')
@ScopedBy({ permission: 'villages:read', area: 'areaCode', ofArea: true })
export class ModelVillage {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) state: ModelVillageState;
  @Column({ type: 'text' }) reason: string;
  @Column({ type: 'date' }) nominatedOn: CivilDate;
  @Column({ type: 'text' }) nominatedBy: string;
  @Column({ type: 'date', nullable: true }) decidedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) decidedBy: string | null;
  @Column({ type: 'text', nullable: true }) decisionReason: string | null;
  @Column({ type: 'date', nullable: true }) endedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) endedBy: string | null;
  @Column({ type: 'text', nullable: true }) endedReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(ModelVillage, { zh: '示范村提名', en: 'nomination of a model village' });
