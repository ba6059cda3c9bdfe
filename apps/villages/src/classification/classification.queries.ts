import type { CivilDate } from '@jishi/periods';
import { groupedBy, readRows, where, within, type Context } from '@jishi/subgraph';
import { VillageJudgement } from './classification.entities';

export type JudgementRow = Omit<VillageJudgement, 'createdAt' | 'createdBy'>;

/** Every judgement of each village, newest first; with a day those made until then. */
export async function judgementsOf(
  ctx: Context,
  codes: readonly string[],
  { year, asOf }: { readonly year?: number | null; readonly asOf?: CivilDate | null },
): Promise<JudgementRow[][]> {
  const rows = await readRows<JudgementRow>(
    ctx,
    'village-judgements',
    `SELECT c.id, c.area_code AS "areaCode", c.year, c.class, c.weak, c.measure, c.value, c.threshold, c.rule_key AS "ruleKey",
       c.rule_document AS "ruleDocument", c.rule_article AS "ruleArticle", c.target_id AS "targetId", c.profile,
       c.years_at_floor AS "yearsAtFloor", c.years_needed AS "yearsNeeded", c.cause, c.rules_on AS "rulesOn",
       c.judged_on AS "judgedOn"
     FROM village_class c WHERE {where} ORDER BY c.year DESC, c.id DESC`,
    within(ctx, VillageJudgement, 'c'),
    where('c.area_code = ANY(?)', codes),
    year == null ? null : where('c.year = ?', year),
    asOf ? where('c.judged_on <= ?', asOf) : null,
  );
  return groupedBy(codes, rows, ({ areaCode }) => areaCode);
}
