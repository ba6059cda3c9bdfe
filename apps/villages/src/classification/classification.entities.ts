import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { Fen } from '@jishi/money';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Measure } from '../income';
import type { VillageClass } from '../register';

/** One judgement of a village's class; never changed afterwards. The newest of a year holds. */
@Entity('village_class')
@ScopedBy({ permission: 'villages:read', area: 'areaCode', ofArea: true })
export class VillageJudgement {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) year: number;
  @Column({ type: 'text' }) class: VillageClass;
  @Column({ type: 'boolean' }) weak: boolean;
  /** The sentence that decided: its measure, the village's figure in it, and the bound, in fen. */
  @Column({ type: 'text' }) measure: Measure;
  @Column({ type: 'bigint' }) value: Fen;
  @Column({ type: 'bigint' }) threshold: Fen;
  @Column({ type: 'text' }) ruleKey: string;
  @Column({ type: 'text' }) ruleDocument: string;
  @Column({ type: 'text', nullable: true }) ruleArticle: string | null;
  @Column({ type: 'uuid', nullable: true }) targetId: string | null;
  @Column({ type: 'text', nullable: true }) profile: string | null;
  @Column({ type: 'integer' }) yearsAtFloor: number;
  @Column({ type: 'integer' }) yearsNeeded: number;
  @Column({ type: 'text' }) cause: 'CLOSE' | 'REVISION' | 'TARGET';
  @Column({ type: 'date' }) rulesOn: CivilDate;
  @Column({ type: 'date' }) judgedOn: CivilDate;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
}
nameEntity(VillageJudgement, { zh: '类别判定', en: 'judgement of a class' });
