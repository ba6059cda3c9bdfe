import { facetOf, profileOf } from '@jishi/indicators';
import { ancestorColumns, type TreePath } from '@jishi/org-tree';
import { CITY, COUNTY } from './areas';
import type { City } from './city';
import type { BranchPeople, Leadership, OrganizationRow } from './rows';

export type Cell = string | number | boolean | null | readonly string[];

/** A table of an owner, its columns, and the generated rows for it. */
export interface Filling {
  readonly table: string;
  /** What its rows are called in front of a person. */
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: () => Iterable<readonly Cell[]>;
}

/** Tables whose rows are drawn together, a part at a time; the rows of a part come in the order of the tables. */
export interface Together {
  readonly together: readonly Omit<Filling, 'rows'>[];
  readonly parts: number;
  readonly rowsByPart: () => Iterable<readonly Iterable<readonly Cell[]>[]>;
}

const ancestors = ['ancestor_1', 'ancestor_2', 'ancestor_3', 'ancestor_4', 'ancestor_5', 'ancestor_6', 'ancestor_7'];
const stamped = (path: TreePath): Cell[] => Object.values(ancestorColumns(path));
const LOADER = 'system:city';
export const trail = ['created_by', 'updated_by'];
export const by: Cell[] = [LOADER, LOADER];

