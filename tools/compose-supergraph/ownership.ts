import {
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type TypeNode,
  visit,
} from 'graphql';
import type { SubgraphSdl } from './compose';

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

const objectsOf = (document: DocumentNode): readonly ObjectNode[] =>
  document.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION,
  );

/** The fields by which other services refer to an entity; empty for a type that is none. */
function keysOf({ directives = [] }: ObjectNode): readonly string[] {
  return directives
    .filter(({ name }) => name.value === 'key')
    .flatMap(({ arguments: all }) => all?.find(({ name }) => name.value === 'fields')?.value)
    .flatMap((value) => (value?.kind === Kind.STRING ? value.value.split(/\s+/) : []));
}

/** Which service owns each entity: the one that declares the most of its fields. A stub and a few additions are not ownership. */
export function ownersOf(subgraphs: readonly SubgraphSdl[]): ReadonlyMap<string, string> {
  const most = new Map<string, { readonly service: string; readonly fields: number }>();
  for (const { name: service, sdl } of subgraphs) {
    for (const node of objectsOf(parse(sdl))) {
      const fields = node.fields?.length ?? 0;
      if (keysOf(node).length > 0 && fields > (most.get(node.name.value)?.fields ?? 0)) {
        most.set(node.name.value, { service, fields });
      }
    }
  }
  return new Map([...most].map(([type, { service }]) => [type, service]));
}

/** A stub's words stay in its service: clients of the graph read what the owner says of its own entity. */
export function withOwnersWords(
  subgraphs: readonly SubgraphSdl[],
): readonly { name: string; document: DocumentNode }[] {
  const owners = ownersOf(subgraphs);
  return subgraphs.map(({ name, sdl }) => ({
    name,
    document: visit(parse(sdl), {
      ObjectTypeDefinition(node) {
        const keys = keysOf(node);
        if (keys.length === 0 || owners.get(node.name.value) === name) return undefined;
        const fields = node.fields?.map((field) =>
          keys.includes(field.name.value) ? { ...field, description: undefined } : field,
        );
        return { ...node, description: undefined, fields };
      },
    }),
  }));
}

const typeNameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : typeNameOf(type.type);

/**
 * Fields that another service answers must be nullable, or one silent service takes the whole answer with it. That is:
 * a field that a service adds to another's entity (the adding service may be down), and a field that leads to another's
 * entity (its owner may be down, or the caller may not see that row). Named as `Type.field (service)`.
 */
export function fragileFields(subgraphs: readonly SubgraphSdl[]): readonly string[] {
  const owners = ownersOf(subgraphs);
  return subgraphs.flatMap(({ name: service, sdl }) => {
    const foreign = (type: string) => owners.has(type) && owners.get(type) !== service;
    return objectsOf(parse(sdl)).flatMap((node) => {
      const added = foreign(node.name.value);
      return (node.fields ?? [])
        .filter(({ name, type }) => type.kind === Kind.NON_NULL_TYPE && !keysOf(node).includes(name.value))
        .filter(({ type }) => added || foreign(typeNameOf(type)))
        .map(({ name }) => `${node.name.value}.${name.value} (${service})`);
    });
  });
}
