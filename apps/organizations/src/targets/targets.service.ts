import { must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken, type Refusal } from '@jishi/errors';
import { targetChanged } from '@jishi/event-contracts';
import { profileOf, type Profile } from '@jishi/indicators';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { Area } from '../areas';
import { placeOfArea } from '../register';
import { IndicatorTarget } from './targets.entities';
import {
  checkedTarget,
  factsOfPreset,
  refuseBeginning,
  refuseEnd,
  saysTheSame,
  type GivenTarget,
  type TargetFacts,
} from './targets.rules';

const refuse = (refusal: Refusal | undefined): void => {
  if (refusal) throw ruleBroken(refusal);
};

/** The area whose targets are kept, locked: two who set its targets at once come one after the other. */
async function areaToKeep(tx: Tx, code: string): Promise<Area> {
  const area = await tx.lock(Area, code);
  must(tx.actor, 'targets:keep', await placeOfArea(tx, area.code), tx.today);
  return area;
}

function inUse(area: Area): void {
  if (area.validTo !== null)
    throw invalidInput('areaCode', {
      zh: '该区划代码已停用，请使用现行代码',
      en: 'This area code is no longer in use; take the current one',
    });
}

const tell = (tx: Tx, target: IndicatorTarget): void => {
  const { id, key, areaCode, profile, comparator, value, unit, parameters, dueOn, validFrom, validTo } = target;
  tx.emit(
    targetChanged(
      {
        targetId: id,
        key,
        areaCode,
        profile,
        comparator,
        value,
        unit,
        parameters: parameters as Parameters<typeof targetChanged>[0]['parameters'],
        dueOn,
        validFrom,
        validTo,
      },
      { areaCode },
    ),
  );
};

async function end(tx: Tx, target: IndicatorTarget, on: CivilDate): Promise<void> {
  await tx.save(target, { validTo: on });
  tell(tx, target);
}

async function begin(
  tx: Tx,
  areaCode: string,
  profile: string | null,
  facts: TargetFacts,
  validFrom: CivilDate,
): Promise<IndicatorTarget> {
  const target = await tx.insert(IndicatorTarget, { ...facts, areaCode, profile, validFrom });
  tell(tx, target);
  return target;
}

/** The newest target of each place of an area's plan, or of what was set by hand, by figure and facet. */
async function newest(tx: Tx, areaCode: string, profile: string | null): Promise<Map<string, IndicatorTarget>> {
  const targets = await tx.findAll(IndicatorTarget, { areaCode, profile }, { validFrom: 'ASC', id: 'ASC' });
  return new Map(targets.map((target) => [slotOf(target), target]));
}
const slotOf = ({ key, facet }: { readonly key: string; readonly facet: string }): string => `${key} ${facet}`;

export interface AdoptTargetProfileInput {
  readonly areaCode: string;
  readonly profile: string;
  readonly validFrom?: CivilDate | null;
}

/** The profile with a key; INVALID_INPUT when there is none. */
function knownProfile(key: string): Profile {
  const profile = profileOf(key);
  if (!profile)
    throw invalidInput('profile', { zh: '没有目标方案{key}', en: 'There is no plan {key}' }, { params: { key } });
  return profile;
}

/**
 * 采用目标方案: loads the whole set of a plan for an area from a day on. What holds already stays as it is; what the plan
 * says differently by now replaces the old target from that day. Other plans of the area stay beside it.
 */
export const adoptTargetProfile = (ctx: Context, input: AdoptTargetProfileInput): Promise<{ readonly ids: string[] }> =>
  ctx.transact(async (tx) => {
    const profile = knownProfile(input.profile);
    const area = await areaToKeep(tx, input.areaCode);
    inUse(area);
    const on = input.validFrom ?? tx.today;
    const before = await newest(tx, area.code, profile.key);
    const ids: string[] = [];
    for (const facts of profile.targets.map(factsOfPreset)) {
      const known = before.get(slotOf(facts));
      if (known && known.validTo === null && saysTheSame(known, facts)) continue;
      refuse(refuseBeginning(known, on, tx.today));
      if (known && known.validTo === null) await end(tx, await tx.lock(IndicatorTarget, known.id), on);
      ids.push((await begin(tx, area.code, profile.key, facts, on)).id);
    }
    if (ids.length === 0)
      refuse({
        code: 'PROFILE_IN_FORCE',
        field: 'profile',
        wording: { zh: '该区划已执行此目标方案，内容没有变化', en: 'The area has adopted this plan already' },
      });
    return { ids };
  });

export interface EndTargetProfileInput {
  readonly areaCode: string;
  readonly profile: string;
  readonly on?: CivilDate | null;
}

