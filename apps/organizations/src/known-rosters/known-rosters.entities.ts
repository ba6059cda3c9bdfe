import { ScopedBy } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What members told last of a branch's numbers. A projection: never a field of the graph. */
@Entity('known_roster')
@ScopedBy({ permission: 'organizations:read', organization: 'orgId' })
export class KnownRoster {
  @PrimaryColumn({ type: 'uuid' }) orgId: string;
  @Column({ type: 'integer' }) fullMembers: number;
  @Column({ type: 'integer' }) probationary: number;
  @Column({ type: 'integer' }) total: number;
  @Column({ type: 'date' }) asOf: CivilDate;
  /** Version of the roster as members counts it: an older one never overwrites a newer. */
  @Column({ type: 'bigint' }) versionSeen: number;
}
