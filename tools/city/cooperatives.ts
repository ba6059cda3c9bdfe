import { creditCodeFrom } from '@jishi/identifiers';
import { addMonths, type CivilDate } from '@jishi/periods';
import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import { chance, idOf, idOfCode } from './random';
import type { AreaRow } from './rows';

const trades = ['怀药种植', '小麦制种', '果蔬', '农机', '畜禽养殖'] as const;

/** Its branch has lost the lead: since three months nobody of it sits on the board (汤王堤村, 圪垱店镇). */
export const LOST_LEAD = '410823108209';

interface Year {
  readonly year: number;
  /** Fen. */
  readonly income: number;
  readonly dividend: number;
  readonly collective: number;
}
export interface Cooperative {
  readonly id: string;
  readonly area: AreaRow;
  readonly branchId: string;
  readonly board: readonly string[];
  readonly members: number;
  readonly name: string;
  readonly uscc: string;
  readonly stake: number;
  readonly since: CivilDate;
  readonly years: readonly Year[];
  /** Who took over the board, and when, where the branch has lost the lead. */
  readonly lost: { readonly on: CivilDate; readonly board: readonly string[] } | null;
}

/** A cooperative in every fourth village with one branch, led by that branch through its members on the board. */
export function cooperativesOf(city: City): Cooperative[] {
  const { seed, today } = city;
  const living = new Map(
    city.areas.filter(({ kind, validTo }) => kind === 'VILLAGE' && validTo === null).map((area) => [area.code, area]),
  );
  return city.organizations.flatMap(({ id: branchId, kind, status, host, areaCode }, ordinal) => {
    const area = living.get(areaCode);
    const luck = chance(seed, 'cooperative', areaCode);
    const board = city.personsIn(areaCode).slice(0, 3);
    if (!area || host.kind !== 'VILLAGE' || kind !== 'BRANCH' || status !== 'ACTIVE' || board.length < 3) return [];
    if (!luck.happens(0.25) && areaCode !== LOST_LEAD) return [];
    const members = luck.between(8, 60);
    const stake = luck.between(5, 40) * 100;
    const thisYear = Number(today.slice(0, 4));
    const years = [thisYear - 2, thisYear - 1].map((year): Year => {
      const income = luck.between(40_000, 600_000);
      const dividend = Math.round(income * (0.1 + 0.2 * luck.next()));
      // Whole yuan, in fen.
      return {
        year,
        income: income * 100,
        dividend: dividend * 100,
        collective: Math.round((dividend * stake) / 10_000) * 100,
      };
    });
    const others = [...living.keys()].find((code) => code !== areaCode && city.personsIn(code).length >= 6) ?? '';
    return [
      {
        ...{ id: idOf('cooperative', ordinal, seed), area, branchId, board, members, stake, years },
        name: `${area.name}${luck.pick(trades)}专业合作社`,
        uscc: creditCodeFrom('9', '3', areaCode.slice(0, 6), `NH${String(ordinal).padStart(6, '0')}`),
        // Before the first of its years began.
        since: addMonths(`${thisYear - 2}-01-10` as CivilDate, -luck.between(1, 44)),
        lost: areaCode === LOST_LEAD ? { on: addMonths(today, -3), board: city.personsIn(others).slice(3, 6) } : null,
      },
    ];
  });
}

/** The cooperatives with their boards and years. */
export function fillingsOfCooperatives({ seed }: City, rows: readonly Cooperative[]): Filling[] {
  const seat = (
    cooperative: Cooperative,
    at: number,
    person: string,
    from: CivilDate,
    to: CivilDate | null,
  ): Cell[] => [
    ...[idOfCode('cooperative-seat', `${cooperative.id} ${at}`), cooperative.id, cooperative.area.code, person],
    ...[at % 3 === 0, from, to],
  ];
  return [
    {
      table: 'cooperative',
      title: '合作社',
      columns: [
        ...['id', 'area_code', 'name', 'kind', 'uscc', 'member_count', 'farmer_count', 'party_member_count'],
        ...['collective_stake', 'leading_org_id', 'led_by_org_id', 'board_revision', 'state', 'registered_on'],
        ...['active_since', 'lead_gap', 'lead_gap_since', ...trail],
      ],
      rows: () =>
        rows.map(({ id, area, name, uscc, members, stake, branchId, board, since, lost }) => [
          ...[id, area.code, name, 'FARMER_COOP', uscc, members, Math.ceil(members * 0.9), board.length],
          ...[stake, branchId, lost ? null : branchId, lost ? 2 : 1, 'ACTIVE', since, since],
          ...[lost && 'NO_SEAT', lost && lost.on, ...by],
        ]),
    },
    {
      table: 'cooperative_history',
      title: '合作社沿革',
      columns: ['cooperative_id', 'valid_from', 'valid_to', 'area_code', 'state', 'led_by_org_id'],
      rows: () =>
        rows.flatMap(({ id, area, since, branchId, lost }) => [
          [id, since, lost && lost.on, area.code, 'ACTIVE', branchId],
          ...(lost ? [[id, lost.on, null, area.code, 'ACTIVE', null]] : []),
        ]),
    },
    {
      table: 'cooperative_seat',
      title: '合作社理事会',
      columns: ['id', 'cooperative_id', 'area_code', 'person_id', 'chair', 'from_on', 'to_on'],
      rows: () =>
        rows.flatMap((row) => [
          ...row.board.map((person, at) => seat(row, at, person, row.since, row.lost && row.lost.on)),
          ...(row.lost ? row.lost.board.map((person, at) => seat(row, at + 3, person, row.lost!.on, null)) : []),
        ]),
    },
    {
      table: 'cooperative_year',
      title: '合作社年度收入',
      columns: [
        ...['id', 'cooperative_id', 'area_code', 'year', 'income', 'dividend', 'collective_dividend', ...trail],
      ],
      rows: () =>
        rows.flatMap(({ id, area, years }, at) =>
          years.map(({ year, income, dividend, collective }, nth) => [
            ...[idOf('cooperative-year', at * 2 + nth, seed), id, area.code, year, income, dividend, collective, ...by],
          ]),
        ),
    },
  ];
}
