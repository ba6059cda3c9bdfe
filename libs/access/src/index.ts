export { grantsFor, mayAnywhere, mayOn, must, systemActor, type Actor, type Grant, type Place } from './actor';
export { isRole, permissionsOf, roles, type Role } from './roles';
export {
  compileScope,
  deepest,
  mayOnRow,
  placeOf,
  ScopedBy,
  scopeRuleOf,
  type Ancestors,
  standing,
  type Standing,
  type Standings,
  type Predicate,
  type ScopeRule,
} from './scope';
export { bearerOf, developmentKeys, tokenSigner, tokenVerifier, type Audience, type KeyPair } from './tokens';
