import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { contracts, defineEvent, exampleRecord, fieldWords, jsonSchemaOf, transferExpired } from './index';
import { sample } from './examples';

const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
const ofType = contracts.map((contract) => [contract.type, contract] as const);

describe('the example of an event', () => {
  it.each(ofType)('%s is taken by its contract and by its published schema', (type, contract) => {
    const made = contract(contract.example);
    expect(made.data).toEqual(contract.example);
    const published: unknown = JSON.parse(readFileSync(join(__dirname, `../schemas/${type}.json`), 'utf8'));
    const valid = ajv.compile(published as object);
    expect([type, valid(contract.example), valid.errors]).toEqual([type, true, null]);
  });

  it('would be refused by its published schema when a field were missing or of another shape', () => {
    const { $id: _id, ...schema } = jsonSchemaOf(transferExpired);
    const valid = ajv.compile(schema);
    expect(valid({ ...transferExpired.example, on: '2026-02-30' })).toBe(false);
    const { state, ...rest } = transferExpired.example;
    expect(state).toBe('EXPIRED');
    expect(valid(rest)).toBe(false);
  });

  it('does not compile when it does not fit the schema', () => {
    const about = {
      type: 'a.b.c.v1',
      key: 'orgId',
      dataClass: 'internal',
      zh: '无',
      en: 'none',
      features: [],
    } as const;
    const schema = z.strictObject({ orgId: z.string(), total: z.int() });
    // @ts-expect-error total is missing
    defineEvent({ ...about, schema, example: { orgId: sample.branch } });
    // @ts-expect-error total is no number
    defineEvent({ ...about, schema, example: { orgId: sample.branch, total: '51' } });
    // @ts-expect-error the payload has no field mobile
    defineEvent({ ...about, schema, example: { orgId: sample.branch, total: 51, mobile: 2 } });
    // @ts-expect-error no example
    defineEvent({ ...about, schema });
    const { example } = defineEvent({ ...about, schema, example: { orgId: sample.branch, total: 51 } });
    expect(example.total).toBe(51);
  });

  it('has ids that are UUIDs and area codes of one county', () => {
    for (const contract of contracts)
      for (const [name, value] of Object.entries(contract.example))
        if (typeof value === 'string') {
          const uuid = expect.stringMatching(
            /^019[0-9a-f]{5}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
          );
          if (/Id$/.test(name)) expect([contract.type, name, value]).toEqual([contract.type, name, uuid]);
          if (/[aA]reaCode$|^communityCode$/.test(name)) expect(value).toMatch(/^410823(\d{3}(\d{3})?)?$/);
        }
    const ids = Object.values(sample);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lies on Kafka with its id as the key and its attributes in the headers', () => {
    const record = exampleRecord(transferExpired, 'wuzhi');
    expect(record).toMatchObject({
      topic: 'wuzhi.members.transfer',
      key: sample.transfer,
      headers: { ce_type: 'members.transfer.expired.v1', ce_source: '/members', ce_dataclass: 'personal' },
      value: transferExpired.example,
    });
    for (const contract of contracts)
      expect(exampleRecord(contract).key).toBe((contract.example as Record<string, unknown>)[contract.keyField]);
  });
});

describe('the words of the contracts', () => {
  it('say what every field of every event means, in both languages', () => {
    const unsaid: string[] = [];
    const visit = (topic: string, schema: unknown): void => {
      if (Array.isArray(schema)) for (const each of schema) visit(topic, each);
      else if (typeof schema === 'object' && schema !== null)
        for (const [keyword, inner] of Object.entries(schema)) {
          if (keyword === 'properties')
            for (const name of Object.keys(inner as object)) {
              const words = fieldWords(topic, name);
              if (!words || !/[\u4e00-\u9fff]/.test(words.zh) || /[\u4e00-\u9fff]/.test(words.en))
                unsaid.push(`${topic} ${name}`);
            }
          visit(topic, inner);
        }
    };
    for (const contract of contracts) visit(contract.topic, jsonSchemaOf(contract));
    expect([...new Set(unsaid)]).toEqual([]);
  });
});
