import { z } from 'zod';
import { tolerantOf, type DataClass, type EventContract } from './contract';

/** A JSON Schema as far as the checks below read it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const baseId = 'https://jishi.example/events';

/** JSON Schema 2020-12 of one event's payload as readers are to take it (unknown fields are allowed). */
export function jsonSchemaOf(
  contract: Pick<EventContract, 'type' | 'topic' | 'keyField' | 'dataClass' | 'zh' | 'en' | 'schema'>,
): JsonSchema {
  const { $schema, ...body } = z.toJSONSchema(tolerantOf(contract.schema), { io: 'input' });
  return {
    $schema,
    $id: `${baseId}/${contract.type}.json`,
    title: contract.type,
    description: `${contract.zh} ${contract.en}`,
    'x-topic': contract.topic,
    'x-key': contract.keyField,
    'x-data-class': contract.dataClass,
    ...body,
  };
}

// Words that stand for a person's name or number. Areas are public and have names of their own.
const personal =
  /^(citizenid|idnumber|idcard|phone|mobile|telephone|email|address|homeaddress|birthdate|birthday|name|\w+name)$/i;

/** Payload fields whose name says that they hold a name or number of a person; `name` passes in public events only. */
export function personalFields(schema: JsonSchema, dataClass: DataClass): string[] {
  const found: string[] = [];
  walk(schema, (name) => {
    if (personal.test(name) && !(dataClass === 'public' && name === 'name')) found.push(name);
  });
  return found;
}

function walk(value: unknown, visit: (property: string) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isObject(value)) {
    for (const [keyword, inner] of Object.entries(value)) {
      if (keyword === 'properties' && isObject(inner)) for (const name of Object.keys(inner)) visit(name);
      walk(inner, visit);
    }
  }
}

const silent = new Set(['$schema', '$id', 'title', 'description', 'properties', 'required', 'enum']);

/**
 * What makes `current` unfit to replace the `released` schema of the same version: anything but a new optional field or a
 * new value of a list. Each sentence names the place. An empty list means compatible.
 */
export function incompatibilities(released: JsonSchema, current: JsonSchema, at = 'data'): string[] {
  const problems: string[] = [];
  const keywords = new Set([...Object.keys(released), ...Object.keys(current)]);
  for (const keyword of keywords) {
    if (silent.has(keyword)) continue;
    const before = released[keyword];
    const after = current[keyword];
    if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
      before.forEach((item, index) => problems.push(...compare(item, after[index], `${at}.${keyword}[${index}]`)));
    } else problems.push(...compare(before, after, `${at}.${keyword}`));
  }
  const lost = list(released.enum).filter((value) => !list(current.enum).includes(value));
  if (lost.length > 0) problems.push(`${at}: value ${lost.join(', ')} is gone`);
  if (!released.enum && current.enum) problems.push(`${at}: now takes a list of values only`);

  const before = isObject(released.properties) ? released.properties : {};
  const after = isObject(current.properties) ? current.properties : {};
  const wasRequired = list(released.required);
  const isRequired = list(current.required);
  for (const [name, schema] of Object.entries(before)) {
    const place = `${at}.${name}`;
    if (!(name in after)) problems.push(`${place}: field is gone`);
    else problems.push(...compare(schema, after[name], place));
    if (name in after && wasRequired.includes(name) && !isRequired.includes(name))
      problems.push(`${place}: no longer required`);
  }
  for (const name of isRequired)
    if (!wasRequired.includes(name)) problems.push(`${at}.${String(name)}: newly required`);
  return problems;
}

function compare(before: unknown, after: unknown, at: string): string[] {
  if (isObject(before) && isObject(after)) return incompatibilities(before, after, at);
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [`${at}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`];
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