/** 停止执行目标方案: every target of the plan ends for the area; what was judged by it stays judged. */
export const endTargetProfile = (ctx: Context, input: EndTargetProfileInput): Promise<{ readonly ids: string[] }> =>
  ctx.transact(async (tx) => {
    const profile = knownProfile(input.profile);
    const area = await areaToKeep(tx, input.areaCode);
    const on = input.on ?? tx.today;
    const open = await tx.findAll(IndicatorTarget, { areaCode: area.code, profile: profile.key, validTo: null });
    if (open.length === 0)
      refuse({
        code: 'PROFILE_NOT_IN_FORCE',
        field: 'profile',
        wording: { zh: '该区划没有执行此目标方案', en: 'The area has not adopted this plan' },
      });
    const targets = await tx.lockAll(
      IndicatorTarget,
      open.map(({ id }) => id),
    );
    for (const target of targets) {
      refuse(refuseEnd(target, on, tx.today));
      await end(tx, target, on);
    }
    return { ids: targets.map(({ id }) => id) };
  });

export interface SetTargetInput extends GivenTarget {
  readonly areaCode: string;
  readonly validFrom?: CivilDate | null;
  readonly replaces?: string | null;
  readonly version?: number | null;
}

/**
 * 设定目标: by hand, from a day on. It ends the one that was set by hand for the same figure before, and the one that it
 * names as replaced, also one of a plan.
 */
export const setTarget = (ctx: Context, input: SetTargetInput): Promise<{ readonly id: string }> =>
  ctx.transact(async (tx) => {
    const area = await areaToKeep(tx, input.areaCode);
    inUse(area);
    const on = input.validFrom ?? tx.today;
    const facts = checkedTarget(input, on);
    const replaced = input.replaces
      ? await tx.lock(IndicatorTarget, input.replaces, input.version ?? undefined)
      : undefined;
    if (replaced) {
      if (replaced.areaCode !== area.code || replaced.key !== facts.key)
        throw invalidInput('replaces', {
          zh: '被替代的目标须属于同一区划、同一指标',
          en: 'The replaced target belongs to the same area and figure',
        });
      refuse(refuseEnd(replaced, on, tx.today, 'validFrom'));
      await end(tx, replaced, on);
    }
    const before = (await newest(tx, area.code, null)).get(slotOf(facts));
    if (before && before.id !== replaced?.id) {
      refuse(refuseBeginning(before, on, tx.today));
      if (before.validTo === null) await end(tx, await tx.lock(IndicatorTarget, before.id), on);
    }
    return { id: (await begin(tx, area.code, null, facts, on)).id };
  });

export interface EndTargetInput {
  readonly id: string;
  readonly version?: number | null;
  readonly on?: CivilDate | null;
}

/** 停止执行目标: from a day on the figure is shown and not judged by it. */
export const endTarget = (ctx: Context, input: EndTargetInput): Promise<{ readonly id: string }> =>
  ctx.transact(async (tx) => {
    const { areaCode } = await tx.get(IndicatorTarget, input.id);
    await areaToKeep(tx, areaCode);
    const target = await tx.lock(IndicatorTarget, input.id, input.version ?? undefined);
    const on = input.on ?? tx.today;
    refuse(refuseEnd(target, on, tx.today));
    await end(tx, target, on);
    return { id: target.id };
  });

/**
 * Targets of areas that were merged away end with their codes; their successor goes on with those it has none of its own for (P11).
 */
export async function relocateTargets(
  tx: Tx,
  fromCodes: readonly string[],
  toCode: string,
  on: CivilDate,
): Promise<void> {
  // Whoever may merge areas does so for all that stands in them.
  const open = await tx.unscoped.findAll(IndicatorTarget, { areaCode: fromCodes, validTo: null });
  const own = new Set(
    (await tx.unscoped.findAll(IndicatorTarget, { areaCode: toCode })).map(
      (target) => `${target.profile} ${slotOf(target)}`,
    ),
  );
  for (const target of await tx.unscoped.lockAll(
    IndicatorTarget,
    open.map(({ id }) => id),
  )) {
    const { profile, validFrom, key, facet, comparator, value, unit, parameters, dueOn, document, article, note } =
      target;
    const from = validFrom > on ? validFrom : on;
    await end(tx, target, from);
    const slot = `${profile} ${slotOf(target)}`;
    if (own.has(slot)) continue;
    own.add(slot);
    const facts = { key, facet, comparator, value, unit, parameters, dueOn, document, article, note };
    await begin(tx, toCode, profile, facts, from);
  }
}
