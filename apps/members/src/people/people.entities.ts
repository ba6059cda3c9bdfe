import { ScopedBy } from '@jishi/access';
import { nameEntity, OrganizationPath } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EducationCode, GenderCode } from './people.codes';
import type { WorkHostKind } from './people.rules';

/** A person who holds a role, recorded once (MEM-01). Name, citizen id, birth date and phone are personal. */
@Entity('person')
@ScopedBy({
  permission: 'persons:read',
  organization: 'orgId',
  area: 'areaCode',
  stamped: true,
  personal: ['name', 'citizen_id', 'birth_date', 'phone'],
})
export class Person {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) citizenId: string;
  @Column({ type: 'text' }) gender: GenderCode;
  @Column({ type: 'date' }) birthDate: CivilDate;
  @Column({ type: 'text' }) education: EducationCode;
  @Column({ type: 'text', nullable: true }) degree: string | null;
  @Column({ type: 'text', nullable: true }) phone: string | null;
  @Column({ type: 'text', nullable: true }) homeAreaCode: string | null;
  @Column({ type: 'text', nullable: true }) workTitle: string | null;
  @Column({ type: 'text', nullable: true }) workHostKind: WorkHostKind | null;
  @Column({ type: 'text', nullable: true }) workHostId: string | null;
  /** Since when he works there; null when nobody said it. */
  @Column({ type: 'date', nullable: true }) workSince: CivilDate | null;
  @Column({ type: 'text' }) createdFor: string;
  /** The organisation that keeps the record: for a member, the branch. */
  @Column({ type: 'uuid' }) orgId: string;
  @Column(() => OrganizationPath, { prefix: false }) path: OrganizationPath;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'uuid', nullable: true }) mergedIntoId: string | null;
  /** Set once the whole record is to be erased. From then on nobody works with it, and its facts may be gone already. */
  @Column({ type: 'uuid', nullable: true }) erasureId: string | null;
  @Column({ type: 'boolean', default: false }) synthetic: boolean;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(Person, { zh: '人员', en: 'person' });
