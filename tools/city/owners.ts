import type { CivilDate } from '@jishi/periods';
import type { PoolClient } from 'pg';
import type { City } from './city';
import { fillingsOfEnterprises } from './enterprises';
import { fillingsOfGrids } from './grids';
import { fillingsOfVillages } from './villages';
import { fillingOfTargets, fillingsOfMembers, fillingsOfOrganizations, type Filling, type Together } from './columns';

/** A service whose tables are loaded, and what it then says to the others. */
export interface Owner {
  readonly service: 'organizations' | 'members' | 'villages' | 'grids' | 'enterprises';
  /** Tables that must be empty. */
  readonly empty: readonly string[];
  /** Tables with their rows, in the order of their foreign keys. */
  readonly fillings: (city: City) => readonly (Filling | Together)[];
  /** What is counted from the loaded rows, in the same transaction; gives the number of rows by table. */
  readonly complete?: (client: PoolClient, today: CivilDate) => Promise<Readonly<Record<string, number>>>;
}

/** How much of the whole each table is, measured on the city; only for the progress display. */
export const weights: Readonly<Record<string, number>> = {
  leading_body: 8,
  term: 8,
  post: 12,
  person: 24,
  member: 20,
  member_history: 26,
  transfer: 6,
  matter: 40,
  matter_leg: 10,
  matter_step: 70,
  matter_action: 70,
  entity: 6,
  entity_history: 5,
  entity_clear: 8,
};

/** Every owner; those come first whose facts the others refer to. */
export const owners: readonly Owner[] = [
  {
    service: 'organizations',
    empty: ['area', 'public_unit', 'party_organization', 'organization_change', 'leading_body', 'term', 'post'],
    fillings: (city) => [...fillingsOfOrganizations(city), fillingOfTargets()],
  },
  {
    service: 'members',
    empty: ['person', 'member', 'member_history', 'transfer', 'roster'],
    fillings: fillingsOfMembers,
    async complete(client, today) {
      const counted = await client.query(
        `INSERT INTO roster (org_id, full_members, probationary, total, suspended, as_of)
         SELECT org_id, count(*) FILTER (WHERE status = 'FULL'), count(*) FILTER (WHERE status = 'PROBATIONARY'),
           count(*) FILTER (WHERE status IN ('FULL', 'PROBATIONARY')), count(*) FILTER (WHERE status = 'SUSPENDED'), $1
         FROM member GROUP BY org_id`,
        [today],
      );
      return { roster: counted.rowCount ?? 0 };
    },
  },
  {
    service: 'villages',
    empty: ['village', 'annual_income', 'income_entry', 'stationed_assignment'],
    fillings: fillingsOfVillages,
  },
  {
    service: 'grids',
    empty: ['community', 'grid', 'quarter', 'grid_staff', 'property_provider', 'matter'],
    fillings: fillingsOfGrids,
  },
  {
    service: 'enterprises',
    empty: ['entity', 'instructor', 'entity_organization'],
    fillings: fillingsOfEnterprises,
  },
];
