import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type PlanState =
  'DRAFT' | 'VILLAGE_REVIEWED' | 'TOWN_CHECKED' | 'APPROVED' | 'RUNNING' | 'EVALUATED' | 'SUPERSEDED';

/** What a plan wants the village to earn in a year, in fen. */
export interface PlanGoal {
  readonly year: number;
  readonly total: number;
  readonly operating: number;
}

/** One measure of a plan and what came of it. */
export interface PlanMeasure {
  readonly no: number;
  readonly content: string;
  /** The post or office that answers for it, never a name. */
  readonly responsible: string;
  readonly dueOn: CivilDate;
  readonly doneOn: CivilDate | null;
  readonly result: string | null;
}

/** 一村一策: what a village has, wants to earn and does for it in some years; for a weak village the plan by which it is lifted. */
@Entity('development_plan')
@ScopedBy({ permission: 'plans:read', area: 'areaCode', ofArea: true })
export class DevelopmentPlan {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) baseYear: number;
  @Column({ type: 'integer' }) firstYear: number;
  @Column({ type: 'integer' }) lastYear: number;
  @Column({ type: 'text' }) investmentAnalysis: string;
  @Column({ type: 'text' }) incomeAnalysis: string;
  @Column({ type: 'text' }) resourceAnalysis: string;
  @Column({ type: 'text' }) leadingTrade: string;
  @Column({ type: 'text' }) wayOfOperating: string;
  @Column({ type: 'jsonb' }) goals: readonly PlanGoal[];
  @Column({ type: 'jsonb' }) measures: readonly PlanMeasure[];
  /** The village was weak when the plan was made. */
  @Column({ type: 'boolean' }) lifting: boolean;
  @Column({ type: 'text' }) state: PlanState;
  @Column({ type: 'date' }) draftedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) villageDecidedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) villageDocument: string | null;
  @Column({ type: 'date', nullable: true }) checkedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) approvedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) returnReason: string | null;
  @Column({ type: 'date', nullable: true }) evaluatedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) evaluation: string | null;
  @Column({ type: 'date', nullable: true }) validFrom: CivilDate | null;
  /** First day on which it is no longer the plan of the village. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  /** The plan of a merged village that this one carries on. */
  @Column({ type: 'uuid', nullable: true }) continuesId: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(DevelopmentPlan, { zh: '一村一策方案', en: 'development plan' });
