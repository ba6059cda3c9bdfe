import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Person } from './people.entities';
import { resolvers } from './people.resolvers';
import { personSnapshot } from './people.snapshot';

export { codeOf, educations, genders, type Education, type EducationCode, type GenderCode } from './people.codes';
export { Person } from './people.entities';
export {
  checkedPerson,
  checkedWorkHost,
  recordErased,
  refuseWorkFrom,
  workHostOf,
  type WorkHost,
  type WorkHostKind,
} from './people.rules';
export { personsByIds } from './people.service';

export const people: Capability = {
  name: 'people',
  schema: join(__dirname, 'people.graphql'),
  resolvers,
  entities: [Person],
  snapshots: [personSnapshot],
  constraints: {
    person_citizen_id_unique: {
      code: 'CITIZEN_ID_RECORDED',
      field: 'citizenId',
      // Does not say where: that would tell anybody who holds a number to which branch its owner belongs.
      wording: {
        zh: '该公民身份号码已建档，不能重复建档；如需使用其档案，请通过上级党委查询',
        en: 'This citizen id is recorded already; ask the superior committee to find the record',
      },
    },
  },
};
