import { addDays } from '@jishi/periods';
import { CITY, COUNTY } from './areas';
import type { City } from './city';
import { by, trail, type Cell, type Filling, type Together } from './columns';
import type { Office } from './departments';
import { somewhereIn } from './geography';
import { GRID_CASES, type GridRow } from './grid-cases';
import { livedSince, type Action, type Life, type Leg, type Limit } from './matter-lives';
import { limitsOf, matterTypes, outside, type Type } from './matter-types';
import { chance, idOf, type Chance } from './random';
import { workingClock, type WorkingClock } from './working-clock';

/** Matters of one year, up to the evening before the day of loading (rules.md §10). */
export const MATTERS = { county: 6000, city: 550_000 } as const;
/** Drawn and written at a time; few, so that they are gone before anybody has to tidy up after them. */
const PART = 1000;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Matter {
  readonly id: string;
  readonly ordinal: number;
  readonly no: string;
  readonly type: Type;
  readonly grid: GridRow;
  readonly life: Life;
  readonly rating: number | null;
  readonly summary: string;
  readonly at: readonly [number, number] | null;
}

interface World {
  readonly city: City;
  readonly grids: readonly GridRow[];
  /** The grid of the examples. */
  readonly shown: GridRow | undefined;
  readonly now: number;
  readonly clock: WorkingClock;
  /** The next number of every county and year, as its book will go on counting. */
  readonly books: Map<string, number>;
}

const weights = matterTypes.map(({ weight }) => weight);

/** A moment of the day on some day before the last one. */
function momentBefore(luck: Chance, clock: WorkingClock, last: number): number {
  return clock.startOfDay(last - Math.floor(luck.next() * 12 * hour)) + (510 + Math.floor(luck.next() * 540)) * minute;
}

/** Who answers for a type in a county, and another department to which it may be sent by mistake. */
function officesFor({ city }: World, { department }: Type, county: string, luck: Chance): Office[] {
  const offices = city.officesOf(county);
  const owner = offices.get(department);
  const others = [...offices.values()].filter(({ id }) => id !== owner?.id);
  return owner && others.length > 0 ? [owner, luck.pick(others)] : [];
}

function matterAt(world: World, ordinal: number, count: number): Matter {
  const { city, grids, shown, now, clock, books } = world;
  const luck = chance(city.seed, 'matter', ordinal);
  const type = matterTypes[luck.weighted(weights)] ?? matterTypes[0]!;
  const drawn = grids[luck.between(0, grids.length - 1)]!;
  // The grid of the examples has some of the newest, so that something is open there.
  const grid = (count - ordinal <= 40 && ordinal % 4 === 0 && shown) || drawn;
  // Spread over the year in the order of their numbers, the newest last.
  const reportedAt = Math.min(
    now - 20 * minute,
    momentBefore(luck, clock, now - Math.floor(((count - ordinal) / count) * 364 * day)),
  );
  const county = grid.areaCode.slice(0, 6);
  const book = `${county}-${clock.dateOf(reportedAt).slice(0, 4)}`;
  const no = (books.get(book) ?? 0) + 1;
  books.set(book, no);
  const offices = officesFor(world, type, county, luck);
  const life = livedSince({ luck, clock, type, reportedAt, now, offices });
  return {
    id: idOf('matter', ordinal, city.seed),
    ordinal,
    no: `${book}-${String(no).padStart(6, '0')}`,
    type,
    grid,
    life,
    rating: life.rating,
    summary: `${grid.name}：${luck.pick(type.words)}`,
    at: grid.ring ? somewhereIn(grid.ring, luck.next(), luck.next()) : null,
  };
}

const origins = ['GRID_STAFF', 'GRID_STAFF', 'RESIDENT', 'HOTLINE_365', 'VISIT'] as const;

