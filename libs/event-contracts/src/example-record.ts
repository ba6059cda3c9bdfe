import type { EventContract } from './contract';
import { sample, sampleOrgPath } from './examples';
import { topicName } from './topics';

/** One event as it lies on Kafka: CloudEvents 1.0 in binary mode. */
export interface ExampleRecord {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
}

/** The example of a contract as a reader finds it on Kafka: key, headers and value. */
export function exampleRecord(contract: EventContract, prefix?: string): ExampleRecord {
  const { type, topic, service, dataClass, example } = contract;
  const data = example as Readonly<Record<string, unknown>>;
  const place =
    data['areaCode'] ?? data['communityCode'] ?? (topic === 'organizations.area' ? data['code'] : undefined);
  const ofBranch = typeof (data['orgId'] ?? data['fromOrgId']) === 'string';
  return {
    topic: topicName(topic, prefix),
    key: String(data[contract.keyField]),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ce_specversion: '1.0',
      ce_id: '019dfb1e-2c7d-7a15-9b60-c48e13f7d002',
      ce_source: `/${service}`,
      ce_type: type,
      ce_time: '2026-05-06T01:12:30.418Z',
      ce_aggregateversion: '3',
      ce_dataclass: dataClass,
      ce_actor: '019a24f7-6b02-7d91-85ce-f03a9c71e4d8',
      ...(ofBranch && { ce_orgpath: sampleOrgPath }),
      ...((typeof place === 'string' || ofBranch) && {
        ce_areacode: typeof place === 'string' ? place : sample.community,
      }),
      ce_correlationid: '019dfb1e-2bf0-7c44-a3d8-5e9107b2f6c3',
      ce_traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    },
    value: example,
  };
}
