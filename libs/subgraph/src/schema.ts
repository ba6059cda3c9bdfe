import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper';
import { notFound } from '@jishi/errors';
import {
  getNamedType,
  isNonNullType,
  isObjectType,
  parse,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { enforceAccess } from './access-rules';
import { oneByOne } from './batch';
import type { Context } from './context';
import { scalars } from './scalars';
import type { Resolver, Resolvers, Service } from './service';
import { slicesOf } from './slices';

const federation = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@shareable", "@external", "@inaccessible", "@requires", "@provides"]
)`;

/** The whole schema text of a service: the link header, the words all services share, the stubs, and its slices. */
export function sourceOf(service: Service): string {
  const files = [
    join(__dirname, 'common.graphql'),
    ...(service.foreign ? [service.foreign] : []),
    ...slicesOf(service).flatMap(({ schema }) => schema ?? []),
  ];
  const extended = files.map((file) => readFileSync(file, 'utf8').replaceAll(/\bTHIS_SERVICE/g, service.name));
  const roots = ['Query', 'Mutation']
    .filter((root) => extended.some((text) => new RegExp(`^extend type ${root}\\b`, 'm').test(text)))
    .map((root) => `type ${root}`);
  return [federation, ...roots, ...extended].join('\n\n');
}

/** The schema with its resolvers and access rules; building fails on a field without a rule. */
export function schemaOf(service: Service): GraphQLSchema {
  return enforceAccess(buildSubgraphSchema({ typeDefs: parse(sourceOf(service)), resolvers: resolversOf(service) }));
}

/** The printed SDL that is committed as `schema.graphql`, so that a change of the API shows in the diff. */
export const printedSchemaOf = (service: Service): string => `${printSubgraphSchema(schemaOf(service))}\n`;

function resolversOf(service: Service): GraphQLResolverMap<unknown> {
  const merged: Record<string, unknown> = { ...scalars };
  for (const { name, resolvers = {} } of slicesOf(service)) {
    for (const [type, fields] of Object.entries(resolvers)) {
      const known = merged[type] as Resolvers | undefined;
      for (const field of Object.keys(known ?? {}))
        if (field in fields) throw new Error(`${service.name}/${name}: ${type}.${field} has a resolver already`);
      merged[type] =
        'parseValue' in fields ? fields : { ...known, ...prepared(type, fields as Record<string, Resolver>) };
    }
  }
  return merged as GraphQLResolverMap<unknown>;
}

function prepared(type: string, fields: Readonly<Record<string, Resolver>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, resolve]) => {
      if (name === '__resolveReferences')
        return ['__resolveReference', oneByOne(resolve as unknown as Parameters<typeof oneByOne>[0])];
      return [name, type === 'Mutation' ? asCommand(name, resolve) : resolve];
    }),
  );
}

const repliedRecord = { zh: '办理的记录', en: 'The record of this step' };

/** A mutation forgets what earlier ones of the same request had loaded, and remembers its reply under clientMutationId. */
function asCommand(mutation: string, resolve: Resolver) {
  return async (
    parent: never,
    args: { input?: { clientMutationId?: string | null; id?: string | null } },
    context: Context,
    { returnType }: GraphQLResolveInfo,
  ): Promise<unknown> => {
    context.batches.clear();
    const id = args.input?.clientMutationId;
    const payload = await resolve(parent, args as never, id ? context.asCommand(mutation, id) : context);
    // A command repeated after its record has left the caller's scope finds the record as absent as any reader would.
    if (leavesOut(payload, returnType)) throw notFound(repliedRecord, args.input?.id ?? id ?? '');
    return payload;
  };
}

/** Whether a payload lacks a record that the graph promises. */
const leavesOut = (payload: unknown, returnType: GraphQLOutputType): boolean => {
  const type = getNamedType(returnType);
  return (
    typeof payload === 'object' &&
    payload !== null &&
    isObjectType(type) &&
    Object.entries(payload).some(([name, value]) => value == null && isNonNullType(type.getFields()[name]?.type))
  );
};
