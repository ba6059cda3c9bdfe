import type { Tx } from '@jishi/database';
import { NotArrivedYet } from '@jishi/event-delivery';
import { areaOf } from '@jishi/known-register';
import { system } from '@jishi/lifecycles';
import { laterOf, type CivilDate } from '@jishi/periods';
import type { Merger } from '../register';
import { DevelopmentPlan } from './plans.entities';
import { planSteps } from './plans.rules';
import { factsOf } from './plans.service';

/**
 * P11: when a village becomes part of another, the plans it prepares go with it, and the plan in force ends with the old village.
 * Where the new one has no plan of its own, a copy carries the old one on from that day; its goals were set for the old village.
 */
export async function movePlans(tx: Tx, { code, on, replacedBy }: Merger): Promise<void> {
  // A merger concerns every plan of the village, whoever may see it.
  const open = await tx.unscoped.findAll(DevelopmentPlan, { areaCode: code, state: openStates });
  if (open.length === 0) return;
  const to = await villageAfter(tx, replacedBy);
  const plans = await tx.unscoped.lockAll(
    DevelopmentPlan,
    open.map(({ id }) => id),
  );
  for (const plan of plans) {
    if (plan.validFrom !== null) await end(tx, plan, to, on);
    else if (to !== null) await tx.save(plan, { areaCode: to });
  }
}

const openStates = ['DRAFT', 'VILLAGE_REVIEWED', 'TOWN_CHECKED', 'APPROVED', 'RUNNING', 'EVALUATED'] as const;

/** The village that takes over what is open, the first of several; null when none of the successors is a village. */
export async function villageAfter(tx: Tx, replacedBy: readonly string[]): Promise<string | null> {
  for (const code of replacedBy) {
    const area = await areaOf(tx, code);
    if (!area) throw new NotArrivedYet(`the area ${code} has not been told yet`);
    if (area.kind === 'VILLAGE') return code;
  }
  return null;
}

async function end(tx: Tx, plan: DevelopmentPlan, to: string | null, on: CivilDate): Promise<void> {
  const { state, validFrom, validTo } = plan;
  const day = laterOf(on, validFrom!);
  const runsOn = validTo !== null && validTo > day;
  const step = planSteps.take('endWithVillage', factsOf(plan, false, tx.today), system);
  await tx.save(plan, { state: step.to, ...(runsOn && { validTo: day }) });
  if (to === null || !runsOn) return;
  const own = await tx.query(
    'SELECT FROM development_plan WHERE area_code = $1 AND valid_from IS NOT NULL AND daterange(valid_from, valid_to) && daterange($2, $3)',
    [to, day, validTo],
  );
  if (own.length > 0) return;
  const { baseYear, firstYear, lastYear, investmentAnalysis, incomeAnalysis, resourceAnalysis } = plan;
  const { leadingTrade, wayOfOperating, goals, measures, lifting, draftedOn } = plan;
  const { villageDecidedOn, villageDocument, checkedOn, approvedOn, evaluatedOn, evaluation } = plan;
  await tx.insert(DevelopmentPlan, {
    ...{ baseYear, firstYear, lastYear, investmentAnalysis, incomeAnalysis, resourceAnalysis },
    ...{ leadingTrade, wayOfOperating, goals, measures, lifting, draftedOn },
    ...{ villageDecidedOn, villageDocument, checkedOn, approvedOn, evaluatedOn, evaluation },
    areaCode: to,
    state,
    validFrom: day,
    validTo,
    continuesId: plan.id,
  });
}
