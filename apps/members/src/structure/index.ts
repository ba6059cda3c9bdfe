import { join } from 'node:path';
import type { Capability, Context } from '@jishi/subgraph';
import { memberStructure, type StructureArguments } from './structure.service';

export const structure: Capability = {
  name: 'structure',
  schema: join(__dirname, 'structure.graphql'),
  resolvers: {
    Query: { memberStructure: (_: unknown, args: StructureArguments, ctx: Context) => memberStructure(ctx, args) },
  },
};
