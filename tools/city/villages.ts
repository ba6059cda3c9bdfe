import { creditCodeFrom } from '@jishi/identifiers';
import { addDays, addMonths, type CivilDate } from '@jishi/periods';
import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import { cooperativesOf, fillingsOfCooperatives, type Cooperative } from './cooperatives';
import { fillingOfPlans } from './plans';
import { chance, idOf, type Chance } from './random';
import type { AreaRow } from './rows';

/** Codes of villages that demonstrations, questions and tests rely on (武陟县). */
export const VILLAGE_CASES = {
  /** No income at all in the last closed year. */
  shell: '410823102204',
  /** Below the floor by every measure. */
  weak: ['410823102201', '410823108205', '410823204202'],
  /** A grant lifts the total above the floor, operating income stays below it. */
  liftedByGrant: '410823102206',
  star: '410823108206',
  model: '410823102200',
} as const;

/** Villages whose figures are told, in which no cooperative adds to them. */
const plain: ReadonlySet<string> = new Set([VILLAGE_CASES.shell, ...VILLAGE_CASES.weak, VILLAGE_CASES.liftedByGrant]);

const kinds = ['OPERATION', 'CONTRACT', 'LEASE', 'INVESTMENT', 'SERVICE', 'GRANT', 'OTHER', 'COOP_SHARE'] as const;
type Kind = (typeof kinds)[number];
const columnOf: Record<Kind, string> = {
  OPERATION: 'operation',
  CONTRACT: 'contract',
  LEASE: 'lease',
  INVESTMENT: 'investment',
  SERVICE: 'service',
  GRANT: 'grants',
  OTHER: 'other',
  COOP_SHARE: 'coop_share',
};
const operating: ReadonlySet<Kind> = new Set([
  ...(['OPERATION', 'CONTRACT', 'LEASE', 'INVESTMENT', 'SERVICE', 'COOP_SHARE'] as const),
]);
const summaries: Record<Kind, readonly string[]> = {
  OPERATION: ['怀药种植销售收入', '光伏发电收入', '粮食烘干收入'],
  CONTRACT: ['机动地发包收入', '鱼塘发包收入'],
  LEASE: ['门面房租金', '厂房租金', '仓库租金'],
  INVESTMENT: ['入股企业分红', '专项资金投资收益'],
  SERVICE: ['农机服务收入', '劳务居间服务费'],
  GRANT: ['扶持发展资金', '转移支付补助'],
  OTHER: ['废旧物资处置'],
  COOP_SHARE: ['合作社分红'],
};

/** Income of a village in a month, in fen. */
interface Entry {
  readonly id: string;
  readonly period: string;
  readonly kind: Kind;
  readonly amount: number;
  readonly state: 'LOCKED' | 'APPROVED' | 'SUBMITTED' | 'DRAFT';
  readonly cooperativeId?: string;
}

export interface Year {
  readonly id: string;
  readonly areaCode: string;
  readonly year: number;
  readonly closed: boolean;
  readonly entries: readonly Entry[];
  readonly operatingExpense: number | null;
  readonly managementExpense: number | null;
}

export interface Village {
  readonly area: AreaRow;
  readonly ordinal: number;
  readonly households: number;
  readonly years: readonly Year[];
}

const yuan = (amount: number): number => Math.round(amount) * 100;

/** What a village earns in a usual year, in yuan: log-normal with median 0.3 and mean 1.0 million (rules.md §10). */
function yearlyTotal(areaCode: string, luck: Chance): { total: number; operatingShare: number } {
  if (areaCode === VILLAGE_CASES.shell) return { total: 0, operatingShare: 0 };
  if (VILLAGE_CASES.weak.some((code) => code === areaCode)) return { total: 31_000, operatingShare: 0.7 };
  if (areaCode === VILLAGE_CASES.liftedByGrant) return { total: 96_000, operatingShare: 0.3 };
  if (areaCode === VILLAGE_CASES.star) return { total: 2_400_000, operatingShare: 0.85 };
  if (areaCode === VILLAGE_CASES.model) return { total: 860_000, operatingShare: 0.8 };
  return {
    total: Math.min(20_000_000, 300_000 * Math.exp(1.4 * luck.normal())),
    operatingShare: 0.35 + 0.55 * luck.next(),
  };
}

