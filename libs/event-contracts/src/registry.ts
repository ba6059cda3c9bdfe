import type { EventContract } from './contract';
import * as enterprises from './enterprises.events';
import * as erasures from './erasure.events';
import * as grids from './grids.events';
import * as members from './members.events';
import * as organizationsBodies from './organizations.bodies.events';
import * as organizationsDuties from './organizations.duties.events';
import * as organizations from './organizations.events';
import * as villages from './villages.events';

/** Every event of the platform, by owner and type. */
export const contracts: readonly EventContract[] = [
  ...Object.values(organizations),
  ...Object.values(organizationsBodies),
  ...Object.values(organizationsDuties),
  ...Object.values(members),
  ...Object.values(villages),
  ...Object.values(grids),
  ...Object.values(enterprises),
  ...Object.values(erasures),
] as unknown as readonly EventContract[];

const byType = new Map(contracts.map((contract) => [contract.type, contract]));

/** The contract of a type, or undefined when this build does not know it (a newer sender). */
export function contractOf(type: string): EventContract | undefined {
  return byType.get(type);
}

/** Every topic of the platform, or those one service owns. */
export function topics(service?: string): readonly string[] {
  const owned = service ? contracts.filter((contract) => contract.service === service) : contracts;
  return [...new Set(owned.map((contract) => contract.topic))].sort();
}

// Aggregates of these topics hang on one another: a superior must be known before what is below it, an area before its parts.
const orderedAcrossKeys: ReadonlySet<string> = new Set(['organizations.organization', 'organizations.area']);

/** How many partitions a topic has: one where order matters across aggregates, `usual` otherwise. The same on every bus. */
export function partitionsOf(topic: string, usual = 12): number {
  return orderedAcrossKeys.has(topic) ? 1 : usual;
}
