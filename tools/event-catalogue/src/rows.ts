import type { JsonSchema } from '@jishi/event-contracts';

/** One line of the table of a payload. */
export interface Row {
  /** `history[].validFrom` */
  readonly path: string;
  /** Last name of the path. */
  readonly field: string;
  readonly type: string;
  readonly required: boolean;
  readonly nullable: boolean;
  /** The values that it may have, when it is a list of values. */
  readonly values: readonly string[];
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** The fields of a payload with what is inside of them, in the order of the schema. */
export function rowsOf(schema: JsonSchema, above = ''): Row[] {
  const required = texts(schema['required']);
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).flatMap(([field, property]) => {
    if (!isSchema(property)) return [];
    const { schema: present, nullable } = withoutNull(property);
    const path = `${above}${field}`;
    const items = isSchema(present['items']) ? withoutNull(present['items']).schema : undefined;
    const row: Row = {
      path: items ? `${path}[]` : path,
      field,
      type: typeOf(present),
      required: required.includes(field),
      nullable,
      values: texts((items ?? present)['enum']),
    };
    return [row, ...rowsOf(items ?? present, `${row.path}.`)];
  });
}

function withoutNull(schema: JsonSchema): { readonly schema: JsonSchema; readonly nullable: boolean } {
  const options = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [];
  const present = options.filter(({ type }) => type !== 'null');
  if (options.length > present.length && present.length === 1 && present[0])
    return { schema: present[0], nullable: true };
  const types = texts(schema['type']);
  if (types.includes('null'))
    return { schema: { ...schema, type: types.find((type) => type !== 'null') }, nullable: true };
  return { schema, nullable: false };
}

const named: Readonly<Record<string, string>> = {
  uuid: 'UUID',
  date: '日期 YYYY-MM-DD',
  'date-time': 'UTC时刻 ISO 8601',
};

function typeOf(schema: JsonSchema): string {
  const { type, format, minimum, maximum, items } = schema;
  if (Array.isArray(schema['enum'])) return '取值表';
  if (typeof format === 'string' && named[format]) return named[format];
  if (type === 'array') return `列表：${isSchema(items) ? typeOf(withoutNull(items).schema) : '任意'}`;
  if (type === 'object') return '对象';
  if (type === 'boolean') return '是否 true/false';
  if (type === 'integer') return `整数${rangeOf(minimum, maximum)}`;
  if (type === 'number') return `数${rangeOf(minimum, maximum)}`;
  if (String(schema['pattern']).startsWith('^[0-9]{6}')) return '区划代码';
  return type === 'string' ? '文本' : '文本、数、是否或文本列表';
}

// Beyond this a bound is the number format's own, not the office's.
const safe = Number.MAX_SAFE_INTEGER;

function rangeOf(minimum: unknown, maximum: unknown): string {
  const low = typeof minimum === 'number' && minimum > -safe ? minimum : undefined;
  const high = typeof maximum === 'number' && maximum < safe ? maximum : undefined;
  if (low !== undefined && high !== undefined) return ` ${low}–${high}`;
  if (low !== undefined) return ` ≥${low}`;
  return high === undefined ? '' : ` ≤${high}`;
}
