export {
  NonPublicEntity,
  type EntityKind,
  type FormTag,
  type Operating,
  type PartyState,
  type Registrar,
  type SizeClass,
} from './entities.entities';
export { followEntities, type EntityFollower } from './entities.followers';
