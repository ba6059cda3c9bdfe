import { asc, desc, ordering, type PageArguments } from '@jishi/pagination';
import { inOrderOf, listOf, readRows, where, within, type Condition, type Context } from '@jishi/subgraph';
import {
  AdmissionRequest,
  MatterType,
  type AdmissionState,
  type GridDuty,
  type MatterLevel,
  type MatterTypeEdition,
  type MatterTypeState,
} from './matter-types.entities';
import { digitsOf, type MatterCategory } from './matter-types.rules';

/** What the list shows of a type: its edition in force and its state. */
export type MatterTypeRow = Pick<MatterType, 'code' | 'areaCode' | 'version' | 'state' | 'stateOn' | 'stateReason'> &
  Pick<
    MatterTypeEdition,
    | 'edition'
    | 'name'
    | 'legalBasis'
    | 'gridDuty'
    | 'level'
    | 'ownerUnitId'
    | 'ownerDepartmentCode'
    | 'emergency'
    | 'limits'
    | 'admittedOn'
  >;

const editionColumns = `e.code, e.edition, e.name, e.legal_basis AS "legalBasis", e.grid_duty AS "gridDuty", e.level,
  e.owner_unit_id AS "ownerUnitId", e.owner_department_code AS "ownerDepartmentCode", e.emergency, e.limits, e.admitted_on AS "admittedOn"`;
const columns = `${editionColumns}, t.area_code AS "areaCode", t.version, t.state, t.state_on AS "stateOn", t.state_reason AS "stateReason"`;
const tables = 'matter_type t JOIN matter_type_edition e ON e.code = t.code AND e.edition = t.edition';

export interface MatterTypesArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly states?: readonly MatterTypeState[] | null;
    readonly category?: MatterCategory | null;
    readonly level?: MatterLevel | null;
    readonly gridDuty?: GridDuty | null;
  } | null;
}

/** Lists that hold for a place: those of itself and of the city above it. */
const holdingFor = (area: string): Condition =>
  where('t.area_code IN (?, ?)', area.slice(0, 6), `${area.slice(0, 4)}00`);

/** 网格事项清单, by code (GRD-07). */
export const listMatterTypes = (ctx: Context, { filter, ...page }: MatterTypesArguments) =>
  listOf<MatterTypeRow>(
    ctx,
    {
      name: 'matter-types',
      select: columns,
      from: tables,
      ordering: ordering('matter-types', [asc('t.code', 'text')]),
      conditions: [
        within(ctx, MatterType, 't'),
        filter?.areaCode ? holdingFor(filter.areaCode) : null,
        filter?.states ? where('t.state = ANY(?)', filter.states) : null,
        filter?.category ? where('left(t.code, 2) = ?', digitsOf(filter.category)) : null,
        filter?.level ? where('e.level = ?', filter.level) : null,
        filter?.gridDuty ? where('e.grid_duty = ?', filter.gridDuty) : null,
      ],
    },
    page,
  );

/** Types by code, in the order asked; null where there is none. */
export async function matterTypesByCodes(ctx: Context, codes: readonly string[]): Promise<(MatterTypeRow | null)[]> {
  const rows = await readRows<MatterTypeRow>(
    ctx,
    'matter-types-by-code',
    `SELECT ${columns} FROM ${tables} WHERE {where}`,
    within(ctx, MatterType, 't'),
    where('t.code = ANY(?)', [...new Set(codes)]),
  );
  return inOrderOf(codes, rows, ({ code }) => code);
}

export type EditionRow = Omit<MatterTypeRow, 'areaCode' | 'version' | 'state' | 'stateOn' | 'stateReason'>;

/** One edition each of some types, in the order asked. */
export async function editionsOf(
  ctx: Context,
  asked: readonly { readonly code: string; readonly edition: number }[],
): Promise<(EditionRow | null)[]> {
  const keyOf = ({ code, edition }: { readonly code: string; readonly edition: number }) => `${code}/${edition}`;
  const rows = await readRows<EditionRow>(
    ctx,
    'matter-type-editions',
    `SELECT ${editionColumns} FROM matter_type_edition e JOIN matter_type t ON t.code = e.code WHERE {where}`,
    within(ctx, MatterType, 't'),
    where('e.code = ANY(?)', [...new Set(asked.map(({ code }) => code))]),
  );
  return inOrderOf(asked.map(keyOf), rows, keyOf);
}

/** Every edition of these types, newest first. */
export const allEditionsOf = (ctx: Context, codes: readonly string[]): Promise<EditionRow[]> =>
  readRows<EditionRow>(
    ctx,
    'all-editions-of-matter-types',
    `SELECT ${editionColumns} FROM matter_type_edition e JOIN matter_type t ON t.code = e.code
     WHERE {where} ORDER BY e.code, e.edition DESC`,
    within(ctx, MatterType, 't'),
    where('e.code = ANY(?)', codes),
  );

export type AdmissionRow = Omit<AdmissionRequest, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const requestColumns = `r.id, r.version, r.code, r.edition, r.area_code AS "areaCode", r.unit_id AS "unitId", r.unit_org_id AS "unitOrgId",
  r.reason, r.workload_minutes AS "workloadMinutes", r.money_fen AS "moneyFen", r.state, r.requested_on AS "requestedOn",
  r.reviewed_on AS "reviewedOn", r.review_unit_ids AS "reviewUnitIds", r.review_opinion AS "reviewOpinion",
  r.decided_on AS "decidedOn", r.decision_reason AS "decisionReason"`;

export interface AdmissionRequestsArguments extends PageArguments {
  readonly filter?: {
    readonly states?: readonly AdmissionState[] | null;
    readonly code?: string | null;
    readonly unitId?: string | null;
  } | null;
}

/** Requests for admission, newest first (GRD-07). */
export const listAdmissionRequests = (ctx: Context, { filter, ...page }: AdmissionRequestsArguments) =>
  listOf<AdmissionRow>(
    ctx,
    {
      name: 'admission-requests',
      select: requestColumns,
      from: 'admission_request r',
      ordering: ordering('admission-requests', [desc('r.requested_on', 'date'), desc('r.id', 'uuid')]),
      conditions: [
        within(ctx, AdmissionRequest, 'r'),
        filter?.states ? where('r.state = ANY(?)', filter.states) : null,
        filter?.code ? where('r.code = ?', filter.code) : null,
        filter?.unitId ? where('r.unit_id = ?', filter.unitId) : null,
      ],
    },
    page,
  );

/** Requests by id within the caller's scope, in any order. */
export const admissionRequestsByIds = (ctx: Context, ids: readonly string[]): Promise<AdmissionRow[]> =>
  readRows<AdmissionRow>(
    ctx,
    'admission-requests-by-id',
    `SELECT ${requestColumns} FROM admission_request r WHERE {where}`,
    within(ctx, AdmissionRequest, 'r'),
    where('r.id = ANY(?)', ids),
  );
