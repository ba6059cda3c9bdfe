import type { Tx } from '@jishi/database';
import { topicOf } from '@jishi/event-contracts';
import type { CloudEvent } from './cloud-event';

/**
 * Applies one event within the transaction that also remembers that it was applied. What it throws rolls everything back. It may
 * name what `afterwards` is to look at.
 */
export type Handler = (tx: Tx, event: CloudEvent) => Promise<void | readonly string[]>;

/**
 * Applies events of one type that follow each other in a batch, each of another aggregate, in as few statements as it can. What it
 * emits goes through `as(event)`, which says by which event it was caused. It may give what `afterwards` is to look at, with the
 * event that named it.
 */
export type SetHandler = (
  tx: Tx,
  events: readonly CloudEvent[],
  as: (event: CloudEvent) => Tx,
) => Promise<void | ReadonlyMap<string, CloudEvent>>;

export type Conclusion = (tx: Tx, names: readonly string[], as: (name: string) => Tx) => Promise<void>;

export interface ConsumerOptions {
  /** Instead of a handler, for types of which a city tells hundreds of thousands at once, as a snapshot does. */
  readonly together?: Readonly<Record<string, SetHandler>>;
  /**
   * `strict` (usual): the versions of an aggregate without a gap; an event that cannot be applied parks its key, and later events
   * of the key wait behind it. `latest-wins`: for events that carry the whole state; older ones are passed over, gaps do not matter.
   */
  readonly ordering?: 'strict' | 'latest-wins';
  /**
   * `history` (usual): the topic holds every event of every aggregate. `snapshot`: it does not; the events of an aggregate that was
   * not seen from its first are passed over until its owner has published a snapshot.
   */
  readonly start?: 'history' | 'snapshot';
  /** The tables that only this consumer writes. They can be filled anew from the events, so its handlers emit nothing. */
  readonly projection?: readonly string[];
  readonly adjusts?: Adjusts;
  /**
   * Draws the conclusion for everything that handlers named, once for all events of a batch: a hundred members of one firm are counted
   * one by one, and the firm is judged once. The names are in order, so that locks are taken in one order. What it emits because of a
   * name goes through `as(name)`.
   */
  readonly afterwards?: Conclusion;
}

/**
 * Rows of others that the handlers of a projection put right as they go, such as the place of an organisation on the rows of its
 * members. A rebuild leaves them alone while it goes through the past, and puts them right once, at its end.
 */
export interface Adjusts {
  readonly tables: readonly string[];
  /** Puts right whatever does not agree with the projection. */
  readonly again: (tx: Tx) => Promise<void>;
}

export interface Consumer {
  /** `service.purpose`, for example `members.known-organizations`; also its group on the bus. */
  readonly name: string;
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly together: Readonly<Record<string, SetHandler>>;
  readonly topics: readonly string[];
  readonly ordering: 'strict' | 'latest-wins';
  readonly start: 'history' | 'snapshot';
  readonly projection: readonly string[];
  readonly adjusts?: Adjusts;
  readonly afterwards?: Conclusion;
}

/** A handler of several for one. */
const ofOne =
  (set: SetHandler): Handler =>
  async (tx, event) => [...((await set(tx, [event], () => tx)) ?? new Map()).keys()];

/**
 * Declares who listens to what: `consumer('members.known-organizations', { [organizationRenamed.type]: async (tx, event) => … })`.
 * Types without a handler are passed over. Throws on a malformed name or type.
 */
export function consumer(
  name: string,
  ownHandlers: Readonly<Record<string, Handler>>,
  options: ConsumerOptions = {},
): Consumer {
  const { together = {} } = options;
  for (const type of Object.keys(together))
    if (ownHandlers[type]) throw new TypeError(`consumer ${name}: ${type} has a handler and one for several together`);
  const handlers = {
    ...ownHandlers,
    ...Object.fromEntries(Object.entries(together).map(([type, set]) => [type, ofOne(set)])),
  };
  if (!/^[a-z][a-z-]*\.[a-z][a-z-]*$/.test(name)) throw new TypeError(`consumer ${name}: call it service.purpose`);
  const topics = [...new Set(Object.keys(handlers).map(topicOf))].sort();
  if (topics.length === 0) throw new TypeError(`consumer ${name} listens to nothing`);
  const { ordering = 'strict', start = 'history', projection = [], adjusts, afterwards } = options;
  for (const table of [...projection, ...(adjusts?.tables ?? [])])
    if (!/^[a-z_][a-z0-9_]*$/.test(table)) throw new TypeError(`consumer ${name}: ${table} is no table name`);
  return {
    name,
    handlers,
    together,
    topics,
    ordering,
    start,
    projection,
    ...(adjusts && { adjusts }),
    ...(afterwards && { afterwards }),
  };
}

/**
 * What is to be done with an event, given the newest version of its aggregate that was applied before.
 * `repeated`: its effect is there. `early`: a snapshot will bring it. `gap`: something before it is missing.
 */
export function verdictOf(
  { ordering, start }: Pick<Consumer, 'ordering' | 'start'>,
  { aggregateversion: version, snapshot }: Pick<CloudEvent, 'aggregateversion' | 'snapshot'>,
  mark: number | undefined,
): 'apply' | 'repeated' | 'early' | 'gap' {
  if (snapshot) return mark === undefined || version >= mark ? 'apply' : 'repeated';
  if (mark === undefined) {
    if (version === 1) return 'apply';
    if (start === 'snapshot') return 'early';
    return ordering === 'strict' ? 'gap' : 'apply';
  }
  if (version <= mark) return 'repeated';
  return ordering === 'strict' && version > mark + 1 ? 'gap' : 'apply';
}
