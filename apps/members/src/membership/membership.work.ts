import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { areaChanged, memberReclassified, personCorrected } from '@jishi/event-contracts';
import { consumer } from '@jishi/event-delivery';
import { standsIn } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { inOrderOf, type Context } from '@jishi/subgraph';
import {
  checkedWorkHost,
  Person,
  recordErased,
  refuseWorkFrom,
  workHostOf,
  type WorkHost,
  type WorkHostKind,
} from '../people';
import { Member } from './membership.entities';

export interface ChangeWorkInput {
  readonly id: string;
  readonly version: number;
  /** Null: works for nobody any more. */
  readonly workHost?: WorkHost | null;
  readonly workTitle?: string | null;
  readonly on: CivilDate;
}

/**
 * 工作单位变动 (MEM-02): where a person works from a day on. Others are told of members only; a person who becomes a member later
 * brings his place of work along when he is recorded.
 */
export const changeWork = (ctx: Context, input: ChangeWorkInput): Promise<{ readonly id: string }> =>
  ctx.transact(async (tx) => {
    const person = await tx.lock(Person, input.id, input.version);
    must(tx.actor, 'persons:keep', placeOf(person), tx.today);
    if (input.workHost === undefined)
      throw invalidInput('workHost', {
        zh: '请填写工作单位；不再有工作单位的，请明确填空',
        en: 'Say where the person works, or that he works for nobody any more',
      });
    const refusal = recordErased(person) || refuseWorkFrom(input.on, person.workSince, tx.today);
    if (refusal) throw ruleBroken(refusal);
    const workTitle = input.workTitle === undefined ? person.workTitle : input.workTitle;
    await tx.save(person, { ...checkedWorkHost(input.workHost), workTitle, workSince: input.on });
    tx.emit(personCorrected({ personId: person.id, orgId: person.orgId }, standsIn(person)));
    await tellWork(tx, person);
    return { id: person.id };
  });

/** Tells where a member works. */
async function tellWork(tx: Tx, person: Person): Promise<void> {
  // Whoever may keep the person may say it, also of a membership that has ended.
  const known = await tx.unscoped.find(Member, { personId: person.id });
  if (!known) return;
  const member = await tx.unscoped.lock(Member, known.id);
  tx.emit(
    memberReclassified(
      { memberId: member.id, memberClass: member.memberClass, workHost: workHostOf(person) },
      standsIn(member),
    ),
  );
}

/** When villages or communities merge, whoever works for one that ended works for its successor from that day on (P11). */
export const followAreaMergers = consumer(
  'members.area-mergers',
  {
    [areaChanged.type]: async (tx, event) => {
      const { code, validTo, replacedBy, kind } = areaChanged.parse(event.data);
      const [successor] = replacedBy;
      if (!successor || replacedBy.length > 1 || validTo === null) return;
      if (kind !== 'VILLAGE' && kind !== 'COMMUNITY') return;
      // The merger of the areas is the authority over everybody who works in them.
      const workers = await tx.unscoped.findAll(Person, { workHostKind: ['VILLAGE', 'COMMUNITY'], workHostId: code });
      for (const person of await tx.unscoped.lockAll(
        Person,
        workers.map(({ id }) => id),
      )) {
        await tx.save(person, { workHostId: successor });
        await tellWork(tx, person);
      }
    },
  },
  { ordering: 'latest-wins' },
);

export interface WorkCount {
  readonly full: number;
  readonly total: number;
}

/**
 * Members who work at each of these places, whatever branch they are in: full ones, and full and probationary ones together.
 * Figures only, no rows (P1). Null where members work and the caller keeps the figures of none of them: an id alone opens nothing.
 */
export async function membersAtWork(
  ctx: Context,
  kind: WorkHostKind,
  ids: readonly string[],
): Promise<(WorkCount | null)[]> {
  const scope = ctx.scopeSql(Member, 'm', 3, 'structure:read');
  const rows = await ctx.query<WorkCount & { readonly id: string; readonly seen: boolean }>(
    'members-at-work',
    `SELECT p.work_host_id AS id, count(*) FILTER (WHERE m.status = 'FULL')::integer AS full, count(*)::integer AS total,
       bool_or((${scope.sql}) IS TRUE) AS seen
     FROM person p JOIN member m ON m.person_id = p.id
     WHERE p.work_host_kind = $1 AND p.work_host_id = ANY($2) AND m.status IN ('FULL', 'PROBATIONARY')
     GROUP BY p.work_host_id`,
    [kind, ids, ...scope.values],
  );
  return inOrderOf(ids, rows, ({ id }) => id).map((count) => {
    if (count === null) return { full: 0, total: 0 };
    return count.seen ? { full: count.full, total: count.total } : null;
  });
}
