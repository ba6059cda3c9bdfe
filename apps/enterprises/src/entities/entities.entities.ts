import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who registered it: market regulation (an enterprise) or civil affairs (a social organisation). */
export type Registrar = 'MR' | 'CA';
export type EntityKind =
  | 'COMPANY'
  | 'SOLE_TRADER'
  | 'MICRO_FIRM'
  | 'PRIVATE_SCHOOL'
  | 'PRIVATE_HOSPITAL'
  | 'LAW_FIRM'
  | 'TRADE_ASSOCIATION'
  | 'FOUNDATION'
  | 'SOCIAL_GROUP'
  | 'SERVICE_BODY';
export type SizeClass = 'LARGE' | 'MEDIUM' | 'SMALL' | 'MICRO';
export type Operating = 'OPEN' | 'IDLE' | 'SHELL' | 'DUPLICATE' | 'GONE' | 'CLOSED';
export type FormTag =
  | 'INTERNET'
  | 'COURIER'
  | 'LOGISTICS'
  | 'ROAD_FREIGHT'
  | 'RIDE_HAILING'
  | 'FOOD_DELIVERY'
  | 'PROPERTY'
  | 'LIVE_COMMERCE'
  | 'OTHER';
export type PartyState =
  'UNSWEPT' | 'SWEPT' | 'INSTRUCTED' | 'QUALIFIED' | 'SETTING_UP' | 'ORGANISED' | 'AT_RISK' | 'LAPSED' | 'CLOSED';

/** 两新组织: an enterprise or a social organisation. It belongs to its area. */
@Entity('entity')
@ScopedBy({ permission: 'entities:read', area: 'areaCode', ofArea: true })
export class NonPublicEntity {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) registrar: Registrar;
  @Column({ type: 'text' }) name: string;
  /** 统一社会信用代码; null while the record is only suspected to be a duplicate. */
  @Column({ type: 'text', nullable: true }) uscc: string | null;
  /** What an import brought in place of a valid code. */
  @Column({ type: 'text', nullable: true }) usccAsWritten: string | null;
  @Column({ type: 'text' }) kind: EntityKind;
  @Column({ type: 'text', nullable: true }) tradeCode: string | null;
  @Column({ type: 'text', nullable: true }) size: SizeClass | null;
  /** Key of the rule that gave the size; null where it was recorded as told. */
  @Column({ type: 'text', nullable: true }) sizeRule: string | null;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'uuid', nullable: true }) gridId: string | null;
  @Column({ type: 'text', nullable: true }) address: string | null;
  @Column({ type: 'integer' }) employees: number;
  /** Of the last business year, in fen. */
  @Column({ type: 'bigint', nullable: true }) revenue: number | null;
  @Column({ type: 'bigint', nullable: true }) assets: number | null;
  @Column({ type: 'text' }) operating: Operating;
  @Column({ type: 'uuid', nullable: true }) ownerPersonId: string | null;
  @Column({ type: 'uuid', nullable: true }) contactPersonId: string | null;
  @Column({ type: 'date', nullable: true }) registeredOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) succeedsUscc: string | null;
  @Column({ type: 'text', array: true }) formTags: FormTag[];
  @Column({ type: 'uuid', nullable: true }) mergedIntoId: string | null;
  @Column({ type: 'text', nullable: true }) closeReason: string | null;
  /** Kept by party states only. */
  @Column({ type: 'text' }) partyState: PartyState;
  /** Full members who work here, by the members' register; kept by party states only. */
  @Column({ type: 'integer' }) fullMembers: number;
  /** Active organisations that cover it; kept by party states only. */
  @Column({ type: 'integer' }) orgCount: number;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(NonPublicEntity, { zh: '企业、社会组织', en: 'enterprise or social organisation' });
