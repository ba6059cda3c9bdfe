import type { ConstraintWordings } from '@jishi/errors';
import type { Tx } from '@jishi/database';
import type { Consumer, Snapshot } from '@jishi/event-delivery';
import type { CivilDate } from '@jishi/periods';
import type { GraphQLScalarType } from 'graphql';
import type { Context } from './context';

/** GraphQL ↔ service: `never` lets every resolver say its own parent and arguments. */
export type Resolver = (parent: never, args: never, context: Context) => unknown;
/** Finds the entities that other subgraphs refer to, in any order; absent or out of scope: left out. */
export type ReferenceResolver = (references: never, context: Context) => Promise<readonly object[]>;
export type Resolvers = Readonly<
  Record<string, GraphQLScalarType | Readonly<Record<string, Resolver | ReferenceResolver>>>
>;

/** What the scheduler does for a capability once a civil day, and when a worker starts: letters expire, terms fall due. */
export interface DailyRun {
  readonly today: CivilDate;
  transact<R>(work: (tx: Tx) => Promise<R>): Promise<R>;
}

/** A slice: the noun an officer would say. */
export interface Capability {
  readonly name: string;
  /** Path of its `.graphql` file; a capability without a place in the graph has none. */
  readonly schema?: string;
  readonly resolvers?: Resolvers;
  readonly entities?: readonly Function[];
  /** Folder of its own SQL migrations, for a slice that a lib brings along; a service's slices have theirs in the service's folder. */
  readonly migrations?: string;
  readonly consumers?: readonly Consumer[];
  /** How it says again what is so, for consumers that begin; one per topic that it owns. */
  readonly snapshots?: readonly Snapshot[];
  readonly daily?: (run: DailyRun) => Promise<void>;
  /** Words for the constraints of its tables. */
  readonly constraints?: ConstraintWordings;
}

/** A subgraph as a plain object; the API process, the worker, the standalone process and the tests use the same one. */
export interface Service {
  readonly name: string;
  /** Each may import only those before it. */
  readonly capabilities: readonly Capability[];
  /** Read models of other services' facts, fed by events. */
  readonly projections: readonly Capability[];
  /** The table with the organisation tree: `party_organization` or `known_organization`. */
  readonly tree: string;
  /** Folder of its SQL migrations. */
  readonly migrations: string;
  /** Path of `foreign.graphql`: stubs of other services' entities. */
  readonly foreign?: string;
}
