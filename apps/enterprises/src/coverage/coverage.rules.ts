import { judge, ratio, type Judgement, type Ratio } from '@jishi/indicators';
import type { KnownTarget } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import type { EntityKind, Operating, SizeClass } from '../entities';

/** Which entities stand below the line (口径), with the bounds in force on the day. */
export interface Scope {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly document: string;
  /** Null: all that are not closed. */
  readonly operating: readonly Operating[] | null;
  readonly kinds: readonly EntityKind[] | null;
  readonly sizes: readonly SizeClass[] | null;
  readonly employeesAtLeast: number | null;
  readonly fullMembersAtLeast: number | null;
}

/** As much of an entity as a scope looks at. */
export interface Scoped {
  readonly operating: Operating;
  readonly kind: EntityKind;
  readonly size: SizeClass | null;
  readonly employees: number;
  readonly fullMembers: number;
}

export type CoverageReason =
  | 'OWN_ORGANISATION'
  | 'JOINT_ORGANISATION'
  | 'NO_ORGANISATION'
  | 'NOT_OPERATING'
  | 'KIND_OUTSIDE'
  | 'SIZE_OUTSIDE'
  | 'TOO_FEW_STAFF'
  | 'NO_MEMBERS';

/** Why an entity stands outside a scope; null when it stands in it. */
export function outsideBecause(scope: Scope, entity: Scoped): CoverageReason | null {
  if (entity.operating === 'CLOSED' || (scope.operating && !scope.operating.includes(entity.operating)))
    return 'NOT_OPERATING';
  if (scope.kinds && !scope.kinds.includes(entity.kind)) return 'KIND_OUTSIDE';
  if (scope.sizes && (entity.size === null || !scope.sizes.includes(entity.size))) return 'SIZE_OUTSIDE';
  if (scope.employeesAtLeast !== null && entity.employees < scope.employeesAtLeast) return 'TOO_FEW_STAFF';
  if (scope.fullMembersAtLeast !== null && entity.fullMembers < scope.fullMembersAtLeast) return 'NO_MEMBERS';
  return null;
}

/** Why an entity counts or not; an own organisation says more than a joint one, and each entity counts once. */
export function reasonOf(scope: Scope, entity: Scoped, ways: readonly string[]): CoverageReason {
  const outside = outsideBecause(scope, entity);
  if (outside) return outside;
  if (ways.length === 0) return 'NO_ORGANISATION';
  return ways.includes('SINGLE') ? 'OWN_ORGANISATION' : 'JOINT_ORGANISATION';
}

/** What was counted in an area on a day. */
export interface Counts {
  readonly registered: number;
  readonly coveredOfRegistered: number;
  readonly inScope: number;
  readonly covered: number;
  readonly own: number;
  readonly work: number;
  readonly organised: number;
  readonly qualifying: number;
}

export const nothing: Counts = {
  registered: 0,
  coveredOfRegistered: 0,
  inScope: 0,
  covered: 0,
  own: 0,
  work: 0,
  organised: 0,
  qualifying: 0,
};

/** The ratios of ENT-07 and ENT-08; every one with its two counts. */
export const ratiosOf = (counts: Counts, asOf: CivilDate) => ({
  /** 组织覆盖率 */
  covered: ratio(counts.covered, counts.inScope, asOf),
  /** 单独组建率 */
  own: ratio(counts.own, counts.inScope, asOf),
  /** 全部登记单位的组织覆盖率 */
  registered: ratio(counts.coveredOfRegistered, counts.registered, asOf),
  /** 应建已建率 */
  qualified: ratio(counts.organised, counts.qualifying, asOf),
  /** 工作覆盖率 */
  work: ratio(counts.work, counts.inScope, asOf),
});

export interface TargetJudgement extends Judgement {
  readonly target: KnownTarget;
  readonly figure: Ratio;
}

/** Each target of an area beside the figure that it speaks of: all in scope, the qualifying ones, or work coverage. */
export function judgements(targets: readonly KnownTarget[], counts: Counts, asOf: CivilDate): TargetJudgement[] {
  const { covered, qualified, work } = ratiosOf(counts, asOf);
  return targets.map((target) => {
    const ofOrganisations = target.parameters['scope'] === 'QUALIFYING' ? qualified : covered;
    const figure = target.key === 'ent.work_coverage' ? work : ofOrganisations;
    return { target, figure, ...judge(target, figure, asOf) };
  });
}
