import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ClearItem, ClearSource } from './clears.items';

/** 八个清: what was recorded of one item of an entity, in whose area the row lies. */
@Entity('entity_clear')
@ScopedBy({ permission: 'clears:read', area: 'areaCode', ofArea: true })
export class EntityClear {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) entityId: string;
  @Column({ type: 'text' }) item: ClearItem;
  @Column({ type: 'boolean' }) clear: boolean;
  @Column({ type: 'date' }) asOf: CivilDate;
  @Column({ type: 'text' }) source: ClearSource;
  /** The account that recorded it. */
  @Column({ type: 'text' }) recordedBy: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(EntityClear, { zh: '八个清', en: 'record of the eight clears' });
