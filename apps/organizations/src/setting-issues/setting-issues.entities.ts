import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type SettingIssueKind = 'OVERSIZE' | 'BELOW_MINIMUM';

/** 设置问题: opened and closed by the facts; a person can only exempt it in writing. */
@Entity('setting_issue')
@ScopedBy({ permission: 'settings:read', organization: 'orgId' })
export class SettingIssue {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) orgId: string;
  @Column({ type: 'text' }) kind: SettingIssueKind;
  /** Members counted when it was last judged: all for OVERSIZE, full members for BELOW_MINIMUM. */
  @Column({ type: 'integer' }) measured: number;
  /** The bound of the rule by which it was judged. */
  @Column({ type: 'integer' }) ceiling: number;
  @Column({ type: 'text' }) ruleDocument: string;
  @Column({ type: 'text', nullable: true }) ruleArticle: string | null;
  @Column({ type: 'date' }) openedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) exemptionReason: string | null;
  @Column({ type: 'date', nullable: true }) exemptionUntil: CivilDate | null;
  @Column({ type: 'text', nullable: true }) exemptionBy: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(SettingIssue, { zh: '设置问题', en: 'setting issue' });
