import type { CloudEvent } from './cloud-event';

/** `retriable`: try again. `fatal`: the same call fails again. `fenced`: somebody newer has taken this place. `closed`: the bus is shut. */
export type BusErrorKind = 'retriable' | 'fatal' | 'fenced' | 'closed';

export class BusError extends Error {
  constructor(
    readonly kind: BusErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BusError';
  }
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface BusRecord extends TopicPartition {
  /** Dense per partition, from 0. */
  readonly offset: number;
  readonly event: CloudEvent;
}

/** A few records of one partition in the order of their offsets. */
export interface Batch extends TopicPartition {
  readonly records: readonly BusRecord[];
  /** Aborted when the partition goes to another member or the bus closes: stop, and do not commit. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 by which the handler should have resolved. */
  readonly deadline: number;
  /** Says that a slow handler is alive. */
  heartbeat(): Promise<void>;
}

/** What a partition has at the moment: its oldest record, and where the next one will stand. */
export interface Bounds {
  readonly first: number;
  readonly end: number;
}

export interface Subscription {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group begins that has no position yet. */
  readonly from: 'begin' | 'end';
  /** How many partitions this member handles at the same moment. */
  readonly concurrency?: number;
  /** Most records of one batch. */
  readonly batch?: number;
  /**
   * `bus`: the position moves when the handler has resolved (at least once). `external`: the handler stores the position in its
   * own transaction and tells it in `assigned`.
   */
  readonly checkpoint: 'bus' | 'external';
  /**
   * Called before the first batch of a partition that this member was given, again after a `fenced` handler. Answers the offset
   * to begin with, not behind the end; undefined means where the group is on the bus.
   */
  readonly assigned?: (partition: TopicPartition, bounds: Bounds) => Promise<number | undefined>;
  /** Records between `wanted` and `first` are gone by retention: the subscriber needs a snapshot. */
  readonly lost?: (partition: TopicPartition, wanted: number, first: number) => void;
}

/**
 * Resolves when the batch is done. A rejection brings the same batch again after a pause; a BusError `fenced` makes the member ask
 * for the partition anew.
 */
export type BatchHandler = (batch: Batch) => Promise<void>;

export interface Subscriber {
  /** The partitions this member reads at the moment. */
  assignments(): readonly TopicPartition[];
  /** No further batch of the partition until `resume`; the running one ends as it would. */
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** Drops the partition and asks for its position anew, if it is still this member's. */
  reassign(partition: TopicPartition): Promise<void>;
  /** Ends the running handlers, gives the partitions back and leaves the group. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/** Names a sender of which only the newest may write; adapters that cannot check it ignore it. */
export interface Fence {
  readonly sender: string;
  readonly epoch: number;
}

/** The verbs that both adapters have; nothing of either shows through. */
export interface EventBus {
  /** Which bus this is, the same for ever and different for another one: an offset means something only together with it. */
  identity(): Promise<string>;
  /**
   * Resolves when the events are durable. The order of one call is kept per key; after an error a repetition may bring duplicates,
   * never another order. @throws BusError
   */
  publish(topic: string, events: readonly CloudEvent[], fence?: Fence): Promise<void>;
  /** At most one handler call per group and partition at a time; the next batch only after it resolved. */
  subscribe(subscription: Subscription, handler: BatchHandler): Promise<Subscriber>;
  /** Records that the group has not finished, over all partitions it knows. */
  lag(group: string): Promise<number>;
  /** Moves a group without active members. @throws BusError `fatal` when a member is active. */
  seek(group: string, position: 'begin' | 'end' | Date): Promise<void>;
  close(options?: { readonly drainMs?: number }): Promise<void>;
}
