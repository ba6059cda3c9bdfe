import { incompatibilities, jsonSchemaOf, type JsonSchema } from './json-schema';
import { contracts } from './registry';
import { topicCatalogue } from './topics';

/** The version that readers are told. Raise it when events or fields have been added, then `npm run events:release`. */
export const contractsVersion = '0.1.0';

/** What readers may count on: the schema of every type and the layout of every topic. */
export interface Contracts {
  readonly topics: Readonly<
    Record<string, { readonly key: string; readonly partitions: number; readonly cleanup: string }>
  >;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** The contracts as they were given to readers under a version; kept for ever in `released/<version>.json`. */
export interface Release extends Contracts {
  readonly version: string;
}

/** A change that would break a reader of a released version. */
export interface Breach {
  readonly release: string;
  /** Type of the event, or name of the topic. */
  readonly of: string;
  /** Place in the payload such as `host.id`; empty when it is about the whole. */
  readonly field: string;
  readonly what: string;
  readonly instead: string;
}

/** The contracts of this build, as a release would keep them. */
export function currentContracts(): Contracts {
  return {
    topics: Object.fromEntries(
      topicCatalogue.map(({ topic, key, partitions, cleanup }) => [topic, { key, partitions, cleanup }]),
    ),
    schemas: Object.fromEntries(contracts.map((contract) => [contract.type, jsonSchemaOf(contract)])),
  };
}

/** Everything by which `current` would break a reader of the release; an empty list when nothing does. */
export function breachesOf(release: Release, current: Contracts): Breach[] {
  const { version } = release;
  const ofTypes = Object.entries(release.schemas).flatMap(([type, schema]): Breach[] => {
    const now = current.schemas[type];
    if (!now) {
      const instead = 'keep the event in the contracts; it may be sent no longer, but readers keep its schema';
      return [{ release: version, of: type, field: '', what: 'a released event is gone', instead }];
    }
    return incompatibilities(schema, now).map((sentence) => {
      const [, field = '', what = sentence] = /^data\.?(.*?): (.*)$/.exec(sentence) ?? [];
      const instead = `leave ${type} as it was released and define ${nextVersion(type)} beside it; send both until nobody reads the old one`;
      return { release: version, of: type, field, what, instead };
    });
  });
  const ofTopics = Object.entries(release.topics).flatMap(([topic, layout]): Breach[] => {
    const now = current.topics[topic];
    // A topic without events is told by its events.
    if (!now) return [];
    const instead = `leave it as it was released; another layout needs new events on a topic of another name`;
    return (['key', 'partitions', 'cleanup'] as const)
      .filter((part) => now[part] !== layout[part])
      .map((part) => ({
        release: version,
        of: topic,
        field: part,
        what: `${layout[part]} became ${now[part]}`,
        instead,
      }));
  });
  return [...ofTypes, ...ofTopics];
}

/** `members.member.left.v1` → `members.member.left.v2`. */
const nextVersion = (type: string): string => type.replace(/\d+$/, (version) => String(Number(version) + 1));
