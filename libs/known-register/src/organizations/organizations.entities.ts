import { ScopedBy } from '@jishi/access';
import { nameEntity, OrganizationPath } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type OrganizationStatus = 'PREPARING' | 'ACTIVE' | 'CLOSING' | 'DISSOLVED';

/** What a service must know of a Party organisation; its owner is the service organizations. */
@Entity('known_organization')
@ScopedBy({ permission: 'organizations:read', organization: 'id', area: 'areaCode', stamped: true })
export class KnownOrganization {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) code: string;
  @Column({ type: 'text' }) kind: string;
  @Column({ type: 'text', nullable: true }) board: string | null;
  @Column({ type: 'text', nullable: true }) setUpWay: string | null;
  @Column({ type: 'text' }) status: OrganizationStatus;
  @Column({ type: 'uuid', nullable: true }) superiorId: string | null;
  @Column({ type: 'integer' }) depth: number;
  @Column(() => OrganizationPath, { prefix: false }) path: OrganizationPath;
  @Column({ type: 'text', nullable: true }) hostKind: string | null;
  @Column({ type: 'text', nullable: true }) hostId: string | null;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'date', nullable: true }) establishedOn: CivilDate | null;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'uuid', nullable: true }) mergedIntoId: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
}
nameEntity(KnownOrganization, { zh: '党组织', en: 'Party organisation' });
