import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type CooperativeKind = 'FARMER_COOP' | 'SERVICE_BODY' | 'FARM_FIRM';
export type CooperativeState = 'PLANNED' | 'REGISTERED' | 'ACTIVE' | 'DORMANT' | 'DISSOLVED';
export type LeadGap = 'NO_SEAT' | 'ORGANIZATION_DISSOLVED';

/** 合作社: of a village; led by a branch only while a member of that branch sits on its board. */
@Entity('cooperative')
@ScopedBy({ permission: 'cooperatives:read', area: 'areaCode', ofArea: true })
export class Cooperative {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) kind: CooperativeKind;
  @Column({ type: 'text', nullable: true }) uscc: string | null;
  @Column({ type: 'integer' }) memberCount: number;
  @Column({ type: 'integer' }) farmerCount: number;
  @Column({ type: 'integer', nullable: true }) partyMemberCount: number | null;
  /** The village collective's share, in basis points. */
  @Column({ type: 'integer' }) collectiveStake: number;
  /** The branch recorded as leading it. */
  @Column({ type: 'uuid', nullable: true }) leadingOrgId: string | null;
  /** The same branch while it does lead: while a member of it sits on the board. */
  @Column({ type: 'uuid', nullable: true }) ledByOrgId: string | null;
  /** Why the recorded branch does not lead; null while it does, or when none is recorded. */
  @Column({ type: 'text', nullable: true }) leadGap: LeadGap | null;
  @Column({ type: 'date', nullable: true }) leadGapSince: CivilDate | null;
  /** How often its board was changed. */
  @Column({ type: 'integer', default: 0 }) boardRevision: number;
  @Column({ type: 'text' }) state: CooperativeState;
  @Column({ type: 'date', nullable: true }) registeredOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) activeSince: CivilDate | null;
  @Column({ type: 'date', nullable: true }) dormantSince: CivilDate | null;
  @Column({ type: 'date', nullable: true }) dissolvedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) dissolveReason: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(Cooperative, { zh: '合作社', en: 'cooperative' });

/** 理事会成员. */
@Entity('cooperative_seat')
@ScopedBy({ permission: 'cooperatives:read', area: 'areaCode', ofArea: true })
export class CooperativeSeat {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) cooperativeId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'boolean' }) chair: boolean;
  @Column({ type: 'date' }) fromOn: CivilDate;
  /** First day no longer on the board. */
  @Column({ type: 'date', nullable: true }) toOn: CivilDate | null;
  @Column({ type: 'integer', default: 1 }) version: number;
}
nameEntity(CooperativeSeat, { zh: '理事会席位', en: 'seat on a board' });

/** 合作社年度收入与分红, in fen. */
@Entity('cooperative_year')
@ScopedBy({ permission: 'cooperatives:read', area: 'areaCode', ofArea: true })
export class CooperativeYear {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) cooperativeId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) year: number;
  @Column({ type: 'bigint' }) income: number;
  @Column({ type: 'bigint' }) dividend: number;
  @Column({ type: 'bigint' }) collectiveDividend: number;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(CooperativeYear, { zh: '合作社年度收入', en: 'year of a cooperative' });
