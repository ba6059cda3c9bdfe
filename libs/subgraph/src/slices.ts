import { auditTrail } from './audit-trail';
import type { Capability, Service } from './service';

/** Everything a service is made of; the audit trail belongs to each. */
export const slicesOf = (service: Service): readonly Capability[] => [
  ...service.projections,
  ...service.capabilities,
  auditTrail(service),
];
