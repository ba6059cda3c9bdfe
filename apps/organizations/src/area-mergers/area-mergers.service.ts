import { must } from '@jishi/access';
import { ruleBroken, type Refusal } from '@jishi/errors';
import { areaChanged } from '@jishi/event-contracts';
import { areaKindOf, areaLevelOf, parentAreaOf } from '@jishi/identifiers';
import type { CivilDate } from '@jishi/periods';
import type { Tx } from '@jishi/database';
import type { Context } from '@jishi/subgraph';
import { Area, areaFacts, type AreaKind } from '../areas';
import { bodiesAfterAreaMerger } from '../bodies';
import { lastChangedOn, lockTree, placeOfArea, refuseDay, relocateOrganizations } from '../register';
import { relocateSamples } from '../supervision-samples';
import { relocateTargets } from '../targets';
import { relocateUnits } from '../units';
import { refuseMerger } from './area-mergers.rules';

export interface MergeAreasInput {
  readonly codes: readonly string[];
  readonly successor: {
    readonly code: string;
    readonly name?: string | null;
    readonly kind?: AreaKind | null;
    readonly urbanRuralCode?: string | null;
  };
  readonly on: CivilDate;
}

export interface MergedAreas {
  readonly successorCode: string;
  readonly mergedCodes: readonly string[];
  readonly relocated: number;
}

const refuse = (refusal: Refusal | undefined): void => {
  if (refusal) throw ruleBroken(refusal);
};

/**
 * Merges areas of the lowest level from a day on (P11): the old codes are closed and name their successor; organisations that
 * stood in them belong to the successor from that day, in the same transaction; what was before keeps the old codes.
 */
export const mergeAreas = (ctx: Context, input: MergeAreasInput): Promise<MergedAreas> =>
  ctx.transact(async (tx) => {
    await lockTree(tx);
    const given = [...new Set(input.codes)];
    const { successor, on } = input;
    for (const code of [...given, successor.code]) must(tx.actor, 'areas:keep', await placeOfArea(tx, code), tx.today);

    const areas: Area[] = [];
    for (const code of given) areas.push(await tx.lock(Area, code));
    const survivor = areas.find(({ code }) => code === successor.code) ?? (await inUse(tx, successor.code));
    const [children] = await tx.query<{ count: number }>(
      'SELECT count(*) AS count FROM area WHERE parent_code = ANY($1) AND valid_to IS NULL',
      [given],
    );
    refuse(
      refuseMerger(
        areas,
        { ...successor, kind: kindOf(successor), exists: survivor !== null, gone: survivor?.validTo != null },
        children?.count ?? 0,
        on,
      ),
    );
    const merged = areas.filter(({ code }) => code !== successor.code);
    const codes = merged.map(({ code }) => code);
    refuseDay(on, ctx.today, await lastChangeIn(tx, codes), 'on');

    const kept = survivor ?? (await openArea(tx, successor, on));
    for (const area of merged) {
      await tx.save(area, { validTo: on, replacedBy: [kept.code] });
      tx.emit(areaChanged(areaFacts(area), { areaCode: area.code }));
    }
    const relocated = await relocateOrganizations(
      tx,
      codes,
      { code: kept.code, hostKind: kept.kind === 'VILLAGE' || kept.kind === 'COMMUNITY' ? kept.kind : null },
      on,
    );
    await bodiesAfterAreaMerger(tx, codes, kept.code, on);
    await relocateUnits(tx, codes, kept.code);
    await relocateTargets(tx, codes, kept.code, on);
    await relocateSamples(tx, codes, kept.code, on);
    return { successorCode: kept.code, mergedCodes: codes, relocated: relocated.length };
  });

const kindOf = ({ code, kind }: MergeAreasInput['successor']): AreaKind | null => kind ?? areaKindOf(code);

/** The area that takes over, when its code is in use already. */
async function inUse(tx: Tx, code: string): Promise<Area | null> {
  const known = await tx.unscoped.find(Area, { code });
  return known && tx.unscoped.lock(Area, code);
}

/** When anything in these areas, or about organisations in them, was last written. */
async function lastChangeIn(tx: Tx, codes: readonly string[]): Promise<CivilDate | null> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM party_organization WHERE status <> 'DISSOLVED'
       AND (area_code = ANY($1) OR (host_kind IN ('VILLAGE', 'COMMUNITY', 'AREA') AND host_id = ANY($1)))`,
    [codes],
  );
  return lastChangedOn(
    tx,
    rows.map(({ id }) => id),
  );
}

async function openArea(tx: Tx, successor: MergeAreasInput['successor'], on: CivilDate): Promise<Area> {
  const area = await tx.insert(Area, {
    code: successor.code,
    name: successor.name ?? '',
    level: areaLevelOf(successor.code) ?? 'GRASSROOTS',
    parentCode: parentAreaOf(successor.code),
    kind: kindOf(successor),
    urbanRuralCode: successor.urbanRuralCode ?? null,
    validFrom: on,
  });
  tx.emit(areaChanged(areaFacts(area), { areaCode: area.code }));
  return area;
}
