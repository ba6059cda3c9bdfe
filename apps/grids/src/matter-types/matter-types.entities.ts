import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import type { MatterLimits } from './matter-types.rules';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type MatterTypeState = 'REQUESTED' | 'REVIEWED' | 'ADMITTED' | 'SUSPENDED' | 'REMOVED' | 'REFUSED';
export type AdmissionState = 'REQUESTED' | 'REVIEWED' | 'ADMITTED' | 'REFUSED' | 'WITHDRAWN';
export type GridDuty = 'FIND' | 'VERIFY' | 'HELP';
export type MatterLevel = 'GRID' | 'COMMUNITY' | 'STREET' | 'DEPARTMENT';

/** 网格事项: a type of matter on the list of a city or county. The list is open to everybody who works with grids. */
@Entity('matter_type')
@ScopedBy({ permission: 'matter-types:read', everywhere: true })
export class MatterType {
  /** 2 digits of the category and 2 of the type within it. */
  @PrimaryColumn({ type: 'text' }) code: string;
  /** Whose list it stands on: 6 digits of a city or county. */
  @Column({ type: 'text' }) areaCode: string;
  /** The edition in force, or the one asked for while the type was never admitted. */
  @Column({ type: 'integer' }) edition: number;
  @Column({ type: 'text' }) state: MatterTypeState;
  @Column({ type: 'date' }) stateOn: CivilDate;
  @Column({ type: 'text', nullable: true }) stateReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(MatterType, { zh: '网格事项类型', en: 'type of matter' });

/** What a type says in one edition; it never changes, so that a running matter keeps its limits. */
@Entity('matter_type_edition')
@ScopedBy({ permission: 'matter-types:read', everywhere: true })
export class MatterTypeEdition {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'integer' }) edition: number;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) legalBasis: string;
  @Column({ type: 'text' }) gridDuty: GridDuty;
  @Column({ type: 'text' }) level: MatterLevel;
  @Column({ type: 'uuid', nullable: true }) ownerUnitId: string | null;
  @Column({ type: 'text', nullable: true }) ownerDepartmentCode: string | null;
  @Column({ type: 'boolean' }) emergency: boolean;
  @Column({ type: 'jsonb' }) limits: MatterLimits;
  @Column({ type: 'date', nullable: true }) admittedOn: CivilDate | null;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
}
nameEntity(MatterTypeEdition, { zh: '网格事项类型版本', en: 'edition of a type of matter' });

/** 准入申请: seen by the department that asks and by those above its area. */
@Entity('admission_request')
@ScopedBy({ permission: 'matter-types:read', organization: 'unitOrgId', area: 'areaCode', ofArea: true })
export class AdmissionRequest {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'integer' }) edition: number;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'uuid' }) unitId: string;
  @Column({ type: 'uuid', nullable: true }) unitOrgId: string | null;
  @Column({ type: 'text' }) reason: string;
  /** Minutes of work a month for one grid. */
  @Column({ type: 'integer' }) workloadMinutes: number;
  /** What the department brings for one grid and year, in fen. */
  @Column({ type: 'bigint' }) moneyFen: number;
  @Column({ type: 'text' }) state: AdmissionState;
  @Column({ type: 'date' }) requestedOn: CivilDate;
  @Column({ type: 'date', nullable: true }) reviewedOn: CivilDate | null;
  @Column({ type: 'uuid', array: true }) reviewUnitIds: string[];
  @Column({ type: 'text', nullable: true }) reviewOpinion: string | null;
  @Column({ type: 'date', nullable: true }) decidedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) decisionReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(AdmissionRequest, { zh: '网格事项准入申请', en: 'request to admit a matter' });
