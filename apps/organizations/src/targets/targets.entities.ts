import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { Comparator, Parameters } from '@jishi/indicators';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 指标目标: public within the platform, so that every town knows by what it is judged. */
@Entity('indicator_target')
@ScopedBy({ permission: 'targets:read', area: 'areaCode', everywhere: true })
export class IndicatorTarget {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) key: string;
  @Column({ type: 'text' }) areaCode: string;
  /** The plan it came with; null when it was set by hand. */
  @Column({ type: 'text', nullable: true }) profile: string | null;
  /** Which of several targets of one figure it is: `floor=50000,measure=TOTAL`. */
  @Column({ type: 'text' }) facet: string;
  @Column({ type: 'text' }) comparator: Comparator;
  @Column({ type: 'double precision', nullable: true }) value: number | null;
  @Column({ type: 'text' }) unit: string;
  @Column({ type: 'jsonb' }) parameters: Parameters;
  @Column({ type: 'date', nullable: true }) dueOn: CivilDate | null;
  @Column({ type: 'text' }) document: string;
  @Column({ type: 'text', nullable: true }) article: string | null;
  @Column({ type: 'text', nullable: true }) note: string | null;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** The first day on which it no longer holds. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(IndicatorTarget, { zh: '指标目标', en: 'target' });
