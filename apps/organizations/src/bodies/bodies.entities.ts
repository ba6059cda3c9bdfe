import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type BodyKind =
  | 'PARTY_COMMITTEE'
  | 'BRANCH_COMMITTEE'
  | 'VILLAGE_COMMITTEE'
  | 'RESIDENTS_COMMITTEE'
  | 'SUPERVISION_COMMITTEE'
  | 'BOARD'
  | 'SUPERVISORS'
  | 'MANAGEMENT'
  | 'PRESIDENT_MEETING';
export type TermState = 'IN_TERM' | 'DUE' | 'EXTENDED' | 'OVERDUE' | 'ENDED';
export type PostKind =
  | 'SECRETARY'
  | 'DEPUTY_SECRETARY'
  | 'FULLTIME_DEPUTY'
  | 'ORG_MEMBER'
  | 'PUBLICITY_MEMBER'
  | 'DISCIPLINE_MEMBER'
  | 'COMMITTEE_MEMBER'
  | 'PART_TIME_MEMBER'
  | 'DIRECTOR'
  | 'DEPUTY_DIRECTOR'
  | 'COMMITTEE_PERSON'
  | 'CHAIR'
  | 'GENERAL_MANAGER'
  | 'PRESIDENT'
  | 'HEADMASTER';
export type EndReason = 'TERM_END' | 'ADJUSTED_INCOMPETENT' | 'PROMOTED' | 'RESIGNED' | 'DISCIPLINE' | 'DIED';

/** 班子: the leading body of a Party organisation, or of the village, community or unit that it leads. */
@Entity('leading_body')
@ScopedBy({ permission: 'bodies:read', organization: 'orgId', area: 'areaCode' })
export class LeadingBody {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) kind: BodyKind;
  /** Whose body it is; of a host's body the organisation that leads the host. */
  @Column({ type: 'uuid', nullable: true }) orgId: string | null;
  @Column({ type: 'text', nullable: true }) hostKind: string | null;
  @Column({ type: 'text', nullable: true }) hostId: string | null;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) seats: number;
  /** Villagers' or residents' representatives, and how many of them are Party members. */
  @Column({ type: 'integer', nullable: true }) representatives: number | null;
  @Column({ type: 'integer', nullable: true }) partyRepresentatives: number | null;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(LeadingBody, { zh: '班子', en: 'leading body' });

/** 届: one period of office of a body. */
@Entity('term')
@ScopedBy({ permission: 'bodies:read', organization: 'orgId', area: 'areaCode' })
export class Term {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) bodyId: string;
  @Column({ type: 'integer' }) no: number;
  @Column({ type: 'date' }) startOn: CivilDate;
  /** 届满日, without extension. */
  @Column({ type: 'date' }) dueOn: CivilDate;
  @Column({ type: 'integer' }) extensionMonths: number;
  @Column({ type: 'text', nullable: true }) extensionDocument: string | null;
  /** The last day including the approved extension. */
  @Column({ type: 'date' }) endsOn: CivilDate;
  /** The day from which the next term holds. */
  @Column({ type: 'date', nullable: true }) endedOn: CivilDate | null;
  @Column({ type: 'text' }) state: TermState;
  @Column({ type: 'text', nullable: true }) electionDocument: string | null;
  @Column({ type: 'uuid', nullable: true }) orgId: string | null;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Term, { zh: '届次', en: 'term' });

/** 职务: who holds which post of a body from when to when. */
@Entity('post')
@ScopedBy({ permission: 'bodies:read', organization: 'orgId', area: 'areaCode' })
export class Post {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) bodyId: string;
  @Column({ type: 'uuid' }) termId: string;
  @Column({ type: 'uuid' }) personId: string;
  @Column({ type: 'text' }) kind: PostKind;
  @Column({ type: 'text', nullable: true }) duty: string | null;
  @Column({ type: 'boolean' }) isFullTime: boolean;
  @Column({ type: 'date' }) fromOn: CivilDate;
  /** The day from which the person no longer holds it. */
  @Column({ type: 'date', nullable: true }) toOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) endReason: EndReason | null;
  @Column({ type: 'text', nullable: true }) filingNo: string | null;
  @Column({ type: 'text', nullable: true }) filingLevel: string | null;
  @Column({ type: 'date', nullable: true }) filedOn: CivilDate | null;
  @Column({ type: 'uuid', nullable: true }) orgId: string | null;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}
nameEntity(Post, { zh: '职务', en: 'post' });
