import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That this service has erased what it held of a person. Nobody reads it through the graph: members show what was told. */
@Entity('erasure_acknowledgement')
@ScopedBy({ permission: 'erasures:read', everywhere: true })
export class ErasureAcknowledgement {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'text' }) scope: 'ALL' | 'CONTACT';
  @Column({ type: 'integer' }) erased: number;
  @Column({ type: 'integer' }) kept: number;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(ErasureAcknowledgement, { zh: '个人信息删除回告', en: 'acknowledged erasure' });
