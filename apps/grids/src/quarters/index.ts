import { join } from 'node:path';
import type { Capability } from '@jishi/subgraph';
import { Building, Quarter } from './quarters.entities';
import { resolvers } from './quarters.resolvers';
import { quarterSnapshot } from './quarters.snapshot';

export { Building, Quarter, type PropertyMode, type QuarterKind } from './quarters.entities';
export { moveOutOf, rehomeBuildings, relocateQuarters } from './quarters.homes';
export { quartersByIds, type QuarterRow } from './quarters.reads';
export { changePropertyMode, tellOfQuarter } from './quarters.service';

export const quarters: Capability = {
  name: 'quarters',
  schema: join(__dirname, 'quarters.graphql'),
  resolvers,
  entities: [Quarter, Building],
  snapshots: [quarterSnapshot],
  constraints: {
    quarter_name_given: {
      code: 'NAME_MISSING',
      field: 'name',
      wording: { zh: '请填写小区名称', en: 'Give the quarter a name' },
    },
    quarter_name_unique: {
      code: 'QUARTER_NAME_TAKEN',
      field: 'name',
      wording: { zh: '该村（社区）已有同名小区', en: 'The community has a quarter of this name already' },
    },
    quarter_households_counted: {
      code: 'HOUSEHOLDS_BELOW_ZERO',
      field: 'households',
      wording: { zh: '户数不能小于0', en: 'The number of households cannot be below 0' },
    },
    building_no_given: {
      code: 'BUILDING_NO_MISSING',
      field: 'no',
      wording: { zh: '请填写楼栋号', en: 'Give the building a number' },
    },
    building_no_unique: {
      code: 'BUILDING_NO_TAKEN',
      field: 'no',
      wording: { zh: '该小区已有这个楼栋号', en: 'The quarter has a building of this number already' },
    },
    building_floors_counted: {
      code: 'FLOORS_BELOW_ONE',
      field: 'floors',
      wording: { zh: '层数至少为1', en: 'A building has one floor at least' },
    },
    building_units_counted: {
      code: 'UNITS_BELOW_ONE',
      field: 'units',
      wording: { zh: '单元数至少为1', en: 'A building has one unit at least' },
    },
    building_households_counted: {
      code: 'HOUSEHOLDS_BELOW_ZERO',
      field: 'households',
      wording: { zh: '户数不能小于0', en: 'The number of households cannot be below 0' },
    },
  },
};
