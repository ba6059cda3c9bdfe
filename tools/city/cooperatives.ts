import { creditCodeFrom } from '@jishi/identifiers';
import { addMonths } from '@jishi/periods';
import type { City } from './city';
import { by, trail, type Filling } from './columns';
import { chance, idOf } from './random';

const trades = ['怀药种植', '小麦制种', '果蔬', '农机', '畜禽养殖'] as const;

/** A cooperative in every fourth village with one branch, led by that branch through its members on the board. */
export function fillingsOfCooperatives(city: City): Filling[] {
  const { seed, today } = city;
  const living = new Map(
    city.areas.filter(({ kind, validTo }) => kind === 'VILLAGE' && validTo === null).map((area) => [area.code, area]),
  );
  const rows = city.organizations.flatMap(({ id: branchId, kind, status, host, areaCode }, ordinal) => {
    const area = living.get(areaCode);
    const luck = chance(seed, 'cooperative', areaCode);
    const board = city.personsIn(areaCode).slice(0, 3);
    if (!area || host.kind !== 'VILLAGE' || kind !== 'BRANCH' || status !== 'ACTIVE' || board.length < 3) return [];
    if (!luck.happens(0.25)) return [];
    const members = luck.between(8, 60);
    return [
      {
        ...{ id: idOf('cooperative', ordinal, seed), area, branchId, board, members },
        name: `${area.name}${luck.pick(trades)}专业合作社`,
        uscc: creditCodeFrom('9', '3', areaCode.slice(0, 6), `NH${String(ordinal).padStart(6, '0')}`),
        stake: luck.between(5, 40) * 100,
        since: addMonths(today, -luck.between(26, 70)),
        // Whole yuan, in fen; nothing is paid out yet.
        income: luck.between(40_000, 600_000) * 100,
      },
    ];
  });
  return [
    {
      table: 'cooperative',
      title: '合作社',
      columns: [
        ...['id', 'area_code', 'name', 'kind', 'uscc', 'member_count', 'farmer_count', 'party_member_count'],
        ...['collective_stake', 'leading_org_id', 'led_by_org_id', 'board_revision', 'state', 'registered_on'],
        ...['active_since', ...trail],
      ],
      rows: () =>
        rows.map(({ id, area, name, uscc, members, stake, branchId, board, since }) => [
          ...[id, area.code, name, 'FARMER_COOP', uscc, members, Math.ceil(members * 0.9), board.length],
          ...[stake, branchId, branchId, 1, 'ACTIVE', since, since, ...by],
        ]),
    },
    {
      table: 'cooperative_history',
      title: '合作社沿革',
      columns: ['cooperative_id', 'valid_from', 'valid_to', 'area_code', 'state', 'led_by_org_id'],
      rows: () => rows.map(({ id, area, since, branchId }) => [id, since, null, area.code, 'ACTIVE', branchId]),
    },
    {
      table: 'cooperative_seat',
      title: '合作社理事会',
      columns: ['id', 'cooperative_id', 'area_code', 'person_id', 'chair', 'from_on'],
      rows: () =>
        rows.flatMap(({ id, area, board, since }, at) =>
          board.map((person, seat) => [
            ...[idOf('cooperative-seat', at * 3 + seat, seed), id, area.code, person, seat === 0, since],
          ]),
        ),
    },
    {
      table: 'cooperative_year',
      title: '合作社年度收入',
      columns: [
        ...['id', 'cooperative_id', 'area_code', 'year', 'income', 'dividend', 'collective_dividend', ...trail],
      ],
      rows: () =>
        rows.map(({ id, area, income }, at) => [
          ...[idOf('cooperative-year', at, seed), id, area.code, Number(today.slice(0, 4)) - 1, income, 0, 0, ...by],
        ]),
    },
  ];
}