/** The entries of a year up to a month, a few by kind, that add up to the year's share of the total. */
function entriesOf(
  city: City,
  village: { areaCode: string; ordinal: number },
  year: number,
  months: { readonly from: number; readonly to: number },
  closed: boolean,
): Entry[] {
  const luck = chance(city.seed, 'income', village.areaCode, year);
  const { total, operatingShare } = yearlyTotal(village.areaCode, chance(city.seed, 'village', village.areaCode));
  const growth = VILLAGE_CASES.weak.some((code) => code === village.areaCode)
    ? 1
    : 1 + 0.08 * (year - Number(city.today.slice(0, 4)) + 1) + 0.05 * luck.normal();
  const share = (months.to - months.from + 1) / 12;
  const wanted = Math.max(0, total * growth * share);
  if (wanted === 0) return [];
  const own = kinds.filter((kind) => operating.has(kind) && kind !== 'COOP_SHARE');
  const chosen = own.filter((_, at) => at === 1 || luck.happens(0.45));
  const parts: [Kind, number][] = [
    ...chosen.map((kind): [Kind, number] => [kind, (wanted * operatingShare) / chosen.length]),
    ['GRANT', wanted * (1 - operatingShare) * 0.8],
    ['OTHER', wanted * (1 - operatingShare) * 0.2],
  ];
  return parts.map(([kind, amount], at): Entry => {
    const month = luck.between(months.from, months.to);
    const waiting = !closed && month === months.to;
    return {
      id: idOf('income-entry', (village.ordinal * 8 + (year % 8)) * 16 + at, city.seed),
      period: `${year}-${String(month).padStart(2, '0')}`,
      kind,
      amount: yuan(Math.max(100, amount)),
      state: closed ? 'LOCKED' : waiting ? (luck.happens(0.5) ? 'SUBMITTED' : 'DRAFT') : 'APPROVED',
    };
  });
}

function villagesOf(city: City, cooperatives: readonly Cooperative[]): Village[] {
  const sharesOf = new Map(cooperatives.map((cooperative) => [cooperative.area.code, cooperative]));
  const current = Number(city.today.slice(0, 4));
  const month = Number(city.today.slice(5, 7));
  return city.areas
    .filter(({ kind }) => kind === 'VILLAGE')
    .map((area, ordinal) => {
      const luck = chance(city.seed, 'households', area.code);
      const years: Year[] = [];
      for (const year of [current - 2, current - 1, current]) {
        const begins = area.validFrom.startsWith(String(year)) ? Number(area.validFrom.slice(5, 7)) : 1;
        const ends = area.validTo?.startsWith(String(year)) ? Number(area.validTo.slice(5, 7)) - 1 : 12;
        if (area.validFrom >= `${year + 1}` || (area.validTo !== null && area.validTo <= `${year}-02`)) continue;
        const closed = year < current;
        const to = closed ? ends : Math.min(ends, month);
        const cooperative = sharesOf.get(area.code);
        const share = cooperative?.years.find((each) => each.year === year && each.collective > 0);
        const entries = entriesOf(city, { areaCode: area.code, ordinal }, year, { from: begins, to }, closed);
        if (cooperative && share)
          entries.push({
            id: idOf('income-entry', (ordinal * 8 + (year % 8)) * 16 + 15, city.seed),
            period: `${year}-12`,
            kind: 'COOP_SHARE',
            amount: share.collective,
            state: 'LOCKED',
            cooperativeId: cooperative.id,
          });
        const earned = entries.filter(({ kind }) => operating.has(kind)).reduce((sum, { amount }) => sum + amount, 0);
        years.push({
          id: idOf('income-year', ordinal * 8 + (year % 8), city.seed),
          areaCode: area.code,
          year,
          closed,
          entries,
          operatingExpense: closed ? Math.round((earned * luck.between(15, 40)) / 10_000) * 100 : null,
          managementExpense: closed ? Math.round((earned * luck.between(4, 12)) / 10_000) * 100 : null,
        });
      }
      return { area, ordinal, households: luck.between(90, 720), years };
    });
}

const trades = ['怀药种植', '设施蔬菜', '优质小麦', '生猪养殖', '乡村旅游', '光伏发电', '农产品加工'] as const;

