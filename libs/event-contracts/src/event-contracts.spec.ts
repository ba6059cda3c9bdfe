import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  areaChanged,
  contractOf,
  contracts,
  defineEvent,
  incompatibilities,
  jsonSchemaOf,
  memberTransferred,
  partitionsOf,
  personalFields,
  rosterChanged,
  topicOf,
  topics,
  type JsonSchema,
} from './index';

const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const roster = { orgId: uuid(1), full: 48, probationary: 3, total: 51, asOf: '2026-05-01' };

describe('an event', () => {
  it('MEM-03 is made by its contract with topic, key and data class', () => {
    const event = memberTransferred(
      {
        memberId: uuid(1),
        personId: uuid(2),
        fromOrgId: uuid(3),
        toOrgId: uuid(4),
        scope: 'INSIDE',
        reason: 'WORK',
        effectiveOn: '2026-05-01',
      },
      { areaCode: '410811001002' },
    );
    expect(event).toMatchObject({
      type: 'members.member.transferred.v1',
      topic: 'members.member',
      key: uuid(1),
      dataClass: 'personal',
      areaCode: '410811001002',
    });
  });

  it('is refused when a field is misspelt, missing or of the wrong shape', () => {
    expect(() => rosterChanged({ ...roster, fulll: 1 } as typeof roster)).toThrow(/fulll/);
    expect(() => rosterChanged({ ...roster, total: -1 })).toThrow(/total/);
    expect(() => rosterChanged({ ...roster, asOf: '2026-02-30' })).toThrow(/asOf/);
    expect(() => rosterChanged({ ...roster, orgId: 'branch-1' })).toThrow(/orgId/);
  });

  it('is read by an older reader although a newer sender added a field, and never with a missing one', () => {
    expect(rosterChanged.parse({ ...roster, mobile: 2 })).toEqual(roster);
    const { total, ...rest } = roster;
    expect(total).toBe(51);
    expect(() => rosterChanged.parse(rest)).toThrow(/total/);
  });

  it('has a type of four parts, and a key that is a field of the payload', () => {
    expect(() => topicOf('members.member.transferred')).toThrow(/service.aggregate/);
    expect(() => topicOf('Members.member.transferred.v1')).toThrow(TypeError);
    const schema: z.ZodObject = z.strictObject({ orgId: z.string() });
    const define = () =>
      defineEvent({
        type: 'a.b.c.v1',
        key: 'memberId',
        dataClass: 'internal',
        zh: '无',
        en: 'none',
        features: [],
        example: { orgId: uuid(1) },
        schema,
      });
    expect(define).toThrow(/no field memberId/);
  });
});

describe('the registry', () => {
  it('holds every event once, bilingual and with the features that need it', () => {
    expect(new Set(contracts.map((contract) => contract.type)).size).toBe(contracts.length);
    for (const contract of contracts) {
      expect(contract.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(contract.en).not.toMatch(/[\u4e00-\u9fff]/);
      expect(contract.features.length).toBeGreaterThan(0);
      expect(contractOf(contract.type)).toBe(contract);
    }
    expect(contractOf('villages.asset.sold.v1')).toBeUndefined();
  });

  it('lists the topics of a service', () => {
    expect(topics('members')).toEqual([
      'members.erasure',
      'members.member',
      'members.person',
      'members.roster',
      'members.transfer',
    ]);
    expect(topics()).toContain('organizations.setting-issue');
  });

  it('ORG-01 keeps organisations in one order, so that a superior comes before what is below it', () => {
    expect(partitionsOf('organizations.organization')).toBe(1);
    expect(partitionsOf('organizations.area', 4)).toBe(1);
    expect(partitionsOf('members.member')).toBe(12);
    expect(partitionsOf('members.member', 4)).toBe(4);
    for (const topic of ['organizations.organization', 'organizations.area']) expect(topics()).toContain(topic);
  });

  it('has no event with a name or number of a person', () => {
    for (const contract of contracts) {
      expect([contract.type, personalFields(jsonSchemaOf(contract), contract.dataClass)]).toEqual([contract.type, []]);
    }
  });

  it('would notice such a field, at any depth', () => {
    const schema = z.toJSONSchema(
      z.object({ memberId: z.string(), people: z.array(z.object({ citizenId: z.string() })) }),
    );
    expect(personalFields({ ...schema }, 'personal')).toEqual(['citizenId']);
    expect(personalFields({ ...z.toJSONSchema(z.object({ name: z.string() })) }, 'internal')).toEqual(['name']);
    expect(personalFields(jsonSchemaOf(areaChanged), 'public')).toEqual([]);
  });
});

describe('the published JSON Schemas', () => {
  const folder = join(__dirname, '../schemas');

  it('are those of the contracts (npm run events:write)', () => {
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(contracts.map((contract) => `${contract.type}.json`).sort());
    for (const contract of contracts) {
      const written: unknown = JSON.parse(readFileSync(join(folder, `${contract.type}.json`), 'utf8'));
      expect(written).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(contract))));
    }
  });

  const schemaOf = (schema: z.ZodType): JsonSchema => ({ ...z.toJSONSchema(schema, { io: 'input' }) });
  const released = schemaOf(
    z.object({ orgId: z.string(), kind: z.enum(['A', 'B']), host: z.object({ id: z.string() }) }),
  );

  it('may gain an optional field or a value of a list', () => {
    const wider = z.object({
      orgId: z.string(),
      kind: z.enum(['A', 'B', 'C']),
      host: z.object({ id: z.string(), no: z.int().optional() }),
      on: z.string().optional(),
    });
    expect(incompatibilities(released, schemaOf(wider))).toEqual([]);
  });

  it.each([
    ['loses a field', z.object({ orgId: z.string(), kind: z.enum(['A', 'B']) }), /host: field is gone/],
    [
      'requires a new field',
      z.object({ orgId: z.string(), kind: z.enum(['A', 'B']), host: z.object({ id: z.string() }), on: z.string() }),
      /on: newly required/,
    ],
    [
      'makes a field optional',
      z.object({ orgId: z.string().optional(), kind: z.enum(['A', 'B']), host: z.object({ id: z.string() }) }),
      /orgId: no longer required/,
    ],
    [
      'changes a type',
      z.object({ orgId: z.int(), kind: z.enum(['A', 'B']), host: z.object({ id: z.string() }) }),
      /orgId.type/,
    ],
    [
      'lets a field be null',
      z.object({ orgId: z.string().nullable(), kind: z.enum(['A', 'B']), host: z.object({ id: z.string() }) }),
      /orgId/,
    ],
    [
      'loses a value of a list',
      z.object({ orgId: z.string(), kind: z.enum(['A']), host: z.object({ id: z.string() }) }),
      /value B is gone/,
    ],
    [
      'changes something inside',
      z.object({ orgId: z.string(), kind: z.enum(['A', 'B']), host: z.object({ id: z.int() }) }),
      /host.id.type/,
    ],
    [
      'adds a pattern',
      z.object({ orgId: z.string().regex(/x/), kind: z.enum(['A', 'B']), host: z.object({ id: z.string() }) }),
      /pattern/,
    ],
  ])('may not replace a released version when it %s', (_, schema, message) => {
    expect(incompatibilities(released, schemaOf(schema)).join('; ')).toMatch(message);
  });
});
