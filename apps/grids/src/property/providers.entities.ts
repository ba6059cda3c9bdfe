import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ProviderState =
  'APPLIED' | 'ADMITTED' | 'SERVING' | 'WARNED' | 'CORRECTING' | 'EXITING' | 'EXITED' | 'BARRED';
export type WarningGround = 'SCORE' | 'COMPLAINT';
export type ScorePart = 'COMMUNITY' | 'OWNERS' | 'HOUSING';

/** 物业企业: its registration facts belong to the service enterprises. Whoever holds property:read may see it, because it serves in several places. */
@Entity('property_provider')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class PropertyProvider {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) uscc: string;
  /** The county whose housing office takes its application, admits it and lets it go. */
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) state: ProviderState;
  @Column({ type: 'date' }) appliedOn: CivilDate;
  @Column({ type: 'text', nullable: true }) admissionNo: string | null;
  @Column({ type: 'date', nullable: true }) admittedOn: CivilDate | null;
  @Column({ type: 'text', array: true }) admissionConditions: string[];
  @Column({ type: 'date', nullable: true }) correctBy: CivilDate | null;
  @Column({ type: 'text', nullable: true }) correctionPlan: string | null;
  @Column({ type: 'text', nullable: true }) exitReason: string | null;
  @Column({ type: 'date', nullable: true }) exitBegunOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) exitedOn: CivilDate | null;
  /** Last day on which it may be neither admitted nor contracted. */
  @Column({ type: 'date', nullable: true }) barredUntil: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(PropertyProvider, { zh: '物业企业', en: 'property company' });

/** 警告: by a low score, or by a serious complaint that was confirmed in writing. */
@Entity('property_warning')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class PropertyWarning {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) providerId: string;
  @Column({ type: 'text' }) ground: WarningGround;
  @Column({ type: 'date' }) onDate: CivilDate;
  @Column({ type: 'text', nullable: true }) document: string | null;
  @Column({ type: 'integer', nullable: true }) year: number | null;
  @Column({ type: 'date', nullable: true }) liftedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) liftedDocument: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(PropertyWarning, { zh: '物业企业警告', en: 'warning of a property company' });

/** 年度评分的一项: one community, its owners’ committee, or the housing office. */
@Entity('property_score')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class PropertyScore {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) providerId: string;
  @Column({ type: 'integer' }) year: number;
  @Column({ type: 'text' }) part: ScorePart;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) score: number;
  @Column({ type: 'boolean' }) relayed: boolean;
  @Column({ type: 'text' }) basis: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(PropertyScore, { zh: '物业企业评分', en: 'score of a property company' });

/** 年度评价: the weighted total of a year, closed by the housing office. */
@Entity('property_evaluation')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class PropertyEvaluation {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) providerId: string;
  @Column({ type: 'integer' }) year: number;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'double precision' }) community: number;
  @Column({ type: 'double precision' }) owners: number;
  @Column({ type: 'double precision' }) housing: number;
  @Column({ type: 'double precision' }) total: number;
  @Column({ type: 'double precision' }) scoreLimit: number;
  /** Years in a row below the limit, this one included. */
  @Column({ type: 'integer' }) yearsBelow: number;
  @Column({ type: 'boolean' }) exitDue: boolean;
  @Column({ type: 'date' }) closedOn: CivilDate;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(PropertyEvaluation, { zh: '物业企业年度评价', en: 'evaluation of a property company' });
