import { Kind, parse, type TypeNode } from 'graphql';
import type { SubgraphSdl } from './compose';

/**
 * A field that one service adds to another's entity must be nullable: when the adding service does not answer, the gateway
 * puts null there, and a null that may not be one takes the whole answer of the owner with it. The owner of an entity is the
 * service that declares the most fields of it.
 */
export function fragileFields(subgraphs: readonly SubgraphSdl[]): readonly string[] {
  const declared = new Map<string, { service: string; fields: { name: string; type: TypeNode; key: boolean }[] }[]>();
  for (const { name: service, sdl } of subgraphs) {
    for (const node of parse(sdl).definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
      const keys = (node.directives ?? [])
        .filter(({ name }) => name.value === 'key')
        .flatMap(({ arguments: all }) => all?.find(({ name }) => name.value === 'fields')?.value)
        .flatMap((value) => (value?.kind === Kind.STRING ? value.value.split(/\s+/) : []));
      if (keys.length === 0) continue;
      const fields = (node.fields ?? []).map(({ name, type }) => ({
        name: name.value,
        type,
        key: keys.includes(name.value),
      }));
      declared.set(node.name.value, [...(declared.get(node.name.value) ?? []), { service, fields }]);
    }
  }
  return [...declared].flatMap(([type, parts]) => {
    const owner = parts.reduce((most, part) => (part.fields.length > most.fields.length ? part : most));
    return parts
      .filter((part) => part !== owner)
      .flatMap(({ service, fields }) =>
        fields
          .filter((field) => !field.key && field.type.kind === Kind.NON_NULL_TYPE)
          .map((field) => `${type}.${field.name} (${service})`),
      );
  });
}
