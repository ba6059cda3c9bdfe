import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

/** How far the words of the graph are complete. `missing` names what lacks a description in one of the two languages. */
export interface DescriptionReport {
  readonly described: number;
  readonly total: number;
  readonly missing: readonly string[];
}

const bilingual = (description: string | null | undefined) =>
  /\p{Script=Han}/u.test(description ?? '') && /[A-Za-z]/.test(description ?? '');

/**
 * Every type, field, argument, enum value and input field of the graph is described in Chinese and in English: a
 * description counts when it contains both Han characters and Latin letters. Scalars of GraphQL itself are left out.
 */
export function checkDescriptions(schema: GraphQLSchema): DescriptionReport {
  const found: { readonly name: string; readonly description: string | null | undefined }[] = [];
  const see = (name: string, { description }: { readonly description?: string | null }) =>
    found.push({ name, description });

  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    // The three root types are the graph itself: their fields say everything.
    if (![schema.getQueryType(), schema.getMutationType()].some((root) => root === type)) see(type.name, type);

    if (isEnumType(type)) for (const value of type.getValues()) see(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) see(`${type.name}.${field.name}`, field);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        see(`${type.name}.${field.name}`, field);
        for (const argument of field.args) see(`${type.name}.${field.name}(${argument.name}:)`, argument);
      }
    }
  }
  const missing = found.filter(({ description }) => !bilingual(description)).map(({ name }) => name);
  return { described: found.length - missing.length, total: found.length, missing };
}

/** One line for a terminal, and the names of what is missing, one a line. Rounded down: 99.97 % is not 100 %. */
export function describeReport({ described, total, missing }: DescriptionReport): string {
  const percent = total === 0 ? 100 : Math.floor((described * 1000) / total) / 10;
  const names = missing.map((name) => `  ${name}`);
  return [`双语说明 / bilingual descriptions: ${percent} % (${described} of ${total})`, ...names].join('\n');
}
