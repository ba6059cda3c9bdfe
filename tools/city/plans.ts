import { addDays, addMonths } from '@jishi/periods';
import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import { chance, idOf } from './random';
import type { Village } from './villages';

/** Fen: below it a village of the demonstration is lifted by a plan. */
const LIFTED_BELOW = 6_000_000;

const measures = [
  '盘活闲置学校和厂房对外出租',
  '规范发包机动地并清理旧合同',
  '领办合作社统一购销',
  '对接帮扶单位落实产业项目',
] as const;

/** 一村一策: for most weak villages and some others; measures with results, one that is late here and there, one plan still in draft. */
export function fillingOfPlans({ seed, today }: City, villages: readonly Village[]): Filling {
  const year = Number(today.slice(0, 4));
  const rows = villages.flatMap(({ area, ordinal, years }): Cell[][] => {
    const luck = chance(seed, 'plan', area.code);
    const base = years.find((each) => each.year === year - 2);
    if (area.validTo !== null || !base) return [];
    const total = base.entries.reduce((sum, { amount }) => sum + amount, 0);
    const lifting = total < LIFTED_BELOW;
    // Some weak villages have none: the list of villages without a plan is not empty.
    if (!luck.happens(lifting ? 0.85 : 0.2)) return [];
    const state = luck.happens(0.08) ? 'DRAFT' : luck.happens(0.15) ? 'APPROVED' : 'RUNNING';
    const draft = state === 'DRAFT';
    const drafted = draft ? addDays(today, -luck.between(5, 40)) : addMonths(today, -luck.between(9, 12));
    const approved = draft ? null : addDays(drafted, 40);
    const goal = Math.max(10_000_000, Math.ceil((total * 1.25) / 1_000_000) * 1_000_000);
    const goals = [year, year + 1].map((each, at) => ({
      year: each,
      total: goal + at * 2_000_000,
      operating: Math.round((goal * 0.6) / 100) * 100 + at * 1_500_000,
    }));
    const planned = measures.slice(0, luck.between(2, 4)).map((content, at) => {
      const dueOn = addMonths(drafted, 5 + at * 4);
      const done = state === 'RUNNING' && dueOn < today && luck.happens(0.8);
      return {
        no: at + 1,
        content,
        responsible: at % 2 === 0 ? '村党组织书记' : '驻村第一书记',
        dueOn,
        doneOn: done ? addDays(dueOn, -luck.between(1, 20)) : null,
        result: done ? '已完成，收入已入账' : null,
      };
    });
    return [
      [
        ...[idOf('development-plan', ordinal, seed), area.code, year - 1, year, year + 1],
        ...['上级资金、帮扶单位资金和村自筹', '近三年收入以发包、租金为主', '机动地、闲置房屋和劳动力有潜力'],
        ...['特色种植和物业租赁', '村集体经济组织自营与合作经营', JSON.stringify(goals), JSON.stringify(planned)],
        ...[lifting, state, drafted, draft ? null : addDays(drafted, 12), draft ? null : `${area.name}决议${year}-1号`],
        ...[draft ? null : addDays(drafted, 25), approved, approved, ...by],
      ],
    ];
  });
  return {
    table: 'development_plan',
    title: '一村一策',
    columns: [
      ...['id', 'area_code', 'base_year', 'first_year', 'last_year', 'investment_analysis', 'income_analysis'],
      ...['resource_analysis', 'leading_trade', 'way_of_operating', 'goals', 'measures', 'lifting', 'state'],
      ...['drafted_on', 'village_decided_on', 'village_document', 'checked_on', 'approved_on', 'valid_from', ...trail],
    ],
    rows: () => rows,
  };
}
