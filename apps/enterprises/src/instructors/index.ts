import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { followEntities } from '../entities';
import { expireTerms, withEntities } from './instructors.ending';
import { Instructor, InstructorAssignment } from './instructors.entities';
import { resolvers } from './instructors.resolvers';
import { anotherActive } from './instructors.rules';
import { instructorSnapshot } from './instructors.snapshot';

export { Instructor, InstructorAssignment, type AssignmentState, type InstructorKind } from './instructors.entities';
export { followAssignments } from './instructors.followers';

followEntities(withEntities);

export const instructors: Capability = {
  name: 'instructors',
  schema: join(__dirname, 'instructors.graphql'),
  resolvers,
  entities: [Instructor, InstructorAssignment],
  snapshots: [instructorSnapshot],
  daily: expireTerms,
  constraints: {
    instructor_person_once: {
      code: 'INSTRUCTOR_RECORDED',
      field: 'personId',
      wording: { zh: '该人员已登记为同类指导员', en: 'This person is recorded as one of this kind already' },
    },
    instructor_max_load: {
      code: 'MAX_LOAD_TOO_SMALL',
      field: 'maxLoad',
      wording: { zh: '最多联系家数应为1以上', en: 'The limit should be 1 or more' },
    },
    instructor_assignment_once: {
      code: 'ALREADY_ASSIGNED',
      field: 'instructorId',
      wording: {
        zh: '该指导员已拟派或者派驻这家企业、社会组织',
        en: 'This instructor is proposed for this entity or serves there already',
      },
    },
    instructor_assignment_one_active: anotherActive,
  },
};
