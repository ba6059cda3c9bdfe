import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type TransferScope = 'INSIDE' | 'IN' | 'OUT';
export type TransferState = 'DRAFT' | 'ISSUED' | 'ARRIVED' | 'CLOSED' | 'EXPIRED' | 'REFUSED' | 'CANCELLED';

/** One move of a member's affiliation. Both branches and everybody above either of them see it. */
@Entity('transfer')
@ScopedBy({ permission: 'transfers:read', organization: ['fromOrgId', 'toOrgId'] })
export class Transfer {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'uuid', nullable: true }) memberId: string | null;
  @Column({ type: 'text' }) scope: TransferScope;
  @Column({ type: 'uuid', nullable: true }) fromOrgId: string | null;
  @Column({ type: 'uuid', nullable: true }) toOrgId: string | null;
  @Column({ type: 'text', nullable: true }) outsideName: string | null;
  @Column({ type: 'text' }) reason: string;
  /** The committee with authority that sends the letter or, from outside, receives it. */
  @Column({ type: 'uuid', nullable: true }) issuingOrgId: string | null;
  @Column({ type: 'text', nullable: true }) letterNo: string | null;
  @Column({ type: 'date', nullable: true }) issuedOn: CivilDate | null;
  @Column({ type: 'integer' }) validDays: number;
  @Column({ type: 'date', nullable: true }) validUntil: CivilDate | null;
  @Column({ type: 'date', nullable: true }) incomingJoinedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) incomingConfirmedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) arrivedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) slipOn: CivilDate | null;
  @Column({ type: 'text' }) state: TransferState;
  @Column({ type: 'integer', default: 0 }) reissues: number;
  @Column({ type: 'text', nullable: true }) reissueReason: string | null;
  @Column({ type: 'text', nullable: true }) refusalReason: string | null;
  @Column({ type: 'uuid', nullable: true }) batchId: string | null;
  @Column({ type: 'date' }) openedOn: CivilDate;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(Transfer, { zh: '组织关系接转', en: 'transfer' });
