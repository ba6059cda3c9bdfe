import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type VillageClass = 'SHELL' | 'WEAK' | 'BELOW' | 'REACHED' | 'GOOD' | 'STAR';

/** 督导抽查名单: opened and closed by the facts; a person can only note something or exempt it in writing. */
@Entity('supervision_sample')
@ScopedBy({ permission: 'supervision:read', area: 'areaCode', ofArea: true })
export class SupervisionSample {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) reason: 'WEAK_VILLAGE';
  /** The closed year by which it was put on the list. */
  @Column({ type: 'integer' }) year: number;
  /** The class that the village had last. */
  @Column({ type: 'text' }) villageClass: VillageClass;
  @Column({ type: 'date' }) openedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) closedBy: 'CLASS' | 'AREA_MERGED' | null;
  @Column({ type: 'integer', nullable: true }) closedYear: number | null;
  @Column({ type: 'text', nullable: true }) note: string | null;
  @Column({ type: 'text', nullable: true }) exemptionReason: string | null;
  @Column({ type: 'date', nullable: true }) exemptionUntil: CivilDate | null;
  @Column({ type: 'text', nullable: true }) exemptionBy: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(SupervisionSample, { zh: '督导抽查对象', en: 'supervision sample' });
