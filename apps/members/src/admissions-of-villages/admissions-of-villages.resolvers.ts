import type { CivilDate } from '@jishi/periods';
import { forAll, type Context, type Resolvers } from '@jishi/subgraph';
import {
  lastAdmissionsOf,
  villagesWithoutAdmissions,
  type VillageAdmission,
  type WithoutAdmissionsArguments,
} from './admissions-of-villages.reads';
import { judgeAdmissions } from './admissions-of-villages.rules';

interface Village {
  readonly areaCode: string;
}
const verdictOf = (row: VillageAdmission) => judgeAdmissions(row, row.asOf);

export const resolvers: Resolvers = {
  Query: {
    villagesWithoutAdmissions: (_: unknown, args: WithoutAdmissionsArguments, ctx: Context) =>
      villagesWithoutAdmissions(ctx, args),
  },
  VillageAdmission: {
    village: ({ areaCode }: VillageAdmission) => ({ areaCode }),
    years: (row: VillageAdmission) => verdictOf(row).years,
    level: (row: VillageAdmission) => verdictOf(row).level,
    citation: (row: VillageAdmission) => verdictOf(row).citation,
  },
  Village: {
    __resolveReferences: async (references: readonly Village[]) => references,
    lastAdmission: forAll((villages: readonly Village[], { asOf }: { asOf?: CivilDate | null }, ctx) =>
      lastAdmissionsOf(
        ctx,
        villages.map(({ areaCode }) => areaCode),
        asOf ?? ctx.today,
      ),
    ),
  },
};
