import { join } from 'node:path';
import { desc, ordering, type PageArguments } from '@jishi/pagination';
import type { Context } from './context';
import { listOf, where } from './list';
import type { Capability, Service } from './service';

interface AuditArguments extends PageArguments {
  readonly entity?: string | null;
  readonly entityId?: string | null;
  readonly actor?: string | null;
}

const newestFirst = ordering('audit', [desc('entry.seq', 'integer')]);

/** The audit trail that every service has, for its auditors: who did what to which row. */
export const auditTrail = (service: Pick<Service, 'name'>): Capability => ({
  name: 'audit',
  schema: join(__dirname, 'audit.graphql'),
  resolvers: {
    Query: {
      [`${service.name}Audit`]: (_: unknown, { entity, entityId, actor, ...page }: AuditArguments, context: Context) =>
        listOf(
          context,
          {
            name: 'audit',
            select: `entry.seq, entry.at, entry.actor, entry.account, entry.action, entry.entity, entry.entity_id AS "entityId",
                     entry.changes::text AS changes, entry.correlation_id AS "correlationId"`,
            from: 'audit_entry entry',
            conditions: [
              entity && where('entry.entity = ?', entity),
              entityId && where('entry.entity_id = ?', entityId),
              actor && where('entry.actor = ?', actor),
            ].map((condition) => condition || null),
            ordering: newestFirst,
          },
          page,
        ),
    },
  },
});
