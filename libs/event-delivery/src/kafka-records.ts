import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { BusError } from './bus';
import { largestRecord, type CloudEvent } from './cloud-event';
import { partitionOf } from './partition';

/** A record as kafkajs sends it, with the partition that the Java client would have chosen. */
export interface KafkaRecord extends Message {
  readonly partition: number;
}

/**
 * CloudEvents in Kafka's binary mode: attributes as `ce_` headers, the data as JSON in the value, the partition key as the key.
 * Null data is a tombstone. @throws BusError `fatal` when the payload is too large.
 */
export function toKafkaRecord(event: CloudEvent, partitions: number): KafkaRecord {
  const { data, partitionkey, ...attributes } = event;
  const value = data === null || data === undefined ? null : JSON.stringify(data);
  const size = value === null ? 0 : Buffer.byteLength(value);
  if (size > largestRecord)
    throw new BusError('fatal', `${event.type} ${event.id}: ${size} bytes, at most ${largestRecord} are taken`);
  const headers: IHeaders = { 'content-type': 'application/json; charset=utf-8' };
  for (const [name, attribute] of Object.entries(attributes))
    if (attribute !== undefined) headers[`ce_${name}`] = String(attribute);
  return { key: partitionkey, value, headers, partition: partitionOf(partitionkey, partitions) };
}

/** @throws TypeError when the record is no CloudEvent of this platform. */
export function fromKafkaRecord({ key, value, headers }: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): CloudEvent {
  const attributes: Record<string, unknown> = {};
  for (const [name, header] of Object.entries(headers ?? {})) {
    const text = Array.isArray(header) ? header[0] : header;
    if (name.startsWith('ce_') && text !== undefined) attributes[name.slice(3)] = text.toString();
  }
  const { aggregateversion, snapshot, ...texts } = attributes;
  const version = Number(aggregateversion);
  if (texts['specversion'] !== '1.0' || !key || typeof texts['type'] !== 'string' || !Number.isSafeInteger(version))
    throw new TypeError('a record is no CloudEvent 1.0 with type, key and aggregateversion');
  return {
    ...(texts as unknown as Omit<CloudEvent, 'aggregateversion' | 'partitionkey' | 'data' | 'snapshot'>),
    partitionkey: key.toString(),
    aggregateversion: version,
    ...(snapshot === 'true' && { snapshot: true }),
    data: value === null ? null : (JSON.parse(value.toString()) as unknown),
  };
}
