import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The members of one branch, counted in the transaction of every change that it counts. */
@Entity('roster')
@ScopedBy({ permission: 'members:read', organization: 'orgId' })
export class Roster {
  @PrimaryColumn({ type: 'uuid' }) orgId: string;
  @Column({ type: 'integer' }) fullMembers: number;
  @Column({ type: 'integer' }) probationary: number;
  /** Full and probationary members: what the ceiling of a branch is compared with. */
  @Column({ type: 'integer' }) total: number;
  /** Not in the total; a branch is empty only when nobody of these is left either. */
  @Column({ type: 'integer' }) suspended: number;
  @Column({ type: 'date' }) asOf: CivilDate;
  @Column({ type: 'integer', default: 1 }) version: number;
}
nameEntity(Roster, { zh: '支部人数', en: 'roster' });
