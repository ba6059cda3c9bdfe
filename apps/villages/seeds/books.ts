import type { Actor } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import type { TestService } from '@jishi/testing';
import { codes, people } from './two-towns';

/** What a test sees of an entry. */
export interface Entry {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly amount: string;
  readonly operating: boolean;
}
/** What a test sees of a year. */
export interface Year {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly total: string;
  readonly operating: string;
  readonly operatingSurplus: string | null;
  readonly closed: {
    readonly total: string;
    readonly operating: string;
    readonly operatingSurplus: string;
    readonly revision: number;
  } | null;
}

const entryFields = `id version state amount operating operatingReason period kind cooperativeId reversalOf { id }`;
const yearFields = `id version state provisional total operating operatingSurplus netSurplus pending closedQuarters dueOn overdue
  closed { total operating operatingSurplus revision on }`;
const inputs = {
  enterIncome: ['EnterIncomeInput', 'entry'],
  correctIncomeEntry: ['CorrectIncomeEntryInput', 'entry'],
  reverseIncome: ['ReverseIncomeInput', 'entry'],
  submitIncome: ['IncomeEntryStepInput', 'entry'],
  discardIncome: ['IncomeEntryStepInput', 'entry'],
  reviewIncome: ['IncomeEntryStepInput', 'entry'],
  returnIncome: ['ReturnIncomeInput', 'entry'],
  approveIncome: ['IncomeEntryStepInput', 'entry'],
  openIncomeYear: ['OpenIncomeYearInput', 'annualIncome'],
  stateVillageExpenses: ['StateVillageExpensesInput', 'annualIncome'],
  checkVillageCash: ['CheckVillageCashInput', 'annualIncome'],
  closeIncomeQuarter: ['CloseIncomeQuarterInput', 'annualIncome'],
  signIncomeYear: ['SignIncomeYearInput', 'annualIncome'],
  reviseIncomeYear: ['ReviseIncomeYearInput', 'annualIncome'],
} as const;
export type Mutation = keyof typeof inputs;

export const textOf = (name: Mutation): string => {
  const [type, field] = inputs[name];
  const fields = field === 'entry' ? entryFields : yearFields;
  return `mutation($input: ${type}!) { ${name}(input: $input) { ${field} { ${fields} } } }`;
};

/** The books of a village, kept through the graph by those who keep them in the office. */
export const booksOf = (service: () => TestService) => {
  async function act<T extends Entry | Year>(actor: Actor, name: Mutation, input: object): Promise<T> {
    const data = await service().data<Record<string, Record<string, T>>>(actor, textOf(name), { input });
    return data[name]![inputs[name][1]]!;
  }
  const verdict = (actor: Actor, name: Mutation, input: object): Promise<string> =>
    service().verdict(actor, textOf(name), { input });
  const seen = ({ id, version }: { readonly id: string; readonly version: number }) => ({ id, version });

  const drafted = (more: object = {}) =>
    act<Entry>(people.vc, 'enterIncome', {
      areaCode: codes.dazhuang,
      period: '2026-01',
      kind: 'OPERATION',
      amount: '1000.00',
      proof: '发票001',
      ...more,
    });
  const submitted = async (more: object = {}, by: Actor = people.vc) =>
    act<Entry>(by, 'submitIncome', seen(await drafted(more)));
  const reviewed = async (more: object = {}) => act<Entry>(people.ts, 'reviewIncome', seen(await submitted(more)));
  const approved = async (more: object = {}) => act<Entry>(people.ag, 'approveIncome', seen(await reviewed(more)));

  /** Carries an entry on, from wherever it stands, until it counts. */
  async function approve(entry: Entry): Promise<Entry> {
    const sent = await act<Entry>(people.ag0, 'submitIncome', seen(entry));
    return act<Entry>(people.ag, 'approveIncome', seen(await act<Entry>(people.ts0, 'reviewIncome', seen(sent))));
  }

  const yearNow = async (year: number, areaCode: string = codes.dazhuang, by: Actor = people.ag) =>
    (
      await service().data<{ annualIncome: Year }>(
        by,
        `query($areaCode: AreaCode!, $year: Int!) { annualIncome(areaCode: $areaCode, year: $year) { ${yearFields} } }`,
        { areaCode, year },
      )
    ).annualIncome;

  /** A year of a village with entries by kind (yuan), expenses stated and cash counted: ready to be signed. */
  async function ready(
    year: number,
    byKind: Readonly<Record<string, number>>,
    { areaCode = codes.dazhuang as string, expense = 0, on = `${year + 1}-01-10` } = {},
  ): Promise<Year> {
    service().on(on as CivilDate);
    for (const [kind, yuan] of Object.entries(byKind)) {
      const input = { areaCode, period: `${year}-03`, kind, amount: `${yuan}.00`, proof: '凭证' };
      const more = kind === 'COOP_SHARE' ? { cooperativeId: '018f0000-0000-7000-8000-000000000500' } : {};
      await approve(await act<Entry>(people.ag0, 'enterIncome', { ...input, ...more }));
    }
    const known = (await yearNow(year, areaCode, people.ag0)) as Year | null;
    const input = {
      ...{ areaCode, year, version: known?.version ?? null },
      ...{ operatingExpense: `${expense}.00`, managementExpense: '0.00' },
    };
    const stated = await act<Year>(people.ag0, 'stateVillageExpenses', input);
    return act<Year>(people.ts0, 'checkVillageCash', { ...seen(stated), counted: '88.00', booked: '88.00' });
  }
  const sign = async (year: Year): Promise<Year> => {
    const first = await act<Year>(people.ts0, 'signIncomeYear', { ...seen(year), side: 'TOWN' });
    return act<Year>(people.ag, 'signIncomeYear', { ...seen(first), side: 'AGRICULTURE' });
  };
  const closed = async (...args: Parameters<typeof ready>): Promise<Year> => sign(await ready(...args));
  return { act, verdict, seen, drafted, submitted, reviewed, approved, approve, yearNow, ready, sign, closed };
};