/** Matters with their steps, drawn once for all their tables. */
export function fillingsOfMatters(city: City, grids: readonly GridRow[]): (Filling | Together)[] {
  const { seed, today } = city;
  const count = MATTERS[city.size];
  const now = Date.parse(`${addDays(today, -1)}T20:00:00+08:00`);
  const clock = workingClock(addDays(today, -380), addDays(today, 200));
  const living = grids.filter(({ tier, validTo }) => tier === 'BASIC' && validTo === null);
  const shown = living.find(({ code }) => code === GRID_CASES.grid);
  const books = new Map<string, number>();
  const world: World = { city, grids: living, shown, now, clock, books };
  const written = (at: number | null): string | null => (at === null ? null : clock.written(at));
  const admitted = `${Number(today.slice(0, 4)) - 2}-03-01`;
  const types = [...matterTypes.map((type) => ({ ...type, state: 'ADMITTED' as const })), ...outside];
  const legIdOf = ({ ordinal }: Matter, leg: Leg): string => idOf('matter-leg', ordinal * 4 + leg.ordinal, seed);

  const rowOf = ({ id, no, type, grid, life, rating, summary, at, ordinal }: Matter): Cell[] => {
    const running = life.limits.findLast(({ to }) => to === null);
    const due = running?.due ?? null;
    const origin = origins[ordinal % origins.length] ?? 'RESIDENT';
    return [
      ...[id, no, type.code, 1, origin, grid.id, grid.areaCode, at?.[0] ?? null, at?.[1] ?? null, summary],
      ...[origin === 'GRID_STAFF' ? ['photo:before'] : [], type.level, life.state, life.owner?.id ?? null],
      ...[life.legs.at(-1)?.unit.id ?? null, running?.step ?? null, written(due), running?.provisional ?? false],
      ...[due !== null && due + 5 * minute < now, running?.minutesLeft ?? null, life.round, life.refused],
      ...[life.returned, life.reopened, life.resolvedAt === null ? null : `已处置：${type.name}已解决`, rating],
      ...[written(life.reportedAt), written(life.acceptedAt), written(life.resolvedAt), written(life.askedAt)],
      ...[written(life.closedAt), life.minutes, ...by],
    ];
  };
  const legRow = (matter: Matter, leg: Leg): Cell[] => [
    ...[legIdOf(matter, leg), matter.id, matter.grid.areaCode, leg.unit.id, leg.unit.orgId, leg.round, leg.binding],
    ...[leg.state, written(leg.dispatchedAt), leg.suspensions, leg.suspension?.reason ?? null],
    ...[leg.suspension?.until ?? null, leg.resolvedAt === null ? null : `${matter.type.name}已处置完毕`],
    ...[written(leg.resolvedAt), ...by],
  ];
  const limitRow = (matter: Matter, limit: Limit): Cell[] => [
    ...[matter.id, limit.leg && legIdOf(matter, limit.leg), matter.grid.areaCode, limit.step],
    ...[
      limit.leg?.unit.id ?? null,
      limit.rework,
      limit.unit,
      written(limit.from),
      written(limit.due),
      limit.provisional,
    ],
    ...[limit.minutesLeft, written(limit.pausedAt), limit.pausedMinutes, written(limit.to), limit.inTime, limit.solved],
    ...[matter.life.state !== 'VOID'],
  ];
  const actionRow = (matter: Matter, action: Action): Cell[] => [
    ...[matter.id, action.leg && legIdOf(matter, action.leg), written(action.at), 'system:city', 'system:city'],
    ...[action.kind, action.note, action.evidence ? ['photo:after'] : [], action.from, action.to],
  ];
  return [
    {
      table: 'matter_type',
      title: '网格事项清单',
      columns: ['code', 'area_code', 'edition', 'state', 'state_on', 'state_reason', ...trail],
      rows: () =>
        types.map(({ code, state }) => [
          ...[code, CITY, 1, state, admitted, state === 'SUSPENDED' ? '主管部门未落实保障经费' : null, ...by],
        ]),
    },
    {
      table: 'matter_type_edition',
      title: '网格事项版本',
      columns: [
        ...['code', 'edition', 'name', 'legal_basis', 'grid_duty', 'level', 'owner_department_code', 'emergency'],
        ...['limits', 'admitted_on', 'created_by'],
      ],
      rows: () =>
        types.map((type) => [
          ...[type.code, 1, type.name, '市网格化服务管理事项清单', type.duty, type.level, type.department],
          ...[type.emergency ?? false, limitsOf(type), type.state === 'REQUESTED' ? null : admitted, 'system:city'],
        ]),
    },
    {
      table: 'admission_request',
      title: '网格事项准入申请',
      columns: [
        ...['id', 'code', 'edition', 'area_code', 'unit_id', 'unit_org_id', 'reason', 'workload_minutes', 'money_fen'],
        ...['state', 'requested_on', ...trail],
      ],
      rows: () =>
        outside.flatMap(({ code, state, department }, at) => {
          const office = city.officesOf(COUNTY).get(department);
          if (state !== 'REQUESTED' || !office) return [];
          return [
            [
              ...[idOf('admission-request', at, seed), code, 1, CITY, office.id, office.orgId],
              ...['请求网格员按月填报报表', 240, 0, 'REQUESTED', addDays(today, -12), ...by],
            ],
          ];
        }),
    },
    {
      together: [
        {
          table: 'matter',
          title: '网格事项',
          columns: [
            ...['id', 'no', 'type_code', 'type_edition', 'origin', 'grid_id', 'area_code', 'longitude', 'latitude'],
            ...['summary', 'evidence', 'level', 'state', 'owner_unit_id', 'assigned_unit_id', 'step', 'due_at'],
            ...['due_provisional', 'overdue', 'limit_minutes_left', 'round', 'refused', 'returned', 'reopened'],
            ...['answer', 'rating', 'reported_at', 'accepted_at', 'resolved_at', 'asked_at', 'closed_at', 'minutes'],
            ...trail,
          ],
        },
        {
          table: 'matter_leg',
          title: '事项承办',
          columns: [
            ...['id', 'matter_id', 'area_code', 'unit_id', 'unit_org_id', 'round', 'binding', 'state'],
            ...['dispatched_at', 'suspensions', 'suspension_reason', 'suspension_until', 'answer', 'resolved_at'],
            ...trail,
          ],
        },
        {
          table: 'matter_step',
          title: '事项时限',
          columns: [
            ...['matter_id', 'leg_id', 'area_code', 'step', 'unit_id', 'rework', 'limit_unit', 'started_at', 'due_at'],
            ...['provisional', 'minutes_left', 'paused_at', 'paused_minutes', 'ended_at', 'in_time', 'solved'],
            'counted',
          ],
        },
        {
          table: 'matter_action',
          title: '事项办理记录',
          columns: [
            ...['matter_id', 'leg_id', 'at', 'actor_id', 'account', 'kind', 'note', 'evidence', 'from_state'],
            'to_state',
          ],
        },
      ],
      parts: Math.ceil(count / PART),
      *rowsByPart() {
        books.clear();
        for (let first = 0; first < count; first += PART) {
          const matters = Array.from({ length: Math.min(PART, count - first) }, (_, at) =>
            matterAt(world, first + at, count),
          );
          const each = function* (rowsOf: (matter: Matter) => Iterable<Cell[]>): Iterable<Cell[]> {
            for (const matter of matters) yield* rowsOf(matter);
          };
          yield [
            each((matter) => [rowOf(matter)]),
            each((matter) => matter.life.legs.map((leg) => legRow(matter, leg))),
            each((matter) => matter.life.limits.map((limit) => limitRow(matter, limit))),
            each((matter) => matter.life.actions.map((action) => actionRow(matter, action))),
          ];
        }
      },
    },
    {
      // written after the matters, whose numbers it goes on counting
      table: 'matter_book',
      title: '事项编号',
      columns: ['county_code', 'year', 'last_no'],
      rows: () =>
        [...books].map(([book, last]) => [
          ...book.split('-').map((part, at) => (at === 1 ? Number(part) : part)),
          last,
        ]),
    },
  ];
}
