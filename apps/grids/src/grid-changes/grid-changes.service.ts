import { mayOn, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { laterOf, type CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { drawMap, parsed, placed } from '../grid-map';
import {
  addGrid,
  basicGridOf,
  dayDoesNotFit,
  drawBoundary,
  endGrid,
  faultsOf,
  Grid,
  gridSteps,
  lastChangedOn,
  lastDrawnOn,
  mergedRing,
  refuseIf,
  ringOf,
  ringsOf,
  stepFacts,
  tellOfGrid,
  writeHistory,
  type Ring,
} from '../grid-tree';
import { rehomeMatters } from '../matters';
import { moveOutOf } from '../quarters';
import { moveTeam } from '../teams';
import { homeless, mapMustFollow, notAdjacent, partlyDrawn, refuseDivision, refuseMerger } from './grid-changes.rules';

/** Locks a grid and judges a step of it. */
async function taken(
  tx: Tx,
  step: 'merge' | 'split' | 'retire',
  { id, version }: { readonly id: string; readonly version: number },
  reason?: string | null,
): Promise<Grid> {
  const grid = await tx.lock(Grid, id, version);
  const may = (permission: string): boolean => mayOn(tx.actor, permission, placeOf(grid), tx.today);
  gridSteps.take(step, { ...(await stepFacts(tx, grid)), reason }, may);
  return grid;
}

/** A change may not hold before the last one of any grid that it touches, nor before its last boundary. */
async function refuseDay(tx: Tx, ids: readonly string[], on: CivilDate): Promise<void> {
  const [changed, drawn] = [await lastChangedOn(tx, ids), await lastDrawnOn(tx, ids)];
  refuseIf(dayDoesNotFit(on, tx.today, changed && drawn ? laterOf(changed, drawn) : (changed ?? drawn)));
}

const sumOf = (grids: readonly Grid[], fact: 'households' | 'population'): number =>
  grids.reduce((sum, grid) => sum + grid[fact], 0);

export interface MergeGridsInput {
  readonly grids: readonly { readonly id: string; readonly version: number }[];
  readonly intoId?: string | null;
  readonly name?: string | null;
  readonly on?: CivilDate | null;
}

/** 合并网格: into one of them or a new one; boundaries, people, quarters, teams and the grids below go over (GRD-01). */
export const mergeGrids = (ctx: Context, input: MergeGridsInput): Promise<{ ids: string[] }> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const name = input.name?.trim() || null;
    const intoId = input.intoId ?? null;
    const grids: Grid[] = [];
    // In the order of their ids, so that two who merge at the same moment wait for each other.
    for (const given of [...input.grids].sort((a, b) => (a.id < b.id ? -1 : 1)))
      grids.push(await taken(tx, 'merge', given));
    refuseIf(refuseMerger(grids, intoId, name));
    const ids = grids.map(({ id }) => id);
    await refuseDay(tx, ids, on);
    const ring = await ringOfAll(tx, grids, on);

    const into = grids.find(({ id }) => id === intoId) ?? (await newFrom(tx, grids, name!, on));
    const ending = grids.filter(({ id }) => id !== into.id);
    for (const grid of ending) await endGrid(tx, grid, 'MERGED', on, [into.id]);
    const total = { households: sumOf(grids, 'households'), population: sumOf(grids, 'population') };
    const networks = [...new Set(grids.flatMap((grid) => grid.networks))];
    await tx.save(into, { ...total, networks, name: name ?? into.name });
    await writeHistory(tx, into, on);
    if (ring) await drawBoundary(tx, into, ring, on);
    else tellOfGrid(tx, into);
    for (const grid of ending) await goOver(tx, grid, into, on);
    await rehomeMatters(tx);
    return { ids: [into.id] };
  });

async function ringOfAll(tx: Tx, grids: readonly Grid[], on: CivilDate): Promise<Ring | null> {
  const rings = await ringsOf(tx, grids[0]!.areaCode, on);
  const undrawn = grids.filter(({ code }) => !rings.has(code));
  if (undrawn.length === grids.length) return null;
  if (undrawn.length > 0) throw ruleBroken(partlyDrawn(undrawn.map(({ code }) => code)));
  const ring = mergedRing(
    grids.map(({ code }) => rings.get(code)!),
    on,
  );
  if (!ring) throw ruleBroken(notAdjacent);
  return ring;
}

const newFrom = (tx: Tx, [first]: readonly Grid[], name: string, on: CivilDate): Promise<Grid> => {
  const { areaCode, level, special, setting, parentId, organizationId } = first!;
  return addGrid(tx, { name, areaCode, level, special, setting, parentId, organizationId, validFrom: on });
};

/** The quarters, the team and the grids below one that was merged go over to the one that stays. */
async function goOver(tx: Tx, grid: Grid, into: Grid, on: CivilDate): Promise<void> {
  await moveOutOf(tx, grid, [into], new Map(), on);
  await moveTeam(tx, grid, [into], on);
  const below = await tx.findAll(Grid, { parentId: grid.id, status: ['PLANNED', 'ACTIVE'] });
  for (const child of await tx.lockAll(
    Grid,
    below.map(({ id }) => id),
  )) {
    await tx.save(child, { parentId: into.id });
    const last = await lastChangedOn(tx, [child.id]);
    await writeHistory(tx, child, last ? laterOf(on, last) : on);
    tellOfGrid(tx, child);
  }
}

