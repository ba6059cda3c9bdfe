import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityKind, Operating, PartyState, Registrar, SizeClass } from '../entities';
import type { StateCause } from './party-states.rules';

/** Ways in which an organisation covers an entity: its own, or one of several entities. */
export type CoverWay = 'SINGLE' | 'JOINT' | 'TRADE' | 'REGIONAL';

/** One change of the state of an entity, with its cause. */
@Entity('party_state_change')
@ScopedBy({ permission: 'entities:read', area: 'areaCode', ofArea: true })
export class PartyStateChange {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) entityId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) fromState: PartyState;
  @Column({ type: 'text' }) toState: PartyState;
  @Column({ type: 'text' }) cause: StateCause;
  @Column({ type: 'uuid', nullable: true }) orgId: string | null;
  @Column({ type: 'date' }) changedOn: CivilDate;
}
nameEntity(PartyStateChange, { zh: '党建状态变化', en: 'change of a Party state' });

/** What an entity was from one day to another, as far as coverage depends on it. */
@Entity('entity_history')
@ScopedBy({ permission: 'entities:read', area: 'areaCode', ofArea: true })
export class EntityHistory {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) entityId: string;
  @Column({ type: 'date' }) validFrom: CivilDate;
  /** The day on which the next row begins; null for what it is now. */
  @Column({ type: 'date', nullable: true }) validTo: CivilDate | null;
  @Column({ type: 'text' }) registrar: Registrar;
  @Column({ type: 'text' }) kind: EntityKind;
  @Column({ type: 'text', nullable: true }) size: SizeClass | null;
  @Column({ type: 'integer' }) employees: number;
  @Column({ type: 'text' }) operating: Operating;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) partyState: PartyState;
  @Column({ type: 'integer' }) fullMembers: number;
}
nameEntity(EntityHistory, { zh: '企业、社会组织沿革', en: 'history of an entity' });
