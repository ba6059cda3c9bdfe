import { addDays, addMonths, type CivilDate } from '@jishi/periods';
import type { City } from './city';
import { clearsOf, fillingOfClears, sweptOn } from './clears';
import { by, trail, type Cell, type Filling } from './columns';
import type { GridRow } from './grid-cases';
import { gridsOf } from './grids';
import { chance, idOf } from './random';
import type { FirmRow } from './rows';

/** Firms that one instructor looks after in the demonstration. */
const LOAD = 7;

/** The tables of enterprises, in the order of their foreign keys. */
export function fillingsOfEnterprises(city: City): Filling[] {
  const { firms, seed } = city;
  const basic = new Map<string, GridRow[]>();
  for (const grid of gridsOf(city))
    if (grid.tier === 'BASIC' && grid.validTo === null)
      basic.set(grid.areaCode, [...(basic.get(grid.areaCode) ?? []), grid]);
  const gridOf = (firm: FirmRow): string | null => {
    const grids = basic.get(firm.areaCode) ?? [];
    return grids[chance(seed, 'firm-grid', firm.id).between(0, Math.max(0, grids.length - 1))]?.id ?? null;
  };
  const { instructors, assignments, since } = instructorsOf(city);
  const standingOf = (firm: FirmRow): Standing[] =>
    standingsOf(firm, sweptOn(clearsOf(city, firm)), since.get(firm.id));
  return [
    {
      table: 'entity',
      title: '两新组织',
      columns: [
        ...['id', 'registrar', 'name', 'uscc', 'uscc_as_written', 'kind', 'trade_code', 'size', 'area_code', 'grid_id'],
        ...[
          'address',
          'employees',
          'operating',
          'registered_on',
          'closed_on',
          'close_reason',
          'form_tags',
          'party_state',
        ],
        ...trail,
      ],
      rows: () =>
        firms.map((firm) => [
          ...[firm.id, firm.registrar, firm.name, firm.uscc, firm.uscc ? null : '待核', firm.kind, firm.tradeCode],
          ...[firm.size, firm.areaCode, gridOf(firm), firm.address, firm.employees, firm.operating],
          ...[firm.registeredOn, firm.closedOn, firm.closedOn && '登记机关注销', firm.formTags],
          ...[firm.closedOn ? 'CLOSED' : (standingOf(firm).at(-1)?.state ?? 'UNSWEPT'), ...by],
        ]),
    },
    {
      table: 'entity_history',
      title: '两新组织沿革',
      columns: [
        ...['entity_id', 'valid_from', 'valid_to', 'registrar', 'kind', 'size', 'employees', 'operating', 'area_code'],
        ...['party_state', 'full_members'],
      ],
      rows: () =>
        firms.flatMap((firm) =>
          standingOf(firm).map(({ state, from, to }) => [
            ...[firm.id, from, to, firm.registrar, firm.kind, firm.size, firm.employees],
            ...[firm.operating, firm.areaCode, state, 0],
          ]),
        ),
    },
    {
      table: 'party_state_change',
      title: '党建状态变化',
      columns: ['id', 'entity_id', 'area_code', 'from_state', 'to_state', 'cause', 'changed_on'],
      *rows() {
        let ordinal = 0;
        for (const firm of firms) {
          const standings = standingOf(firm);
          for (const [at, { state, from }] of standings.entries()) {
            const before = standings[at - 1];
            if (!before) continue;
            ordinal += 1;
            yield [
              ...[idOf('state-change', ordinal, seed), firm.id, firm.areaCode, before.state, state],
              ...[state === 'SWEPT' ? 'SWEPT' : 'INSTRUCTOR_ASSIGNED', from],
            ];
          }
        }
      },
    },
    fillingOfClears(city),
    {
      table: 'instructor',
      title: '党建指导员',
      columns: ['id', 'person_id', 'kind', 'source_unit_id', 'area_code', 'since', ...trail],
      rows: () => instructors,
    },
    {
      table: 'instructor_assignment',
      title: '指导员派驻',
      columns: [
        ...['id', 'instructor_id', 'entity_id', 'kind', 'person_id', 'area_code', 'state', 'proposed_on', 'started_on'],
        ...['until', 'ended_on', 'end_way', ...trail],
      ],
      rows: () => assignments,
    },
    ...setUpTasksOf(city),
  ];
}

interface Standing {
  readonly state: 'UNSWEPT' | 'SWEPT' | 'INSTRUCTED';
  readonly from: CivilDate;
  readonly to: CivilDate | null;
}

/**
 * What the Party did in an entity up to now, as far as its own records say; organisations and members tell theirs by events. Nothing
 * of entities whose registration has ended.
 */
