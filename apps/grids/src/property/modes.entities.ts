import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PropertyMode } from '../quarters';

// What belongs to a quarter is seen by whoever sees the quarter: lists join it and carry its scope.

/** 一段时间的物业管理方式: from validFrom to the day before validTo; open while validTo is null. */
@Entity('quarter_mode')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class QuarterMode {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) quarterId: string;
  @Column({ type: 'text' }) mode: PropertyMode;
  @Column({ type: 'uuid', nullable: true }) providerId: string | null;
  @Column({ type: 'uuid', nullable: true }) contractId: string | null;
  @Column({ type: 'date' }) validFrom: CivilDate;
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  /** The day on which the stretch before ended; null for the first one. */
  @Column({ type: 'date', nullable: true }) follows: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(QuarterMode, { zh: '小区物业管理方式', en: 'property mode of a quarter' });

/** 物业服务合同. */
@Entity('property_contract')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class PropertyContract {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) quarterId: string;
  @Column({ type: 'uuid' }) providerId: string;
  @Column({ type: 'date' }) startsOn: CivilDate;
  /** Last day by the contract. */
  @Column({ type: 'date' }) endsOn: CivilDate;
  /** Last day when it was ended before its time; the day before its first one when it never began. */
  @Column({ type: 'date', nullable: true }) endedOn: CivilDate | null;
  /** Yuan per square metre and month, in fen. */
  @Column({ type: 'bigint' }) fee: number;
  @Column({ type: 'text', nullable: true }) terms: string | null;
  @Column({ type: 'text' }) document: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(PropertyContract, { zh: '物业服务合同', en: 'property contract' });

/** 无物业提醒: opened and closed by the modes of the quarter, by nobody else. */
@Entity('property_alert')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class PropertyAlert {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) quarterId: string;
  @Column({ type: 'date' }) openedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(PropertyAlert, { zh: '无物业提醒', en: 'alert of a quarter without management' });

/** 交接: keys and accounts of a quarter that a leaving company hands over. */
@Entity('property_handover')
@ScopedBy({ permission: 'property:read', everywhere: true })
export class PropertyHandover {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  /** The stretch that it ends. */
  @Column({ type: 'uuid' }) modeId: string;
  @Column({ type: 'uuid' }) quarterId: string;
  @Column({ type: 'uuid' }) providerId: string;
  @Column({ type: 'date' }) onDate: CivilDate;
  @Column({ type: 'boolean' }) keys: boolean;
  @Column({ type: 'boolean' }) accounts: boolean;
  @Column({ type: 'text' }) document: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(PropertyHandover, { zh: '物业交接记录', en: 'hand-over of a quarter' });
