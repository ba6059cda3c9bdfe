import { notAllowed, type Wording } from '@jishi/errors';
import { permissionsOf, type Role } from './roles';

/**
 * One post of a person: a role within an organisation's subtree, an area, or both (either is enough to see a row), between two
 * civil dates (inclusive; open when absent).
 */
export interface Grant {
  readonly role: Role;
  readonly organizationId?: string;
  /** Prefix of an area code: 4 digits a city, 6 a county, 9 a town or street, 12 a village or community. */
  readonly area?: string;
  readonly from?: string;
  readonly to?: string;
  /** The area of which the grant's organisation is the committee or branch; each service reads it from its tree, no token says it. */
  readonly standsFor?: string;
}

/** Who acts. `system` is the scheduler or a consumer of events; it is never made from a token. */
export interface Actor {
  readonly id: string;
  readonly account: string;
  readonly grants: readonly Grant[];
  readonly system?: true;
}

export const systemActor = (name: string): Actor => ({ id: `system:${name}`, account: name, grants: [], system: true });

/** To whom a row belongs: the organisations above it, itself included, and its area. */
export interface Place {
  readonly organizations?: readonly string[];
  readonly area?: string | null;
  /** The row belongs to its area and to no organisation: who stands for the area is responsible for it. */
  readonly ofArea?: boolean;
}

/** The grants that carry a permission on a day. */
export function grantsFor(actor: Actor, permission: string, today: string): readonly Grant[] {
  return actor.grants.filter(
    ({ role, from, to }) => permissionsOf(role).has(permission) && (!from || from <= today) && (!to || today <= to),
  );
}

/** May the actor do this somewhere at all? */
export const mayAnywhere = (actor: Actor, permission: string, today: string): boolean =>
  actor.system === true || grantsFor(actor, permission, today).length > 0;

/** May the actor do this on a row of this place? */
export const mayOn = (actor: Actor, permission: string, place: Place, today: string): boolean =>
  actor.system === true ||
  grantsFor(actor, permission, today).some(
    ({ organizationId, area, standsFor }) =>
      (organizationId !== undefined && place.organizations?.includes(organizationId)) ||
      (area !== undefined && place.area?.startsWith(area)) ||
      (standsFor !== undefined && place.ofArea === true && place.area?.startsWith(standsFor)),
  );

/** Refuses with NOT_ALLOWED when the actor's posts do not carry the permission on this place. */
export function must(actor: Actor, permission: string, place: Place, today: string, wording?: Wording): void {
  if (!mayOn(actor, permission, place, today)) throw notAllowed(permission, wording);
}
