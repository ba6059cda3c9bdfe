import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { Fen } from '@jishi/money';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type IncomeYearState = 'OPEN' | 'CLOSED' | 'REVISED';
export type IncomeKind =
  'OPERATION' | 'CONTRACT' | 'INVESTMENT' | 'LEASE' | 'SERVICE' | 'COOP_SHARE' | 'ASSET_SALE' | 'GRANT' | 'OTHER';
export type IncomeEntryState = 'DRAFT' | 'SUBMITTED' | 'REVIEWED' | 'APPROVED' | 'LOCKED' | 'DISCARDED';
export type IncomeYearStep =
  | 'OPENED'
  | 'EXPENSES_STATED'
  | 'CASH_CHECKED'
  | 'QUARTER_CLOSED'
  | 'SIGNED_BY_TOWN'
  | 'SIGNED_BY_AGRICULTURE'
  | 'SIGNATURE_VOID'
  | 'CLOSED'
  | 'REVISED';

/** 年度收入: the income of a village in a year, in fen, with the sums of its approved entries. */
@Entity('annual_income')
@ScopedBy({ permission: 'income:read', area: 'areaCode', ofArea: true })
export class AnnualIncome {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) year: number;
  @Column({ type: 'text' }) state: IncomeYearState;
  @Column({ type: 'bigint' }) operation: Fen;
  @Column({ type: 'bigint' }) contract: Fen;
  @Column({ type: 'bigint' }) investment: Fen;
  @Column({ type: 'bigint' }) lease: Fen;
  @Column({ type: 'bigint' }) service: Fen;
  @Column({ type: 'bigint' }) coopShare: Fen;
  @Column({ type: 'bigint' }) assetSale: Fen;
  @Column({ type: 'bigint' }) grants: Fen;
  @Column({ type: 'bigint' }) other: Fen;
  @Column({ type: 'bigint' }) operating: Fen;
  /** Null until somebody has stated the year's expenses. */
  @Column({ type: 'bigint', nullable: true }) operatingExpense: Fen | null;
  @Column({ type: 'bigint', nullable: true }) managementExpense: Fen | null;
  @Column({ type: 'bigint' }) otherExpense: Fen;
  @Column({ type: 'integer' }) closedQuarters: number;
  @Column({ type: 'bigint', nullable: true }) cashCounted: Fen | null;
  @Column({ type: 'bigint', nullable: true }) cashBooked: Fen | null;
  @Column({ type: 'date', nullable: true }) cashCheckedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) cashCheckedBy: string | null;
  @Column({ type: 'text', nullable: true }) townSignedBy: string | null;
  @Column({ type: 'timestamptz', nullable: true }) townSignedAt: Date | null;
  @Column({ type: 'text', nullable: true }) agricultureSignedBy: string | null;
  @Column({ type: 'timestamptz', nullable: true }) agricultureSignedAt: Date | null;
  /** What the newest close said; indicators read these, also while the year is being revised. */
  @Column({ type: 'bigint', nullable: true }) closedTotal: Fen | null;
  @Column({ type: 'bigint', nullable: true }) closedOperating: Fen | null;
  @Column({ type: 'bigint', nullable: true }) closedOperatingSurplus: Fen | null;
  @Column({ type: 'date', nullable: true }) firstClosedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  /** 0 for the first close; null before it. */
  @Column({ type: 'integer', nullable: true }) revision: number | null;
  /** Why the year was opened again, until it is closed again. */
  @Column({ type: 'text', nullable: true }) revisionReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(AnnualIncome, { zh: '年度收入', en: 'income of a year' });

/** 收入台账的一笔: belongs to one village and one month. There is no field for the income of a villager, and there shall be none. */
@Entity('income_entry')
@ScopedBy({ permission: 'income:read', area: 'areaCode', ofArea: true })
export class IncomeEntry {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) yearId: string;
  @Column({ type: 'text' }) areaCode: string;
  /** Month, `2026-05`. */
  @Column({ type: 'text' }) period: string;
  @Column({ type: 'text' }) kind: IncomeKind;
  /** Fen; below 0 for a counter-entry. */
  @Column({ type: 'bigint' }) amount: Fen;
  @Column({ type: 'boolean' }) operating: boolean;
  /** Why it counts otherwise than its kind does. */
  @Column({ type: 'text', nullable: true }) operatingReason: string | null;
  @Column({ type: 'text', nullable: true }) sourceKind: string | null;
  @Column({ type: 'text', nullable: true }) sourceId: string | null;
  @Column({ type: 'uuid', nullable: true }) cooperativeId: string | null;
  @Column({ type: 'text', nullable: true }) proof: string | null;
  @Column({ type: 'text', nullable: true }) summary: string | null;
  @Column({ type: 'uuid', nullable: true }) reversalOf: string | null;
  @Column({ type: 'text' }) state: IncomeEntryState;
  /** Accounts. */
  @Column({ type: 'text' }) author: string;
  @Column({ type: 'text', nullable: true }) submittedBy: string | null;
  @Column({ type: 'text', nullable: true }) reviewedBy: string | null;
  @Column({ type: 'text', nullable: true }) approvedBy: string | null;
  @Column({ type: 'text', nullable: true }) returnReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(IncomeEntry, { zh: '收入台账', en: 'income entry' });

/** Who did what with a year, and for every close what it changed; never changed afterwards. */
@Entity('annual_income_step')
@ScopedBy({ permission: 'income:read', area: 'areaCode', ofArea: true })
export class AnnualIncomeStep {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) yearId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) step: IncomeYearStep;
  @Column({ type: 'text' }) by: string;
  @Column({ type: 'timestamptz' }) at: Date;
  @Column({ type: 'text', nullable: true }) reason: string | null;
  @Column({ type: 'integer', nullable: true }) quarter: number | null;
  @Column({ type: 'integer', nullable: true }) revision: number | null;
  @Column({ type: 'bigint', nullable: true }) fromTotal: Fen | null;
  @Column({ type: 'bigint', nullable: true }) fromOperating: Fen | null;
  @Column({ type: 'bigint', nullable: true }) fromOperatingSurplus: Fen | null;
  @Column({ type: 'bigint', nullable: true }) toTotal: Fen | null;
  @Column({ type: 'bigint', nullable: true }) toOperating: Fen | null;
  @Column({ type: 'bigint', nullable: true }) toOperatingSurplus: Fen | null;
}
nameEntity(AnnualIncomeStep, { zh: '年度收入办理记录', en: 'history of a year' });
