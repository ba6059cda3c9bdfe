import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type GridStatus = 'PLANNED' | 'ACTIVE' | 'MERGED' | 'SPLIT' | 'RETIRED';
/** What a grid is: a county, street or community as a whole, a basic grid of a community, a building within one. */
export type GridTier = 'COUNTY' | 'TOWN' | 'GRASSROOTS' | 'BASIC' | 'BUILDING';
export type NetworkKind =
  | 'PARTY'
  | 'POLITICS_LAW'
  | 'GOVERNANCE'
  | 'CIVIL'
  | 'CITY'
  | 'COMPLAINTS'
  | 'MARKET'
  | 'HEALTH'
  | 'EMERGENCY'
  | 'OTHER';

const scope = { permission: 'grids:read', area: 'areaCode', ofArea: true } as const;

/** 网格, as it is today. */
@Entity('grid')
@ScopedBy(scope)
export class Grid {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  /** 12 digits of the area and 3 of the serial. */
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'text' }) name: string;
  /** 1 = the uppermost. */
  @Column({ type: 'integer' }) level: number;
  @Column({ type: 'text' }) tier: GridTier;
  /** 专属网格: a park, a school, a market. */
  @Column({ type: 'boolean' }) special: boolean;
  @Column({ type: 'text' }) setting: 'URBAN' | 'RURAL';
  @Column({ type: 'uuid', nullable: true }) parentId: string | null;
  /** The community or village; of the levels above it the street, or the county. */
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) households: number;
  @Column({ type: 'integer' }) population: number;
  /** The Party organisation or group in charge. */
  @Column({ type: 'uuid', nullable: true }) organizationId: string | null;
  @Column({ type: 'text', array: true }) networks: NetworkKind[];
  @Column({ type: 'text' }) status: GridStatus;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** First day on which it is no longer a grid; null while it is. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'uuid', array: true }) successorIds: string[];
  @Column({ type: 'text', nullable: true }) endReason: string | null;
  /** How many versions of its boundary there are; 0 while none is drawn. */
  @Column({ type: 'integer' }) boundaryVersion: number;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Grid, { zh: '网格', en: 'grid' });

/** 网格 as it was on any day; written beside every change, never by itself. */
@Entity('grid_history')
@ScopedBy(scope)
export class GridHistory {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) gridId: string;
  @Column({ type: 'date' }) validFrom: CivilDate;
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'text' }) areaCode: string;
}
nameEntity(GridHistory, { zh: '网格历史', en: 'grid’s history' });

/** 网格层级名称: what an area calls a level of its grids. */
@Entity('grid_level')
@ScopedBy({ ...scope, everywhere: true })
export class GridLevel {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  /** A city or county, a town or street. */
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) no: number;
  @Column({ type: 'text' }) zh: string;
  @Column({ type: 'text' }) en: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(GridLevel, { zh: '网格层级', en: 'grid level' });