/** The tables of villages, in the order of their foreign keys. */
export function fillingsOfVillages(city: City): Filling[] {
  const cooperatives = cooperativesOf(city).filter(({ area }) => !plain.has(area.code));
  const villages = villagesOf(city, cooperatives);
  const years = villages.flatMap((village) => village.years);
  const loadedAt = `${city.today}T00:00:00+08:00`;
  const farmlandOf = ({ households }: Village): string => (households * 5.2).toFixed(3);
  const sumOf = (year: Year, counts: (kind: Kind) => boolean): number =>
    year.entries
      .filter(({ kind, state }) => counts(kind) && (state === 'LOCKED' || state === 'APPROVED'))
      .reduce((sum, { amount }) => sum + amount, 0);
  const operatingOf = (year: Year): number => sumOf(year, (kind) => operating.has(kind));
  const surplusOf = (year: Year): number =>
    operatingOf(year) - (year.operatingExpense ?? 0) - (year.managementExpense ?? 0);
  const closedOn = ({ year }: Year): CivilDate => `${year + 1}-01-26`;
  const model = villages.find(({ area }) => area.code === VILLAGE_CASES.model);
  return [
    {
      table: 'village',
      title: '行政村',
      columns: [
        ...['area_code', 'households', 'population', 'farmland', 'endowments', 'leading_trade', 'economic_org_name'],
        ...['economic_org_uscc', 'economic_org_members', 'model', 'status', 'valid_from', 'merged_on', 'replaced_by'],
        ...trail,
      ],
      rows: () =>
        villages.map((village) => {
          const { area, ordinal, households } = village;
          const luck = chance(city.seed, 'village-facts', area.code);
          const trade = luck.pick(trades);
          return [
            ...[area.code, households, Math.round(households * 3.6), farmlandOf(village), `耕地为主，${trade}有基础`],
            ...[trade, `${area.name}股份经济合作社`, codeOf(area, ordinal), Math.round(households * 3.4)],
            ...[area.code === VILLAGE_CASES.model, area.validTo ? 'MERGED' : 'ACTIVE', area.validFrom],
            ...[area.validTo, area.replacedBy, ...by],
          ];
        }),
    },
    {
      table: 'village_year',
      title: '行政村年度统计',
      columns: ['id', 'area_code', 'year', 'households', 'population', ...trail],
      rows: () =>
        years
          .filter(({ closed }) => closed)
          .map(({ id, areaCode, year }) => {
            const households = villages.find(({ area }) => area.code === areaCode)?.households ?? 0;
            return [id, areaCode, year, households, Math.round(households * 3.6), ...by];
          }),
    },
    {
      table: 'model_village',
      title: '示范村',
      columns: [
        ...['id', 'area_code', 'state', 'reason', 'nominated_on', 'nominated_by', 'decided_on', 'decided_by', ...trail],
      ],
      rows: () =>
        model
          ? [
              [
                ...[
                  idOf('model-village', model.ordinal, city.seed),
                  model.area.code,
                  'NAMED',
                  '集体经济和村容村貌示范',
                ],
                ...[addMonths(city.today, -20), 'system:city', addMonths(city.today, -18), 'system:city', ...by],
              ],
            ]
          : [],
    },
    {
      table: 'annual_income',
      title: '村集体年度收入',
      columns: [
        ...['id', 'area_code', 'year', 'state', ...kinds.map((kind) => columnOf[kind]), 'operating'],
        ...['operating_expense', 'management_expense', 'closed_quarters', 'cash_counted', 'cash_booked'],
        ...['cash_checked_on', 'cash_checked_by', 'town_signed_by', 'town_signed_at', 'agriculture_signed_by'],
        ...['agriculture_signed_at', 'closed_total', 'closed_operating', 'closed_operating_surplus'],
        ...['first_closed_on', 'closed_on', 'revision', ...trail],
      ],
      rows: () =>
        years.map((year) => {
          const earned = operatingOf(year);
          const signed: Cell[] = year.closed ? ['system:city', `${closedOn(year)}T02:00:00Z`] : [null, null];
          const quarters = Math.floor((Number(city.today.slice(5, 7)) - 1) / 3);
          return [
            ...[year.id, year.areaCode, year.year, year.closed ? 'CLOSED' : 'OPEN'],
            ...kinds.map((kind) => sumOf(year, (each) => each === kind)),
            ...[earned, year.operatingExpense, year.managementExpense, year.closed ? 4 : quarters],
            ...(year.closed ? [0, 0, closedOn(year), 'system:city'] : [null, null, null, null]),
            ...[...signed, ...signed],
            ...(year.closed ? [sumOf(year, () => true), earned, surplusOf(year)] : [null, null, null]),
            ...(year.closed ? [closedOn(year), closedOn(year), 0] : [null, null, null]),
            ...by,
          ];
        }),
    },
    {
      table: 'income_entry',
      title: '村集体收入台账',
      columns: [
        ...['id', 'year_id', 'area_code', 'period', 'kind', 'amount', 'operating', 'proof', 'summary', 'state'],
        ...['author', 'submitted_by', 'reviewed_by', 'approved_by', 'cooperative_id', ...trail],
      ],
      *rows() {
        for (const year of years)
          for (const entry of year.entries) {
            const { state } = entry;
            const proof = state === 'DRAFT' ? null : `票据${year.year}-${entry.id.slice(-6)}`;
            const approved = state === 'LOCKED' || state === 'APPROVED' ? 'system:city' : null;
            const summary = summaries[entry.kind][entry.amount % summaries[entry.kind].length] ?? null;
            yield [
              ...[entry.id, year.id, year.areaCode, entry.period, entry.kind, entry.amount, operating.has(entry.kind)],
              ...[proof, summary, state, 'system:city', proof && 'system:city', approved, approved],
              ...[entry.cooperativeId ?? null, ...by],
            ];
          }
      },
    },
    {
      table: 'annual_income_step',
      title: '年度结账记录',
      columns: [
        ...[
          'id',
          'year_id',
          'area_code',
          'step',
          'by',
          'at',
          'revision',
          'to_total',
          'to_operating',
          'to_operating_surplus',
        ],
      ],
      rows: () =>
        years
          .filter(({ closed }) => closed)
          .map((year) => [
            ...[year.id, year.id, year.areaCode, 'CLOSED', 'system:city', loadedAt, 0],
            ...[sumOf(year, () => true), operatingOf(year), surplusOf(year)],
          ]),
    },
    ...stationed(city, villages),
    ...fillingsOfCooperatives(city, cooperatives),
    fillingOfPlans(city, villages),
  ];
}

