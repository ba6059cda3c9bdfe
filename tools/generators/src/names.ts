/** Every spelling of a capability's name that a slice needs. */
export interface Names {
  /** `home-visits`: the folder, and the first half of its permissions. */
  readonly capability: string;
  /** `homeVisits`: the slice as an object. */
  readonly slice: string;
  /** `HomeVisit`, `homeVisit`, `home_visit`, `HOME_VISIT`, `home visit`: one of them. */
  readonly Entity: string;
  readonly entity: string;
  readonly table: string;
  readonly CODE: string;
  readonly words: string;
  /** `homeVisits`, `HomeVisits`: many of them, in the graph. */
  readonly entities: string;
  readonly Entities: string;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const camel = (parts: readonly string[]) => parts.map((part, index) => (index === 0 ? part : capital(part))).join('');

/** One of many: `visits` → visit, `activities` → activity, `branches` → branch; what has no plural stays as it is. */
export function singular(word: string): string {
  if (/ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(ss|sh|ch|x)es$/.test(word)) return word.replace(/es$/, '');
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

/**
 * @param capability lower-case words joined by hyphens, as an officer would say it: `home-visits`
 * @throws Error when it is anything else
 */
export function namesOf(capability: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(capability))
    throw new Error(`${capability}: lower-case words joined by hyphens, please`);
  const parts = capability.split('-');
  const one = [...parts.slice(0, -1), singular(parts.at(-1) ?? '')];
  const entity = camel(one);
  const slice = camel(parts);
  const entities = slice === entity ? `${entity}s` : slice;
  return {
    ...{ capability, slice, entity, Entity: capital(entity), table: one.join('_'), CODE: one.join('_').toUpperCase() },
    ...{ words: one.join(' '), entities, Entities: capital(entities) },
  };
}
