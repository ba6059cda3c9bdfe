import { must, placeOf } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import { personRegistered } from '@jishi/event-contracts';
import { inOrderOf, type Context } from '@jishi/subgraph';
import { KnownOrganization, standsIn } from '@jishi/known-register';
import { codeOf, educations, genders, type Education, type Gender } from './people.codes';
import { Person } from './people.entities';
import { checkedPerson, checkedWorkHost, type WorkHost } from './people.rules';

export interface RegisterPersonInput {
  readonly orgId: string;
  readonly name: string;
  readonly citizenId: string;
  readonly gender?: Gender | null;
  readonly birthDate?: CivilDate | null;
  readonly education: Education;
  readonly degree?: string | null;
  readonly phone?: string | null;
  readonly workTitle?: string | null;
  readonly workHost?: WorkHost | null;
  readonly createdFor: string;
}

/** 建档 (MEM-01): records a person who holds a role, once; a second record of the same citizen id is refused by the database. Gives the id. */
export const registerPerson = (ctx: Context, input: RegisterPersonInput): Promise<string> =>
  ctx.transact(async (tx) => {
    const keeper = await tx.get(KnownOrganization, input.orgId);
    must(tx.actor, 'persons:keep', placeOf(keeper), tx.today);

    const checked = checkedPerson({ ...input, gender: input.gender ? codeOf(genders, input.gender) : null }, tx.today);
    const person = await tx.insert(Person, {
      ...checked,
      education: codeOf(educations, input.education),
      degree: input.degree,
      workTitle: input.workTitle,
      ...checkedWorkHost(input.workHost),
      createdFor: input.createdFor,
      orgId: keeper.id,
      areaCode: keeper.areaCode,
    });
    tx.emit(personRegistered({ personId: person.id, orgId: keeper.id }, standsIn(keeper)));
    return person.id;
  });

/** The persons with these ids that the caller may see, in the order of the ids; null for the others and for erased ones. */
export async function personsByIds(
  ctx: Context,
  ids: readonly (string | null | undefined)[],
): Promise<(Person | null)[]> {
  const rows = await ctx
    .scoped(Person, 'p')
    .andWhere('p.id = ANY(:ids) AND p.erasureId IS NULL', { ids: ids.filter((id) => id != null) })
    .getMany();
  return inOrderOf(ids, rows, ({ id }) => id);
}
