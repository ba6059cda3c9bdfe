import { z } from 'zod';

/** Who may read a payload: `public` everyone, `internal` business records, `personal` facts about one person (ids only). */
export type DataClass = 'public' | 'internal' | 'personal';

/** A fact that has happened, ready to be written to the outbox of the transaction that made it true. */
export interface DomainEvent<D = unknown> {
  /** `service.aggregate.past-tense.vN`, for example `members.member.transferred.v1`. */
  readonly type: string;
  /** The type without verb and version: one topic per kind of aggregate. */
  readonly topic: string;
  /** Id of the aggregate; events of one key keep their order everywhere. */
  readonly key: string;
  readonly data: D;
  readonly dataClass: DataClass;
  /** Path of the organisation the fact belongs to, where it has one. */
  readonly orgPath?: string;
  /** Area code of the place the fact belongs to, where it has one. */
  readonly areaCode?: string;
  /** True when the owner repeats its current state for a new consumer; such an event does not raise the version. */
  readonly snapshot?: true;
  /** Set by a consumer for what it emits because of another event; otherwise those of the transaction hold. */
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}

/** What an event says beside its payload. */
export interface About {
  readonly orgPath?: string;
  readonly areaCode?: string;
  readonly snapshot?: true;
}

/** One kind of event: call it with the payload to get a validated event. */
export interface EventContract<S extends z.ZodObject = z.ZodObject> {
  /** @throws ZodError when the payload misses a field, has one too many or one of the wrong shape. */
  (data: z.input<S>, about?: About): DomainEvent<z.output<S>>;
  readonly type: string;
  readonly topic: string;
  readonly service: string;
  /** Name of the payload field that is the aggregate's id. */
  readonly keyField: string;
  readonly dataClass: DataClass;
  readonly zh: string;
  readonly en: string;
  /** Feature rows that need this event. */
  readonly features: readonly string[];
  readonly schema: S;
  /** One payload as the office would see it. */
  readonly example: z.input<S>;
  /** Reads a payload that arrived: unknown fields are dropped, so that a newer sender does not stop an older reader. */
  parse(data: unknown): z.output<S>;
}

const typePattern = /^([a-z][a-z-]*)\.([a-z][a-z-]*)\.([a-z][a-z-]*)\.v([1-9][0-9]*)$/;

/** The topic of an event type: `members.member.transferred.v1` → `members.member`. Throws on a malformed type. */
export function topicOf(type: string): string {
  const parts = typePattern.exec(type);
  if (!parts) throw new TypeError(`event type ${type} is not service.aggregate.past-tense.vN`);
  return `${parts[1]}.${parts[2]}`;
}

/**
 * Declares one kind of event. `key` names the payload field that holds the aggregate's id.
 * Strict for senders (a misspelt field throws), tolerant for readers.
 */
export function defineEvent<S extends z.ZodObject>(definition: {
  readonly type: string;
  readonly key: keyof z.output<S> & string;
  readonly dataClass: DataClass;
  readonly zh: string;
  readonly en: string;
  readonly features: readonly string[];
  readonly schema: S;
  /** A real-looking payload, for readers of the contract; one that does not fit the schema does not compile. */
  readonly example: z.input<S>;
}): EventContract<S> {
  const { type, key, dataClass, zh, en, features, schema, example } = definition;
  const topic = topicOf(type);
  if (!(key in schema.shape)) throw new TypeError(`${type}: the payload has no field ${key}`);
  const keySchema = z.string().min(1);
  const tolerant = tolerantOf(schema);

  const construct = (data: z.input<S>, about: About = {}): DomainEvent<z.output<S>> => {
    const valid = schema.parse(data);
    const id = keySchema.parse((valid as Record<string, unknown>)[key]);
    return { type, topic, key: id, data: valid, dataClass, ...about };
  };
  return Object.assign(construct, {
    type,
    topic,
    service: type.split('.')[0] ?? '',
    keyField: key,
    dataClass,
    zh,
    en,
    features,
    schema,
    example,
    parse: (data: unknown): z.output<S> => tolerant.parse(data),
  });
}

/** The same object schema without the refusal of unknown fields at its top level; nested objects are tolerant by declaration. */
export function tolerantOf<S extends z.ZodObject>(schema: S): z.ZodType<z.output<S>> {
  return z.object(schema.shape) as unknown as z.ZodType<z.output<S>>;
}
