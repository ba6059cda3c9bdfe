import { Kind, parse } from 'graphql';

/** Chinese words of the values of one list; values that nobody described are absent. */
export type ValueWords = Readonly<Record<string, string>>;

interface GraphEnum {
  readonly service: string;
  readonly words: ValueWords;
}

/**
 * The words for lists of values, taken from the enums of the services' graphs: from the enum that has the most of the values, then
 * of the same service, then with the fewest others. A list that shares less than half with every enum gets no words.
 */
export function valueWordsOf(
  graphs: Readonly<Record<string, string>>,
): (service: string, values: readonly string[]) => ValueWords {
  const enums = Object.entries(graphs).flatMap(([service, sdl]) =>
    parse(sdl).definitions.flatMap((definition): GraphEnum[] => {
      if (definition.kind !== Kind.ENUM_TYPE_DEFINITION) return [];
      const words = (definition.values ?? []).map(({ name, description }) => [
        name.value,
        description?.value.split(/[:：]/)[0]?.trim() ?? '',
      ]);
      return [{ service, words: Object.fromEntries(words) as ValueWords }];
    }),
  );
  return (service, values) => {
    const ranked = enums
      .map((each) => ({
        ...each,
        shared: values.filter((value) => value in each.words).length,
        own: each.service === service ? 1 : 0,
        size: Object.keys(each.words).length,
      }))
      .filter(({ shared }) => shared * 2 > values.length)
      .sort((a, b) => b.shared - a.shared || b.own - a.own || a.size - b.size);
    return ranked[0]?.words ?? {};
  };
}
