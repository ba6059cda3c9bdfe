import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ErasureState = 'REQUESTED' | 'DONE';
export type ErasureScope = 'ALL' | 'CONTACT';
export type ErasureGround = 'PURPOSE_ENDED' | 'RETENTION_OVER' | 'CONSENT_WITHDRAWN' | 'UNLAWFUL' | 'OTHER_LAW';

/** An erasure of what all services hold of a person. Holds no value of the person, only his id. */
@Entity('erasure')
@ScopedBy({ permission: 'erasures:read', organization: 'orgId' })
export class Erasure {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'uuid' }) orgId: string;
  @Column({ type: 'text' }) scope: ErasureScope;
  @Column({ type: 'text' }) ground: ErasureGround;
  @Column({ type: 'text' }) document: string;
  @Column({ type: 'text' }) state: ErasureState;
  @Column({ type: 'timestamptz' }) requestedAt: Date;
  @Column({ type: 'timestamptz' }) dueAt: Date;
  @Column({ type: 'timestamptz', nullable: true }) doneAt: Date | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(Erasure, { zh: '个人信息删除', en: 'erasure' });
