import { maskCitizenId, maskPhone } from '@jishi/identifiers';
import type { Context, Resolvers } from '@jishi/subgraph';
import { educations, genders } from './people.codes';
import type { Person } from './people.entities';
import { workHostOf } from './people.rules';
import { personsByIds, registerPerson, type RegisterPersonInput } from './people.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

export const resolvers: Resolvers = {
  Query: {
    person: async (_: unknown, { id }: { id: string }, ctx: Context) => (await personsByIds(ctx, [id]))[0],
  },
  Mutation: {
    registerPerson: async (_: unknown, { input }: Input<RegisterPersonInput>, ctx: Context) => ({
      clientMutationId: input.clientMutationId,
      person: (await personsByIds(ctx, [await registerPerson(ctx, input)]))[0],
    }),
  },
  Person: {
    __resolveReferences: async (references: readonly { id: string }[], ctx: Context) =>
      (
        await personsByIds(
          ctx,
          references.map(({ id }) => id),
        )
      ).filter((person) => person !== null),
    citizenIdMasked: ({ citizenId }: Person) => maskCitizenId(citizenId),
    phone: ({ phone }: Person) => phone && maskPhone(phone),
    gender: ({ gender }: Person) => genders[gender].name,
    education: ({ education }: Person) => educations[education].name,
    workHost: (person: Person) => workHostOf(person),
  },
};