const codeOf = (area: AreaRow, ordinal: number): string =>
  creditCodeFrom('N', '2', area.code.slice(0, 6), `JC${String(ordinal).padStart(6, '0')}`);

/** First secretaries: in every weak village but a few, and in some others; one term comes to its end soon, one is long over. */
function stationed(city: City, villages: readonly Village[]): Filling[] {
  const { today, seed } = city;
  const taken = new Set<string>();
  const rows: Cell[][] = [];
  const required: Cell[][] = [];
  const living = villages.filter(({ area }) => area.validTo === null);
  for (const { area, ordinal, years } of living) {
    const last = years.findLast(({ closed }) => closed);
    const total = last?.entries.reduce((sum, { amount }) => sum + amount, 0) ?? 0;
    const luck = chance(seed, 'stationed', area.code);
    const weak = total < yuan(60_000);
    if (!weak && !luck.happens(0.06)) continue;
    if (!weak)
      required.push([idOf('requirement', ordinal, seed), area.code, '乡村振兴重点村', addMonths(today, -30), ...by]);
    // Some have none: the list of villages that must have one and have not is not empty.
    if (luck.happens(0.12)) continue;
    const senders = city.sendersOf(area.code.slice(0, 6));
    if (senders.length === 0) continue;
    const sender = luck.pick(senders);
    const personId = sender.personIds.find((id) => !taken.has(id));
    if (!personId) continue;
    taken.add(personId);
    const soon = luck.happens(0.1);
    const posted = addDays(today, soon ? -700 : -luck.between(60, 600));
    rows.push([
      ...[idOf('stationed', ordinal, seed), personId, area.code, 'FIRST_SECRETARY', sender.unitId, sender.orgId],
      ...[posted, addMonths(posted, 24), 'ON_POST', addDays(posted, -30), addDays(posted, -10), posted, ...by],
    ]);
  }
  return [
    {
      table: 'stationed_requirement',
      title: '驻村选派要求',
      columns: ['id', 'area_code', 'reason', 'valid_from', ...trail],
      rows: () => required,
    },
    {
      table: 'stationed_assignment',
      title: '驻村第一书记',
      columns: [
        ...['id', 'person_id', 'area_code', 'role', 'sender_unit_id', 'sender_org_id', 'planned_from', 'planned_to'],
        ...['state', 'nominated_on', 'decided_on', 'posted_on', ...trail],
      ],
      rows: () => rows,
    },
  ];
}
