import type { EventContract } from './contract';
import { exampleRecord } from './example-record';
import { jsonSchemaOf, type JsonSchema } from './json-schema';
import { contracts } from './registry';
import { defaultPrefix, topicCatalogue, topicConfig, topicName, type TopicSettings } from './topics';
import { dataClassWords, serviceWords } from './words';

const bindingVersion = '0.5.0';
const text = { type: 'string' } as const;
const both = ({ zh, en }: { readonly zh: string; readonly en: string }): string => `${zh}。${en}.`;
const reference = (...path: readonly string[]) => ({ $ref: `#/${path.join('/')}` });

/** Words for each header that an event has beside `content-type`. */
export const headerWords = {
  ce_specversion: { zh: 'CloudEvents版本', en: 'version of CloudEvents' },
  ce_id: { zh: '事件编号，全局唯一，用于去重', en: 'id of the event, unique; tells duplicates' },
  ce_source: { zh: '发布服务', en: 'the service that said it' },
  ce_type: { zh: '事件类型', en: 'type of the event' },
  ce_time: { zh: '发生时刻（UTC）', en: 'when it happened, UTC' },
  ce_aggregateversion: {
    zh: '同一对象的事件序号，从1起不间断',
    en: 'version of the aggregate, from 1, without a gap; a snapshot carries the version that it shows',
  },
  ce_dataclass: { zh: '数据类别', en: 'data class' },
  ce_actor: { zh: '经办账号编号', en: 'who did it' },
  ce_orgpath: { zh: '所属党组织路径，由上至下', en: 'path of the organisation, from the top' },
  ce_areacode: { zh: '所属区划代码', en: 'area code' },
  ce_correlationid: { zh: '同一业务请求的编号', en: 'id of the request that began it' },
  ce_causationid: { zh: '引发本事件的事件编号', en: 'id of the event that caused it' },
  ce_traceparent: { zh: '链路追踪（W3C）', en: 'trace context of W3C' },
  ce_snapshot: { zh: '为true时表示现状快照，不是新发生的事', en: 'true: the current state said again, nothing new' },
} as const;
const required = ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_aggregateversion', 'ce_dataclass'];

/** What one service sends, as an AsyncAPI 3.0 document. Readers write their own document; it is not derived from this one. */
export function asyncApiOf(service: string, version: string): JsonSchema {
  const owned = topicCatalogue.filter(({ owner }) => owner === service);
  const events = contracts.filter((contract) => contract.service === service);
  const words = serviceWords[service] ?? { zh: service, en: service };
  return {
    asyncapi: '3.0.0',
    id: `urn:jishi:${service}`,
    info: {
      title: `基石 ${words.zh}事件 Jishi ${words.en} events`,
      version,
      description:
        `${words.zh}服务在Kafka上发布的事件。消息为CloudEvents 1.0二进制模式：属性在消息头（ce_*），内容为JSON，键为对象编号；内容为空表示该键的数据已删除。\n\n` +
        `Events that the service ${service} says on Kafka: CloudEvents 1.0 in binary mode, attributes in the headers (ce_*), ` +
        'JSON as the value, the id of the aggregate as the key. A record without a value is a tombstone.',
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{bootstrap}',
        protocol: 'kafka',
        description: 'Kafka集群。The Kafka cluster.',
        variables: {
          bootstrap: { default: '127.0.0.1:9092', description: '接入地址。host:port of one or more brokers.' },
        },
      },
    },
    channels: Object.fromEntries(owned.map((settings) => [settings.topic, channelOf(settings)])),
    operations: Object.fromEntries(
      owned.map(({ topic, zh, en, types }) => [
        `send.${topic}`,
        {
          action: 'send',
          channel: reference('channels', topic),
          summary: both({ zh: `发布${zh}事件`, en: `says events of ${en}` }),
          messages: types.map((type) => reference('channels', topic, 'messages', type)),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(events.map((contract) => [contract.type, messageOf(contract)])),
      schemas: {
        headers: headersSchema(),
        ...Object.fromEntries(events.map((contract) => [contract.type, payloadOf(contract)])),
      },
    },
  };
}

function channelOf(settings: TopicSettings): JsonSchema {
  const { topic, partitions, replication, dataClass, key, types, cleanup, retentionDays } = settings;
  const config = topicConfig(settings);
  return {
    address: topicName(topic),
    title: settings.zh,
    description:
      `${both(settings)}\n\n主题前缀按配置，默认${defaultPrefix}。` +
      `保留${retentionDays}天；同一${key}的事件在同一分区内按序。${dataClassWords[dataClass]?.zh ?? ''}。\n\n` +
      `The prefix is configured, ${defaultPrefix} by default. Kept for ${retentionDays} days; ` +
      `events of one ${key} stay in one partition, in order. ${dataClassWords[dataClass]?.en ?? ''}.`,
    messages: Object.fromEntries(types.map((type) => [type, reference('components', 'messages', type)])),
    bindings: {
      kafka: {
        topic: topicName(topic),
        partitions,
        replicas: replication,
        topicConfiguration: {
          'cleanup.policy': [cleanup],
          'retention.ms': Number(config['retention.ms']),
          'min.insync.replicas': Number(config['min.insync.replicas']),
        },
        bindingVersion,
      },
    },
    'x-key': key,
    'x-data-class': dataClass,
  };
}

function messageOf(contract: EventContract): JsonSchema {
  const { type, zh, en, features, dataClass, keyField } = contract;
  const { key, headers, value } = exampleRecord(contract);
  return {
    name: type,
    title: zh,
    summary: both({ zh, en }),
    contentType: 'application/json',
    headers: {
      allOf: [reference('components', 'schemas', 'headers')],
      type: 'object',
      properties: { ce_type: { const: type }, ce_dataclass: { const: dataClass } },
    },
    payload: reference('components', 'schemas', type),
    bindings: {
      kafka: { key: { type: 'string', description: `${keyField}`, examples: [key] }, bindingVersion },
    },
    tags: features.map((feature) => ({ name: feature })),
    examples: [{ name: type, summary: zh, headers, payload: value }],
    'x-features': features,
    'x-data-class': dataClass,
    'x-key': keyField,
  };
}

/** The published schema without the keywords that only a document of its own has. */
function payloadOf(contract: EventContract): JsonSchema {
  const { $schema: _dialect, $id: _id, 'x-topic': _topic, ...body } = jsonSchemaOf(contract);
  return body;
}

function headersSchema(): JsonSchema {
  return {
    type: 'object',
    description:
      'CloudEvents 1.0二进制模式的消息头，值均为UTF-8文本。Headers of binary mode; every value is text in UTF-8.',
    required: ['content-type', ...required],
    properties: {
      'content-type': { const: 'application/json; charset=utf-8' },
      ...Object.fromEntries(
        Object.entries(headerWords).map(([name, words]) => [name, { ...shapeOf(name), description: both(words) }]),
      ),
    },
  };
}

function shapeOf(header: string): JsonSchema {
  if (header === 'ce_specversion') return { const: '1.0' };
  if (header === 'ce_snapshot') return { const: 'true' };
  if (header === 'ce_time') return { ...text, format: 'date-time' };
  if (header === 'ce_aggregateversion') return { ...text, pattern: '^[0-9]+$' };
  return text;
}
