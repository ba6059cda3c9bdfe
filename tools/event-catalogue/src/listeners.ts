import type { Service } from '@jishi/subgraph';
import { slicesOf } from '@jishi/subgraph';

/** A consumer inside the platform that does something with an event. */
export interface Listener {
  readonly service: string;
  /** Also its group: `organizations.known-rosters`. */
  readonly name: string;
  readonly ordering: 'strict' | 'latest-wins';
  readonly start: 'history' | 'snapshot';
}

/** Who listens to which type of event, by the handlers that the services have declared. */
export function listenersByType(services: readonly Service[]): ReadonlyMap<string, readonly Listener[]> {
  const listeners = new Map<string, Listener[]>();
  for (const service of services)
    for (const { name, handlers, ordering, start } of slicesOf(service).flatMap(({ consumers }) => consumers ?? []))
      for (const type of Object.keys(handlers))
        listeners.set(type, [...(listeners.get(type) ?? []), { service: service.name, name, ordering, start }]);
  for (const each of listeners.values()) each.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return listeners;
}