/** The tables of organizations, in the order of their foreign keys. */
export function fillingsOfOrganizations(city: City): Filling[] {
  const { areas, units, organizations, changes } = city;
  const pathOf = pathsOf(organizations);
  let elected: Leadership[] | undefined;
  const every = <T>(choose: (leadership: Leadership) => readonly T[], cells: (row: T, of: Leadership) => Cell[]) =>
    function* (): Iterable<Cell[]> {
      elected ??= [...city.leadership()];
      for (const leadership of elected) for (const row of choose(leadership)) yield cells(row, leadership);
    };
  const bodyOf = ({ bodies }: Leadership, bodyId: string): Cell[] => {
    const body = bodies.find(({ id }) => id === bodyId);
    return [body?.orgId ?? null, body?.areaCode ?? null];
  };
  return [
    {
      table: 'area',
      title: '行政区划',
      columns: ['code', 'name', 'level', 'parent_code', 'kind', 'valid_from', 'valid_to', 'replaced_by', ...trail],
      rows: () =>
        areas.map((area) => [
          area.code,
          area.name,
          area.level,
          area.parentCode,
          area.kind,
          area.validFrom,
          area.validTo,
          area.replacedBy,
          ...by,
        ]),
    },
    {
      table: 'public_unit',
      title: '单位',
      columns: ['id', 'name', 'uscc', 'kind', 'department_code', 'area_code', 'leadership_mode', 'status', ...trail],
      rows: () =>
        units.map((unit) => [
          unit.id,
          unit.name,
          unit.uscc,
          unit.kind,
          unit.departmentCode,
          unit.areaCode,
          unit.leadershipMode,
          unit.status,
          ...by,
        ]),
    },
    {
      table: 'party_organization',
      title: '党组织',
      columns: [
        ...[
          'id',
          'code',
          'name',
          'kind',
          'board',
          'set_up_way',
          'flags',
          'host_kind',
          'host_id',
          'superior_id',
          'depth',
        ],
        ...ancestors,
        ...['area_code', 'established_on', 'approval_document', 'status', 'closed_on', 'merged_into_id'],
        ...trail,
      ],
      rows: () =>
        organizations.map((row) => [
          ...[row.id, row.code, row.name, row.kind, row.board, row.setUpWay, row.flags],
          ...[row.host.kind, row.host.id, row.superiorId, row.depth],
          ...stamped(row.path),
          ...[row.areaCode, row.establishedOn, row.approvalDocument, row.status, row.closedOn, row.mergedIntoId],
          ...by,
        ]),
    },
    {
      table: 'party_organization_history',
      title: '党组织沿革',
      columns: [
        ...['org_id', 'valid_from', 'valid_to', 'code', 'name', 'kind', 'board', 'set_up_way', 'flags'],
        ...['host_kind', 'host_id', 'superior_id', 'depth'],
        ...ancestors,
        ...['area_code', 'status', 'change_id'],
      ],
      rows: () =>
        organizations.flatMap((row) =>
          row.history.map((period) => {
            const path = [...(pathOf.get(period.superiorId ?? '') ?? []), row.id];
            // The host of a village or community is its area, also when the area was another one.
            const hostId = row.host.id === row.areaCode ? period.areaCode : row.host.id;
            return [
              ...[row.id, period.validFrom, period.validTo, row.code, period.name, period.kind, row.board],
              ...[row.setUpWay, row.flags, row.host.kind, hostId, period.superiorId, path.length],
              ...stamped(path),
              ...[period.areaCode, period.status, period.changeId],
            ];
          }),
        ),
    },
    {
      table: 'organization_joint_host',
      title: '联合组建单位',
      columns: ['org_id', 'host_kind', 'host_id', 'valid_from', ...trail],
      rows: () =>
        organizations.flatMap((row) =>
          row.hosts.slice(1).map((host) => [row.id, host.kind, host.id, row.establishedOn, ...by]),
        ),
    },
    {
      table: 'organization_change',
      title: '设置调整',
      columns: [
        ...[
          'id',
          'kind',
          'org_id',
          'org_ids',
          'target_superior_id',
          'reason',
          'document',
          'member_plan',
          'archive_plan',
        ],
        ...['effective_on', 'state', 'proposal', 'decision_reason', 'submitted_on', 'decided_on'],
        ...trail,
      ],
      rows: () =>
        changes.map((row) => [
          ...[row.id, row.kind, row.orgId, row.orgIds, row.targetSuperiorId, row.reason, row.document],
          ...[row.memberPlan && JSON.stringify(row.memberPlan), row.archivePlan, row.effectiveOn, row.state],
          ...[JSON.stringify(row.proposal), row.decisionReason, row.submittedOn, row.decidedOn],
          ...by,
        ]),
    },
    {
      table: 'leading_body',
      title: '班子',
      columns: ['id', 'kind', 'org_id', 'host_kind', 'host_id', 'area_code', 'seats', 'closed_on', ...trail],
      rows: every(
        ({ bodies }) => bodies,
        (row) => [
          ...[row.id, row.kind, row.orgId, row.host?.kind ?? null, row.host?.id ?? null],
          ...[row.areaCode, row.seats, row.closedOn, ...by],
        ],
      ),
    },
    {
      table: 'term',
      title: '届次',
      columns: [
        ...['id', 'body_id', 'no', 'start_on', 'due_on', 'extension_months', 'extension_document', 'ends_on'],
        ...['ended_on', 'state', 'org_id', 'area_code', ...trail],
      ],
      rows: every(
        ({ terms }) => terms,
        (row, leadership) => [
          ...[row.id, row.bodyId, row.no, row.startOn, row.dueOn, row.extensionMonths, row.extensionDocument],
          ...[row.endsOn, row.endedOn, row.state, ...bodyOf(leadership, row.bodyId), ...by],
        ],
      ),
    },
    {
      table: 'post',
      title: '职务',
      columns: [
        ...['id', 'body_id', 'term_id', 'person_id', 'kind', 'is_full_time', 'from_on', 'to_on', 'end_reason'],
        ...['org_id', 'area_code', ...trail],
      ],
      rows: every(
        ({ posts }) => posts,
        (row, leadership) => [
          ...[row.id, row.bodyId, row.termId, row.personId, row.kind, row.isFullTime, row.from, row.to],
          ...[row.endReason, ...bodyOf(leadership, row.bodyId), ...by],
        ],
      ),
    },
  ];
}

const adopted = [
  { code: CITY, profile: 'district-2022', from: '2022-03-01' },
  { code: COUNTY, profile: 'county-2023', from: '2023-05-01' },
] as const;

/** The city follows the plan of a district, the county of the cases that of a county. */
export const fillingOfTargets = (): Filling => ({
  table: 'indicator_target',
  title: '指标目标',
  columns: [
    ...['area_code', 'profile', 'key', 'facet', 'comparator', 'value', 'unit', 'parameters', 'due_on', 'document'],
    ...['article', 'note', 'valid_from', ...trail],
  ],
  rows: () =>
    adopted.flatMap(({ code, profile, from }) =>
      (profileOf(profile)?.targets ?? []).map((preset): Cell[] => [
        ...[code, profile, preset.key, facetOf(preset.parameters), preset.comparator, preset.value, preset.unit],
        ...[JSON.stringify(preset.parameters), preset.dueOn, preset.document, preset.article, preset.note],
        ...[from, ...by],
      ]),
    ),
});

