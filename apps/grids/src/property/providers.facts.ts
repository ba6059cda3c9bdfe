import type { CivilDate } from '@jishi/periods';
import type { PropertyProvider } from './providers.entities';
import type { LeftQuarter, ProviderFacts } from './providers.rules';

type Read = <Row extends object>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

/** What the record itself says; nothing about its quarters, its evaluations and the register of firms. */
export const standingFacts = (
  { id, state, barredUntil, correctBy }: PropertyProvider,
  today: CivilDate,
): ProviderFacts => ({ id, state, barredUntil, correctBy, today, entityClosed: false, exitDue: false, quarters: [] });

/** Everything that the table of steps looks at, for many companies at once. */
export async function factsOfProviders(
  read: Read,
  providers: readonly PropertyProvider[],
  today: CivilDate,
): Promise<ProviderFacts[]> {
  const ids = providers.map(({ id }) => id);
  const judged = await read<{ id: string; entityClosed: boolean; exitDue: boolean }>(
    `SELECT p.id,
       coalesce((SELECT bool_and(e.status = 'CLOSED') FROM known_entity e WHERE e.uscc = p.uscc), false) AS "entityClosed",
       coalesce((SELECT e.exit_due FROM property_evaluation e WHERE e.provider_id = p.id
         AND e.closed_on >= p.admitted_on ORDER BY e.year DESC LIMIT 1), false) AS "exitDue"
     FROM property_provider p WHERE p.id = ANY($1)`,
    [ids],
  );
  const byId = new Map(judged.map(({ id, ...facts }) => [id, facts]));
  const leaving = providers.filter(({ state }) => state === 'EXITING').map(({ id }) => id);
  const quarters = leaving.length === 0 ? [] : await quartersOf(read, leaving);
  return providers.map((provider) => ({
    ...standingFacts(provider, today),
    ...byId.get(provider.id),
    quarters: quarters.filter(({ providerId }) => providerId === provider.id),
  }));
}

/** The quarters that these companies manage now, with what was handed over and how long their contracts reach. */
async function quartersOf(
  read: Read,
  providerIds: readonly string[],
): Promise<(LeftQuarter & { readonly providerId: string })[]> {
  const rows = await read<
    Omit<LeftQuarter, 'handedOver'> & {
      readonly providerId: string;
      readonly on: CivilDate | null;
      readonly keys: boolean;
      readonly accounts: boolean;
    }
  >(
    `SELECT m.provider_id AS "providerId", q.id AS "quarterId", q.name, m.valid_from AS since,
       (SELECT max(c.last_day) FROM property_contract c WHERE c.provider_id = m.provider_id AND c.quarter_id = q.id) AS "coveredTo",
       h.on_date AS "on", h.keys, h.accounts
     FROM quarter_mode m JOIN quarter q ON q.id = m.quarter_id LEFT JOIN property_handover h ON h.mode_id = m.id
     WHERE m.provider_id = ANY($1) AND m.valid_to IS NULL
     ORDER BY q.name, q.id`,
    [providerIds],
  );
  return rows.map(({ on, keys, accounts, ...quarter }) => ({
    ...quarter,
    handedOver: on === null ? null : { on, keys, accounts },
  }));
}
