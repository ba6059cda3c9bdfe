import { ScopedBy } from '@jishi/access';
import { nameEntity } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Registrar } from '../entities';
import type { CoverWay } from '../party-states';

export type SetUpState = 'OPENED' | 'IN_PROGRESS' | 'WAITING' | 'REPORTED' | 'DONE' | 'DROPPED';
export type Blocker = 'FEW_MEMBERS' | 'OWNER' | 'TURNOVER' | 'OTHER';
export type BaseKind = 'TOWER' | 'SHOPPING_AREA' | 'MARKET' | 'PARK' | 'ASSOCIATION';

/** 组建任务: an organisation is to be set up in these entities. It belongs to the area of the entity that leads. */
@Entity('set_up_task')
@ScopedBy({ permission: 'setups:read', area: 'areaCode', ofArea: true })
export class SetUpTask {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) leadEntityId: string;
  @Column({ type: 'text' }) areaCode: string;
  @Column({ type: 'text' }) registrar: Registrar;
  @Column({ type: 'text' }) way: CoverWay;
  @Column({ type: 'text', nullable: true }) baseKind: BaseKind | null;
  @Column({ type: 'text', nullable: true }) baseName: string | null;
  @Column({ type: 'text' }) state: SetUpState;
  @Column({ type: 'text', nullable: true }) blocker: Blocker | null;
  @Column({ type: 'text', nullable: true }) note: string | null;
  @Column({ type: 'date' }) openedOn: CivilDate;
  @Column({ type: 'date' }) dueOn: CivilDate;
  @Column({ type: 'date', nullable: true }) reportedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) reportDocument: string | null;
  /** The organisation whose becoming active completed it. */
  @Column({ type: 'uuid', nullable: true }) orgId: string | null;
  @Column({ type: 'date', nullable: true }) closedOn: CivilDate | null;
  @Column({ type: 'text', nullable: true }) dropReason: string | null;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(SetUpTask, { zh: '组建任务', en: 'set-up task' });

/** An entity of a set-up task. It is reached through its task only. */
@Entity('set_up_task_entity')
@ScopedBy({ permission: 'setups:read', everywhere: true })
export class SetUpTaskEntity {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) taskId: string;
  @Column({ type: 'uuid' }) entityId: string;
  /** Part of a task that is neither done nor dropped. */
  @Column({ type: 'boolean' }) isOpen: boolean;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text', nullable: true }) updatedBy: string | null;
}
nameEntity(SetUpTaskEntity, { zh: '组建任务所涉单位', en: 'entity of a set-up task' });
