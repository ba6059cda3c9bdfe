import { invalidInput } from '@jishi/errors';
import { fenOf, yuanOf } from '@jishi/money';
import { isCivilDate } from '@jishi/periods';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const text = (node: ValueNode): string | undefined => (node.kind === Kind.STRING ? node.value : undefined);

const read = <T>(name: string, accepts: (value: string) => T | undefined, zh: string, en: string) => {
  const parse = (value: unknown): T => {
    const parsed = typeof value === 'string' ? accepts(value) : undefined;
    if (parsed === undefined)
      throw invalidInput(
        name,
        { zh: `“{value}”不是${zh}`, en: `"{value}" is not ${en}` },
        { params: { value: String(value) } },
      );
    return parsed;
  };
  return { parseValue: parse, parseLiteral: (node: ValueNode) => parse(text(node)) };
};

export const scalars = {
  Date: new GraphQLScalarType({
    name: 'Date',
    serialize: String,
    ...read(
      'Date',
      (value) => (isCivilDate(value) ? value : undefined),
      '有效日期（应为 YYYY-MM-DD）',
      'a civil date (YYYY-MM-DD)',
    ),
  }),
  Instant: new GraphQLScalarType({
    name: 'Instant',
    serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
    ...read(
      'Instant',
      (value) => (/^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value)) ? new Date(value) : undefined),
      '有效时刻（ISO 8601）',
      'an instant (ISO 8601)',
    ),
  }),
  Money: new GraphQLScalarType({
    name: 'Money',
    serialize: (value) => yuanOf(Number(value)),
    ...read('Money', fenOf, '有效金额（应为元，最多两位小数，如 50000.00）', 'an amount in yuan (such as 50000.00)'),
  }),
  AreaCode: new GraphQLScalarType({
    name: 'AreaCode',
    serialize: String,
    ...read(
      'AreaCode',
      (value) => (/^\d{6}(\d{3}){0,2}$/.test(value) ? value : undefined),
      '区划代码（应为6、9或12位数字）',
      'an area code of 6, 9 or 12 digits',
    ),
  }),
};
