import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { NonPublicEntity } from './entities.entities';
import { followAreaMergers, moveOnTheDay } from './entities.mergers';
import { resolvers } from './entities.resolvers';
import { entitySnapshot } from './entities.snapshot';

export {
  NonPublicEntity,
  type EntityKind,
  type FormTag,
  type Operating,
  type PartyState,
  type Registrar,
  type SizeClass,
} from './entities.entities';
export { figuresOf, filterEntitiesBy, type EntityFilter } from './entities.filters';
export { followEntities, type EntityFollower } from './entities.followers';
export { entitiesByIds, listEntities, type EntitiesArguments, type EntityRow } from './entities.queries';
export { alreadyClosed } from './entities.rules';
export { entityPlace, tellEntity } from './entities.service';

export const entities: Capability = {
  name: 'entities',
  schema: join(__dirname, 'entities.graphql'),
  resolvers,
  entities: [NonPublicEntity],
  consumers: [followAreaMergers],
  snapshots: [entitySnapshot],
  daily: moveOnTheDay,
  constraints: {
    entity_uscc_open: {
      code: 'CREDIT_CODE_TAKEN',
      field: 'uscc',
      wording: {
        zh: '该统一社会信用代码已登记在另一条存续记录名下',
        en: 'Another open record stands under this unified social credit code',
      },
    },
    entity_name_given: {
      code: 'NAME_MISSING',
      field: 'name',
      wording: { zh: '请填写名称', en: 'Give a name' },
    },
  },
};