function standingsOf(
  { registeredOn, closedOn }: FirmRow,
  swept: CivilDate | null,
  instructed: CivilDate | undefined,
): Standing[] {
  if (closedOn !== null) return [];
  const steps: { state: Standing['state']; from: CivilDate }[] = [{ state: 'UNSWEPT', from: registeredOn }];
  if (swept && swept > registeredOn && (!instructed || swept < instructed)) steps.push({ state: 'SWEPT', from: swept });
  if (instructed)
    steps.push({ state: 'INSTRUCTED', from: instructed > registeredOn ? instructed : addDays(registeredOn, 1) });
  return steps.map((step, at) => ({ ...step, to: steps[at + 1]?.from ?? null }));
}

/** Three firms of every county that should have an organisation: one waits for its owner, one is late, one has just begun. */
function setUpTasksOf({ firms, employersOf, seed, today }: City): Filling[] {
  const standing = [
    { state: 'WAITING', blocker: 'OWNER', note: '出资人尚未同意，镇街正在沟通', opened: -80, due: 40 },
    { state: 'IN_PROGRESS', blocker: null, note: '已确定党组织书记人选', opened: -120, due: -10 },
    { state: 'OPENED', blocker: null, note: null, opened: -6, due: 84 },
  ] as const;
  const firmOf = new Map(firms.map((firm) => [firm.id, firm]));
  const counties = [...new Set(firms.map(({ areaCode }) => areaCode.slice(0, 6)))].sort();
  const tasks = counties.flatMap((county) =>
    standing.flatMap((task, at) => {
      const firm = firmOf.get(employersOf(county)[at]?.id ?? '');
      return firm ? [{ ...task, firm }] : [];
    }),
  );
  const idAt = (at: number): string => idOf('set-up-task', at, seed);
  return [
    {
      table: 'set_up_task',
      title: '组建任务',
      columns: [
        ...['id', 'lead_entity_id', 'area_code', 'registrar', 'way', 'state', 'blocker', 'note', 'opened_on', 'due_on'],
        ...trail,
      ],
      rows: () =>
        tasks.map(({ firm, state, blocker, note, opened, due }, at) => [
          ...[idAt(at), firm.id, firm.areaCode, firm.registrar, 'SINGLE', state, blocker, note],
          ...[addDays(today, opened), addDays(today, due), ...by],
        ]),
    },
    {
      table: 'set_up_task_entity',
      title: '组建任务单位',
      columns: ['id', 'task_id', 'entity_id', ...trail],
      rows: () => tasks.map(({ firm }, at) => [idOf('set-up-entity', at, seed), idAt(at), firm.id, ...by]),
    },
  ];
}

/** Instructors for most companies without an organisation; a few of their terms have just ended. */
function instructorsOf(city: City): {
  readonly instructors: Cell[][];
  readonly assignments: Cell[][];
  /** Since when an entity has one. */
  readonly since: ReadonlyMap<string, CivilDate>;
} {
  const sinceOf = new Map<string, CivilDate>();
  const { today, seed } = city;
  const luck = chance(seed, 'instructors');
  const instructors: Cell[][] = [];
  const assignments: Cell[][] = [];
  const waiting = new Map<string, FirmRow[]>();
  for (const firm of city.firms) {
    if (firm.organised || firm.operating !== 'OPEN' || firm.kind === 'SOLE_TRADER' || !luck.happens(0.75)) continue;
    const county = firm.areaCode.slice(0, 6);
    waiting.set(county, [...(waiting.get(county) ?? []), firm]);
  }
  for (const [county, firms] of waiting) {
    // The last in the lists: the first are in villages.
    const officers = city
      .sendersOf(county)
      .flatMap(({ unitId, personIds }) => personIds.slice(-3).map((personId) => ({ unitId, personId })));
    for (let at = 0; at * LOAD < firms.length && at < officers.length; at += 1) {
      const officer = officers[at]!;
      const id = idOf('instructor', instructors.length, seed);
      const since: CivilDate = addMonths(today, -luck.between(6, 20));
      instructors.push([id, officer.personId, 'INSTRUCTOR', officer.unitId, county, since, ...by]);
      const expired = at % 9 === 4;
      for (const firm of firms.slice(at * LOAD, (at + 1) * LOAD)) {
        // The daily run has ended what passed its last day yesterday: a second start finds nothing to do.
        if (!expired) sinceOf.set(firm.id, since);
        const until = expired ? addDays(today, -1) : addMonths(since, 36);
        assignments.push([
          ...[idOf('instructor-assignment', assignments.length, seed), id, firm.id, 'INSTRUCTOR', officer.personId],
          ...[firm.areaCode, expired ? 'ENDED' : 'ACTIVE', since, since, until],
          ...[expired ? today : null, expired ? 'TERM_ENDED' : null, ...by],
        ]);
      }
    }
  }
  return { instructors, assignments, since: sinceOf };
}
