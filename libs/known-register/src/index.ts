export { areaInUse, areaOf, knownAreas, type KnownArea } from './areas/areas';
export { knownMembers, memberKnownAfter, type KnownMember } from './members/members';
export { KnownOrganization } from './organizations/organizations.entities';
export { knownOrganizations } from './organizations/organizations';
export {
  organizationKnownAfter,
  organizationKnownByNow,
  standsIn,
  type Standing,
} from './organizations/organizations.service';
export { knownTargets, targetColumns, targetsInForce, type KnownTarget } from './targets/targets';
export { knownUnits, unitInBusiness, type KnownUnit } from './units/units';
