import type { Consumer, Snapshot } from '@jishi/event-delivery';
import { auditTrail } from './audit-trail';
import type { Capability, Service } from './service';

/** Everything a service is made of; the audit trail belongs to each. */
export const slicesOf = (service: Service): readonly Capability[] => [
  ...service.projections,
  ...service.capabilities,
  auditTrail(service),
];

/** What a service listens to. */
export const consumersOf = (service: Service): readonly Consumer[] =>
  slicesOf(service).flatMap(({ consumers }) => consumers ?? []);

/** What a service can say again, in the order in which its capabilities stand. */
export const snapshotsOf = (service: Service): readonly Snapshot[] =>
  slicesOf(service).flatMap(({ snapshots }) => snapshots ?? []);
