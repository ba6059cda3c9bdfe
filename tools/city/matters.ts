import type { City } from './city';
import { by, trail, type Cell, type Filling } from './columns';
import { CITY } from './areas';
import { GRID_CASES, type GridRow } from './grid-cases';
import { somewhereIn } from './geography';
import { limitsOf, matterTypes, outside, type Type } from './matter-types';
import { chance, idOf, type Chance } from './random';

/** Matters of one year, up to now (rules.md §10). */
export const MATTERS = { county: 6000, city: 550_000 } as const;

type State =
  | 'REPORTED'
  | 'REJECTED'
  | 'ACCEPTED'
  | 'SELF_HANDLING'
  | 'ESCALATED'
  | 'DISPATCHED'
  | 'TRIAGED'
  | 'WORKING'
  | 'SUSPENDED'
  | 'RESOLVED'
  | 'FEEDBACK'
  | 'CLOSED'
  | 'VOID';

interface Taken {
  readonly kind: string;
  readonly from: State | null;
  readonly to: State;
  readonly at: number;
}
interface Limit {
  readonly step: 'accept' | 'handle' | 'triage' | 'answer' | 'resolve' | 'feedback' | 'close';
  readonly unit: Type['limit']['unit'];
  readonly ofUnit: boolean;
  readonly from: number;
  readonly due: number;
  /** Null while it runs. */
  readonly to: number | null;
}
interface Matter {
  readonly id: string;
  readonly legId: string;
  readonly ordinal: number;
  readonly no: string;
  readonly type: Type;
  readonly grid: GridRow;
  readonly state: State;
  readonly reportedAt: number;
  readonly taken: readonly Taken[];
  readonly limits: readonly Limit[];
  readonly unit: { readonly id: string; readonly orgId: string } | null;
  readonly returned: number;
  readonly reopened: number;
  readonly rating: number | null;
  readonly summary: string;
  readonly at: readonly [number, number] | null;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Roughly how long a limit lasts on the clock of a wall: nights and weekends are in it. */
const lasting = ({ unit, amount }: Type['limit']): number =>
  unit === 'WORKING_DAYS' ? amount * 1.45 * day : unit === 'NATURAL_HOURS' ? amount * hour : amount * minute * 3.2;

/** A moment of a working hour on some day before the last one. */
function workingMoment(luck: Chance, last: number, within: number): number {
  const at = last - Math.floor(luck.next() ** 0.95 * within);
  const midnight = at - ((at + 8 * hour) % day);
  return midnight + 8.5 * hour + Math.floor(luck.next() * 9 * 60) * minute;
}

interface World {
  readonly city: City;
  readonly grids: readonly GridRow[];
  readonly now: number;
  readonly departments: ReadonlyMap<string, readonly { readonly id: string; readonly orgId: string }[]>;
}

function matterAt({ city, grids, now, departments }: World, ordinal: number, count: number): Matter {
  const { seed } = city;
  const luck = chance(seed, 'matter', ordinal);
  const type = matterTypes[luck.weighted(matterTypes.map(({ weight }) => weight))] ?? matterTypes[0]!;
  const drawn = grids[luck.between(0, grids.length - 1)]!;
  // The grid of the examples has some of the newest, so that something is open there.
  const shown = count - ordinal <= 40 && ordinal % 4 === 0;
  const grid = (shown && grids.find(({ code }) => code === GRID_CASES.grid)) || drawn;
  // Spread over the year in the order of their numbers, the newest last.
  const reportedAt = Math.min(
    now - 20 * minute,
    workingMoment(luck, now - Math.floor(((count - ordinal) / count) * 364 * day), 12 * hour),
  );
  const county = grid.areaCode.slice(0, 6);
  const units = departments.get(county) ?? [];
  const taken: Taken[] = [{ kind: 'report', from: null, to: 'REPORTED', at: reportedAt }];
  const limits: Limit[] = [];
  let state = 'REPORTED' as State;
  let at = reportedAt;
  let returned = 0;
  let reopened = 0;
  let unit: Matter['unit'] = null;
  /** Takes a step after a while, unless that lies in the future; the limit that ran until then ends. */
  const take = (kind: string, to: State, limit: Limit['step'], of: Type['limit'], share: number): boolean => {
    const from = at;
    const ends = from + Math.max(4 * minute, lasting(of) * share);
    const running = ends > now;
    const ofUnit = limit === 'answer' || limit === 'resolve';
    limits.push({ step: limit, unit: of.unit, ofUnit, from, due: from + lasting(of), to: running ? null : ends });
    if (running) return false;
    taken.push({ kind, from: state, to, at: ends });
    state = to;
    at = ends;
    return true;
  };
  const soon = (): number => 0.2 + luck.next() * 0.7 + (luck.happens(0.06) ? 1.2 : 0);
  const acceptLimit = { unit: 'WORKING_MINUTES', amount: 60 } as const;
  const fourHours = { unit: 'WORKING_MINUTES', amount: 240 } as const;
  const twoDays = { unit: 'WORKING_DAYS', amount: 2 } as const;

  const ways = (): void => {
    const refused = luck.happens(0.025);
    if (
      !take(refused ? 'reject' : 'accept', refused ? 'REJECTED' : 'ACCEPTED', 'accept', acceptLimit, soon()) ||
      refused
    )
      return;
    if (luck.happens(0.008)) {
      taken.push({ kind: 'void', from: state, to: 'VOID', at: at + hour });
      state = 'VOID';
      return;
    }
    const own = type.level === 'GRID' || type.level === 'COMMUNITY' || units.length === 0;
    if (own) {
      taken.push({ kind: 'take', from: state, to: 'SELF_HANDLING', at: at + 5 * minute });
      state = 'SELF_HANDLING';
      at += 5 * minute;
      if (!take('resolve', 'RESOLVED', 'handle', type.limit, soon())) return;
    } else {
      if (!take('escalate', 'ESCALATED', 'handle', type.limit, 0.1)) return;
      if (!take('triage', 'TRIAGED', 'triage', fourHours, soon())) return;
      taken.push({ kind: 'dispatch', from: state, to: 'DISPATCHED', at: at + 10 * minute });
      state = 'DISPATCHED';
      at += 10 * minute;
      unit = luck.pick(units);
      if (luck.happens(0.03)) returned = 1;
      if (!take('start', 'WORKING', 'answer', fourHours, soon())) return;
      if (luck.happens(0.03) && now - at < 30 * day) {
        taken.push({ kind: 'suspend', from: state, to: 'SUSPENDED', at: at + 2 * hour });
        state = 'SUSPENDED';
        return;
      }
      if (!take('resolve', 'RESOLVED', 'resolve', type.limit, soon())) return;
    }
    if (!take('askFeedback', 'FEEDBACK', 'feedback', twoDays, soon())) return;
    if (luck.happens(0.03)) reopened = 1;
    take('close', 'CLOSED', 'close', { unit: 'WORKING_DAYS', amount: 7 }, 0.05 + luck.next() * 0.9);
  };
  ways();
  return {
    id: idOf('matter', ordinal, seed),
    legId: idOf('matter-leg', ordinal, seed),
    ordinal,
    no: `${county}-${new Date(reportedAt + 8 * hour).getUTCFullYear()}-${String(ordinal + 1).padStart(6, '0')}`,
    type,
    grid,
    state,
    reportedAt,
    taken,
    limits,
    unit,
    returned,
    reopened,
    rating: state === 'CLOSED' && luck.happens(0.7) ? luck.pick([5, 5, 5, 4, 4, 3, 2]) : null,
    summary: `${grid.name}：${luck.pick(type.words)}`,
    at: grid.ring ? somewhereIn(grid.ring, luck.next(), luck.next()) : null,
  };
}

const instant = (at: number | null | undefined): string | null => (at == null ? null : new Date(at).toISOString());

/** Matters with their steps, as of the evening before the day of loading. */
export function fillingsOfMatters(city: City, grids: readonly GridRow[]): Filling[] {
  const count = MATTERS[city.size];
  const now = Date.parse(`${city.today}T08:00:00+08:00`);
  const departments = new Map<string, { id: string; orgId: string }[]>();
  for (const { code, level } of city.areas)
    if (level === 'COUNTY')
      departments.set(
        code,
        city
          .sendersOf(code)
          .slice(0, 14)
          .map(({ unitId, orgId }) => ({ id: unitId, orgId })),
      );
  const world: World = {
    city,
    grids: grids.filter(({ tier, validTo }) => tier === 'BASIC' && validTo === null),
    now,
    departments,
  };
  const every = function* (cells: (matter: Matter) => Iterable<readonly Cell[]>): Iterable<readonly Cell[]> {
    for (let ordinal = 0; ordinal < count; ordinal += 1) yield* cells(matterAt(world, ordinal, count));
  };
  const admitted = `${Number(city.today.slice(0, 4)) - 2}-03-01`;
  const types = [...matterTypes.map((type) => ({ ...type, state: 'ADMITTED' as const })), ...outside];
  const takenAt = (matter: Matter, kind: string): number | null =>
    matter.taken.findLast((taken) => taken.kind === kind)?.at ?? null;
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
      table: 'matter',
      title: '网格事项',
      columns: [
        ...['id', 'no', 'type_code', 'type_edition', 'origin', 'grid_id', 'area_code', 'longitude', 'latitude'],
        ...[
          'summary',
          'level',
          'state',
          'assigned_unit_id',
          'step',
          'due_at',
          'overdue',
          'limit_minutes_left',
          'round',
        ],
        ...['returned', 'reopened', 'answer', 'rating', 'reported_at', 'accepted_at', 'resolved_at', 'asked_at'],
        ...['closed_at', 'minutes', ...trail],
      ],
      rows: () =>
        every(function* (matter) {
          const { type, grid, state, at, unit } = matter;
          const running = matter.limits.find(({ to }) => to === null);
          const stands = state === 'SUSPENDED' || !running;
          const closedAt = state === 'CLOSED' ? takenAt(matter, 'close') : null;
          const origin = (['GRID_STAFF', 'GRID_STAFF', 'RESIDENT', 'HOTLINE_365', 'VISIT'] as const)[
            matter.ordinal % 5
          ];
          yield [
            ...[matter.id, matter.no, type.code, 1, origin ?? 'RESIDENT', grid.id, grid.areaCode],
            ...[at?.[0] ?? null, at?.[1] ?? null, matter.summary, type.level, state, unit?.id ?? null],
            ...[stands ? null : running.step, stands ? null : instant(running.due)],
            ...[!stands && running.due < now, state === 'SUSPENDED' ? 480 : null, unit ? 1 : 0],
            ...[matter.returned, matter.reopened],
            ...[takenAt(matter, 'resolve') ? `已处置：${type.name}已解决` : null, matter.rating],
            ...[instant(matter.reportedAt), instant(takenAt(matter, 'accept')), instant(takenAt(matter, 'resolve'))],
            ...[instant(takenAt(matter, 'askFeedback')), instant(closedAt)],
            ...[closedAt ? Math.round((closedAt - matter.reportedAt) / minute / 3.2) : null, ...by],
          ];
        }),
    },
    {
      table: 'matter_leg',
      title: '事项承办',
      columns: [
        ...['id', 'matter_id', 'area_code', 'unit_id', 'unit_org_id', 'round', 'state', 'dispatched_at', 'suspensions'],
        ...['suspension_reason', 'suspension_until', 'answer', 'resolved_at', ...trail],
      ],
      rows: () =>
        every(function* (matter) {
          const { unit, state } = matter;
          if (!unit) return;
          const resolved = takenAt(matter, 'resolve');
          const suspended = state === 'SUSPENDED';
          yield [
            ...[matter.legId, matter.id, matter.grid.areaCode, unit.id, unit.orgId, 1],
            ...[resolved ? 'RESOLVED' : suspended ? 'SUSPENDED' : takenAt(matter, 'start') ? 'WORKING' : 'DISPATCHED'],
            ...[instant(takenAt(matter, 'dispatch')), suspended ? 1 : 0, suspended ? '等待配件到货' : null],
            ...[suspended ? instant(now + 5 * day)!.slice(0, 10) : null],
            ...[resolved ? `${matter.type.name}已解决` : null, instant(resolved), ...by],
          ];
        }),
    },
    {
      table: 'matter_step',
      title: '事项时限',
      columns: [
        ...['id', 'matter_id', 'leg_id', 'area_code', 'step', 'unit_id', 'limit_unit', 'started_at', 'due_at'],
        ...['minutes_left', 'paused_at', 'ended_at', 'in_time', 'counted'],
      ],
      rows: () =>
        every(function* (matter) {
          const { unit, state } = matter;
          for (const [at, limit] of matter.limits.entries()) {
            const stands = state === 'SUSPENDED' && limit.to === null;
            yield [
              ...[idOf('matter-step', matter.ordinal * 8 + at, city.seed), matter.id],
              ...[limit.ofUnit && unit ? matter.legId : null, matter.grid.areaCode, limit.step],
              ...[limit.ofUnit ? (unit?.id ?? null) : null, limit.unit, instant(limit.from)],
              ...[stands ? null : instant(limit.due), stands ? 480 : null, stands ? instant(limit.from + hour) : null],
              ...[instant(limit.to), limit.to === null ? null : limit.to <= limit.due, state !== 'VOID'],
            ];
          }
          if (state === 'SUSPENDED')
            yield [
              ...[
                idOf('matter-step', matter.ordinal * 8 + 7, city.seed),
                matter.id,
                matter.legId,
                matter.grid.areaCode,
              ],
              ...['resolve', unit?.id ?? null, matter.type.limit.unit, instant(takenAt(matter, 'start')), null, 480],
              ...[instant(takenAt(matter, 'suspend')), null, null, true],
            ];
        }),
    },
    {
      table: 'matter_action',
      title: '事项办理记录',
      columns: ['id', 'matter_id', 'at', 'actor_id', 'account', 'kind', 'from_state', 'to_state'],
      rows: () =>
        every(function* (matter) {
          for (const [at, { kind, from, to, at: moment }] of matter.taken.entries())
            yield [
              ...[idOf('matter-action', matter.ordinal * 16 + at, city.seed), matter.id, instant(moment)],
              ...['system:city', 'system:city', kind, from, to],
            ];
        }),
    },
    {
      table: 'matter_book',
      title: '事项编号',
      columns: ['county_code', 'year', 'last_no'],
      rows: () =>
        [...departments.keys()].flatMap((county) =>
          [-1, 0].map((back) => [county, Number(city.today.slice(0, 4)) + back, count]),
        ),
    },
  ];
}