export interface SplitGridInput {
  readonly id: string;
  readonly version: number;
  readonly on?: CivilDate | null;
  readonly parts: readonly {
    readonly name: string;
    readonly code?: string | null;
    readonly households?: number | null;
    readonly population?: number | null;
    readonly polygon?: string | null;
    readonly quarterIds?: readonly string[] | null;
  }[];
}

/** 拆分网格: into two parts or more that together fill the old boundary; its team goes off duty (GRD-01). */
export const splitGrid = (ctx: Context, input: SplitGridInput): Promise<{ ids: string[] }> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const grid = await taken(tx, 'split', input);
    await refuseDay(tx, [grid.id], on);
    const whole = (await ringsOf(tx, grid.areaCode, on)).get(grid.code) ?? null;
    refuseIf(refuseDivision(input.parts, whole !== null));

    const { areaCode, level, special, setting, parentId, organizationId, networks } = grid;
    const parts: { readonly part: Grid; readonly ring: Ring | null }[] = [];
    const named = new Map<string, string>();
    for (const [index, { polygon, quarterIds, ...facts }] of input.parts.entries()) {
      const ring = whole && polygon ? ringOf(parsed(polygon), on) : null;
      if (ring && 'code' in ring) throw ruleBroken({ ...ring, field: `parts.${index}.polygon` });
      const same = { areaCode, level, special, setting, parentId, organizationId, networks, validFrom: on };
      const part = await addGrid(tx, { ...same, ...facts });
      parts.push({ part, ring });
      for (const quarterId of quarterIds ?? []) named.set(quarterId, part.id);
    }
    const drawn = parts.flatMap(({ part, ring }) => (ring ? [{ code: part.code, ring }] : []));
    const [fault] = drawn.length > 0 ? faultsOf(drawn, whole, on) : [];
    if (fault) throw ruleBroken({ ...fault.refusal, field: 'parts' });

    const successors = parts.map(({ part }) => part);
    await endGrid(
      tx,
      grid,
      'SPLIT',
      on,
      successors.map(({ id }) => id),
    );
    for (const { part, ring } of parts) if (ring) await drawBoundary(tx, part, ring, on);
    const left = await moveOutOf(tx, grid, successors, named, on);
    if (left.length > 0)
      throw ruleBroken(
        homeless(
          left.map((quarter) => quarter.name),
          'parts',
        ),
      );
    await moveTeam(tx, grid, successors, on);
    await rehomeMatters(tx);
    return { ids: successors.map(({ id }) => id) };
  });

export interface RetireGridInput {
  readonly id: string;
  readonly version: number;
  readonly reason: string;
  readonly on?: CivilDate | null;
  readonly successorIds?: readonly string[] | null;
  readonly features?: readonly { readonly gridCode: string; readonly polygon: string }[] | null;
}

/** 撤销网格: what lies in it goes to the successors; a grid on the map takes the new boundaries of its neighbours with it (GRD-01). */
export const retireGrid = (ctx: Context, input: RetireGridInput): Promise<{ ids: string[] }> =>
  ctx.transact(async (tx) => {
    const on = input.on ?? tx.today;
    const grid = await taken(tx, 'retire', input, input.reason);
    await refuseDay(tx, [grid.id], on);
    const successors: Grid[] = [];
    for (const id of new Set(input.successorIds ?? [])) successors.push(await successorOf(tx, grid, id));
    const features = input.features ?? [];
    if (grid.tier === 'BASIC' && grid.status === 'ACTIVE' && grid.boundaryVersion > 0 && features.length === 0)
      throw ruleBroken(mapMustFollow);

    await endGrid(
      tx,
      grid,
      'RETIRED',
      on,
      successors.map(({ id }) => id),
      input.reason.trim(),
    );
    if (features.length > 0) {
      const shapes = features.map(({ gridCode, polygon }) => ({ code: gridCode.trim(), geometry: parsed(polygon) }));
      const [fault] = (await drawMap(tx, grid.areaCode, shapes, on, false)).faults;
      if (fault) throw ruleBroken(placed(fault));
    }
    const left = await moveOutOf(tx, grid, successors, new Map(), on);
    if (left.length > 0)
      throw ruleBroken(
        homeless(
          left.map((quarter) => quarter.name),
          'successorIds',
        ),
      );
    await moveTeam(tx, grid, successors, on);
    await rehomeMatters(tx);
    return { ids: [grid.id] };
  });

async function successorOf(tx: Tx, grid: Grid, id: string): Promise<Grid> {
  if (id === grid.id)
    throw invalidInput('successorIds', { zh: '网格不能接续自己', en: 'A grid cannot succeed itself' });
  return basicGridOf(tx, id, grid.areaCode, 'successorIds');
}
