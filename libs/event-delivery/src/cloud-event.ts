import type { DataClass } from '@jishi/event-contracts';

/** CloudEvents 1.0 with the platform's extensions: what travels on the bus, on either adapter. */
export interface CloudEvent<D = unknown> {
  readonly specversion: '1.0';
  readonly id: string;
  /** The service that said it, for example `/organizations`. */
  readonly source: string;
  readonly type: string;
  /** When it happened, ISO 8601 in UTC. */
  readonly time: string;
  /** Id of the aggregate; decides the partition. */
  readonly partitionkey: string;
  /** Gap-free per aggregate. A snapshot carries the version whose state it shows. */
  readonly aggregateversion: number;
  readonly dataclass: DataClass;
  readonly actor: string;
  readonly orgpath?: string;
  readonly areacode?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  readonly traceparent?: string;
  readonly snapshot?: true;
  readonly data: D;
}

/** The largest payload of one record, in bytes of JSON; larger facts belong into an object store. */
export const largestRecord = 256 * 1024;