/** The tables of members that are loaded; rosters are counted from them, projections are filled by events. */
export function fillingsOfMembers(city: City): Filling[] {
  const places = new Map(city.organizations.map((row) => [row.id, [...stamped(row.path), row.areaCode]]));
  const placeOf = (orgId: string): Cell[] => places.get(orgId) ?? [];
  const every = (cells: (records: BranchPeople) => Iterable<Cell[]>) =>
    function* (): Iterable<Cell[]> {
      for (const records of city.people()) yield* cells(records);
    };
  return [
    {
      table: 'person',
      title: '人员',
      columns: [
        ...['id', 'name', 'citizen_id', 'gender', 'birth_date', 'education', 'phone', 'home_area_code', 'work_title'],
        ...['work_host_kind', 'work_host_id', 'created_for', 'synthetic', 'org_id'],
        ...[...ancestors, 'area_code', ...trail],
      ],
      rows: every(({ persons, members }) => {
        const memberIds = new Set(members.map(({ personId }) => personId));
        return persons.map((row) => [
          ...[row.id, row.name, row.citizenId, String(row.gender), row.birthDate, row.education, row.phone],
          ...[row.homeAreaCode, row.workTitle, row.workHost?.kind ?? null, row.workHost?.id ?? null],
          ...[memberIds.has(row.id) ? 'MEMBER' : 'CADRE', true, row.orgId, ...placeOf(row.orgId), ...by],
        ]);
      }),
    },
    {
      table: 'member',
      title: '党员',
      columns: [
        ...['id', 'person_id', 'org_id', 'status', 'joined_on', 'confirmed_on', 'suspended_on', 'left_on'],
        ...['leave_reason', 'member_class', 'rural_flag', 'in_post_flag', ...ancestors, 'area_code', ...trail],
      ],
      rows: every(({ members }) =>
        members.map((row) => [
          ...[row.id, row.personId, row.orgId, row.status, row.joinedOn, row.confirmedOn, row.suspendedOn],
          ...[row.leftOn, row.leaveReason, row.memberClass, row.ruralFlag, row.inPostFlag],
          ...[...placeOf(row.orgId), ...by],
        ]),
      ),
    },
    {
      table: 'member_history',
      title: '党员沿革',
      columns: [
        ...['member_id', 'valid_from', 'valid_to', 'org_id', 'status', 'member_class', 'gender', 'birth_date'],
        ...['education', 'joined_on', 'reason', 'transfer_id'],
      ],
      rows: every(function* ({ persons, members, periods }) {
        const personById = new Map(persons.map((row) => [row.id, row]));
        const memberById = new Map(members.map((row) => [row.id, row]));
        for (const row of periods) {
          const member = memberById.get(row.memberId);
          const person = personById.get(member?.personId ?? '');
          if (!member || !person) throw new Error(`a period without its member ${row.memberId}`);
          yield [
            ...[row.memberId, row.validFrom, row.validTo, row.orgId, row.status, row.memberClass],
            ...[String(person.gender), person.birthDate, person.education, member.joinedOn, row.reason, row.transferId],
          ];
        }
      }),
    },
    {
      table: 'transfer',
      title: '组织关系接转',
      columns: [
        ...['id', 'person_id', 'member_id', 'scope', 'from_org_id', 'to_org_id', 'outside_name', 'reason'],
        ...['issuing_org_id', 'letter_no', 'issued_on', 'valid_days', 'valid_until', 'incoming_joined_on'],
        ...['incoming_confirmed_on', 'arrived_on', 'slip_on', 'state', 'reissues', 'reissue_reason', 'refusal_reason'],
        ...['batch_id', 'opened_on', ...trail],
      ],
      rows: every(({ transfers }) =>
        transfers.map((row) => [
          ...[row.id, row.personId, row.memberId, row.scope, row.fromOrgId, row.toOrgId, row.outsideName],
          ...[row.reason, row.issuingOrgId, row.letterNo, row.issuedOn, row.validDays, row.validUntil],
          ...[row.incomingJoinedOn, row.incomingConfirmedOn, row.arrivedOn, row.slipOn, row.state, row.reissues],
          ...[row.reissueReason, row.refusalReason, row.batchId, row.openedOn, ...by],
        ]),
      ),
    },
  ];
}

const pathsOf = (organizations: readonly OrganizationRow[]): ReadonlyMap<string, TreePath> =>
  new Map(organizations.map(({ id, path }) => [id, path]));
