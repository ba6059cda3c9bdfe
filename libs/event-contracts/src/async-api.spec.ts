import schema from '@asyncapi/specs/schemas/3.0.0-without-$id.json';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asyncApiOf,
  contracts,
  contractsVersion,
  serviceWords,
  topicCatalogue,
  topicSettings,
  type JsonSchema,
} from './index';

const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
const fitsAsyncApi = ajv.compile(schema);

const folder = join(__dirname, '../asyncapi');
const services = Object.keys(serviceWords);
const written = (service: string): JsonSchema =>
  JSON.parse(readFileSync(join(folder, `${service}.json`), 'utf8')) as JsonSchema;

/** What stands at a path such as `channels`, `members.member`. */
const at = (document: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
const object = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

function* references(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* references(each);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      if (name === '$ref' && typeof inner === 'string') yield inner;
      yield* references(inner);
    }
}

describe('the AsyncAPI documents', () => {
  it('are those of the contracts, one per service (npm run events:write)', () => {
    expect(readdirSync(folder).sort()).toEqual(services.map((service) => `${service}.json`).sort());
    for (const service of services)
      expect(written(service)).toEqual(JSON.parse(JSON.stringify(asyncApiOf(service, contractsVersion))));
  });

  it.each(services)('of %s is valid by the official schema of AsyncAPI 3.0', (service) => {
    const valid = fitsAsyncApi(written(service));
    expect([service, valid, fitsAsyncApi.errors]).toEqual([service, true, null]);
  });

  it('would not be valid with partitions that are no number or an action that does not exist', () => {
    const document = written('members');
    Object.assign(object(at(document, 'channels', 'members.member', 'bindings', 'kafka')), { partitions: '12' });
    expect(fitsAsyncApi(document)).toBe(false);
    const other = written('members');
    Object.assign(object(at(other, 'operations', 'send.members.member')), { action: 'publish' });
    expect(fitsAsyncApi(other)).toBe(false);
  });

  it.each(services)('of %s points at nothing that is not there', (service) => {
    const document = written(service);
    const wanted = [...references(document)];
    expect(wanted.length).toBeGreaterThan(0);
    for (const reference of wanted)
      expect([reference, at(document, ...reference.replace('#/', '').split('/'))]).toEqual([
        reference,
        expect.anything(),
      ]);
  });

  it('have every topic as a channel with its Kafka settings, sent by its owner with all its events', () => {
    const channels = services.flatMap((service) => Object.keys(object(written(service)['channels'])));
    expect(channels.sort()).toEqual(topicCatalogue.map(({ topic }) => topic));
    for (const { topic, owner, partitions, types } of topicCatalogue) {
      const document = written(owner);
      expect(at(document, 'channels', topic)).toMatchObject({
        address: `jishi.${topic}`,
        bindings: {
          kafka: {
            partitions,
            replicas: 3,
            topicConfiguration: {
              'cleanup.policy': ['delete'],
              'retention.ms': 2_592_000_000,
              'min.insync.replicas': 2,
            },
          },
        },
        'x-data-class': topicSettings(topic).dataClass,
      });
      expect(at(document, 'operations', `send.${topic}`)).toMatchObject({
        action: 'send',
        messages: types.map((type) => ({ $ref: `#/channels/${topic}/messages/${type}` })),
      });
      expect(Object.keys(object(at(document, 'channels', topic, 'messages')))).toEqual(types);
    }
  });

  it.each(contracts.map((contract) => [contract.type, contract] as const))(
    '%s shows an example that fits its headers and its payload',
    (type, { service, features, zh, en, dataClass }) => {
      const document = written(service);
      const message = object(at(document, 'components', 'messages', type));
      expect(message).toMatchObject({ title: zh, 'x-features': features, 'x-data-class': dataClass });
      expect(message['summary']).toContain(en);
      const [example] = message['examples'] as readonly { readonly headers: unknown; readonly payload: unknown }[];
      const headers = ajv.compile({ allOf: [message['headers']], components: document['components'] });
      const payload = ajv.compile(object(at(document, 'components', 'schemas', type)));
      expect([headers(example?.headers), headers.errors]).toEqual([true, null]);
      expect([payload(example?.payload), payload.errors]).toEqual([true, null]);
      expect(headers({ ...object(example?.headers), ce_type: 'members.member.praised.v1' })).toBe(false);
    },
  );

  it('use words of JSON Schema only that both its draft 7 and its draft 2020-12 read alike', () => {
    const known =
      /^(type|properties|required|enum|const|anyOf|items|format|pattern|minLength|maxLength|minItems|minimum|maximum|propertyNames|additionalProperties|description|title|x-.*)$/;
    const visit = (value: unknown): string[] =>
      Array.isArray(value)
        ? value.flatMap(visit)
        : typeof value === 'object' && value !== null
          ? Object.entries(value).flatMap(([keyword, inner]) => [
              ...(known.test(keyword) ? [] : [keyword]),
              ...(keyword === 'properties' ? Object.values(object(inner)).flatMap(visit) : visit(inner)),
            ])
          : [];
    for (const service of services) {
      const { headers: _headers, ...payloads } = object(at(written(service), 'components', 'schemas'));
      expect([service, Object.values(payloads).flatMap(visit)]).toEqual([service, []]);
    }
  });
});
