import { invalidInput, type Wording } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import {
  othersThan,
  type Board,
  type Host,
  type OrganizationFlag,
  type OrganizationKind,
  type SetUpWay,
} from '../register';
import type { ChangeKind, OrganizationChange } from './changes.entities';

export interface ProposeInput {
  readonly kind: ChangeKind;
  readonly organizationId?: string | null;
  readonly mergedIds?: readonly string[] | null;
  readonly targetSuperiorId?: string | null;
  readonly organization?: {
    readonly code?: string | null;
    readonly name: string;
    readonly kind: OrganizationKind;
    readonly board: Board;
    readonly setUpWay?: SetUpWay | null;
    readonly flags?: readonly OrganizationFlag[] | null;
    readonly host: Host;
    readonly jointHosts?: readonly Host[] | null;
    readonly areaCode: string;
  } | null;
  readonly name?: string | null;
  readonly parts?:
    readonly { readonly code?: string | null; readonly name: string; readonly memberIds: readonly string[] }[] | null;
  readonly memberPlan?: { readonly toOrganizationId?: string | null } | null;
  readonly archivePlan?: string | null;
  readonly reason: string;
  readonly document?: string | null;
  readonly effectiveOn: CivilDate;
}

type Field = Extract<keyof ProposeInput, string>;

const words: Readonly<Partial<Record<Field, Wording>>> = {
  organizationId: { zh: '主体党组织', en: 'the organisation it is about' },
  mergedIds: { zh: '被合并的党组织', en: 'the organisations that are merged' },
  targetSuperiorId: { zh: '新的上级', en: 'the superior to be' },
  organization: { zh: '拟新建的党组织', en: 'the organisation to be founded' },
  name: { zh: '新名称', en: 'the new name' },
  parts: { zh: '拆分出的支部', en: 'the new branches' },
  reason: { zh: '理由', en: 'the reason' },
};

/** What each kind of change must say. What a superior has to decide on is judged when it is submitted. */
const needed: Readonly<Record<ChangeKind, readonly Field[]>> = {
  ESTABLISH: ['targetSuperiorId', 'organization', 'reason'],
  REASSIGN: ['organizationId', 'targetSuperiorId', 'reason'],
  MERGE: ['organizationId', 'mergedIds', 'reason'],
  SPLIT: ['organizationId', 'parts', 'reason'],
  RENAME: ['organizationId', 'name', 'reason'],
  DISSOLVE: ['organizationId', 'reason'],
};

const blank = (value: unknown): boolean =>
  value == null || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);

/** The names of the organisations that the change would found, with their places in the form. */
const namesIn = ({ kind, organization, parts }: ProposeInput): [field: string, name: string][] => {
  if (kind === 'ESTABLISH' && organization) return [['organization.name', organization.name]];
  return kind === 'SPLIT' ? (parts ?? []).map(({ name }, index) => [`parts.${index}.name`, name]) : [];
};

/** The change as it is written down; INVALID_INPUT on what its kind needs and the caller left out. */
export function proposalOf(
  input: ProposeInput,
): Pick<
  OrganizationChange,
  | 'kind'
  | 'orgId'
  | 'orgIds'
  | 'targetSuperiorId'
  | 'reason'
  | 'document'
  | 'memberPlan'
  | 'archivePlan'
  | 'effectiveOn'
  | 'proposal'
> {
  const { kind, organization } = input;
  const missing = needed[kind].find((field) => blank(input[field]));
  if (missing) {
    const { zh, en } = words[missing] ?? { zh: missing, en: missing };
    throw invalidInput(missing, { zh: `请填写${zh}`, en: `Give ${en}` });
  }
  for (const [field, name] of namesIn(input))
    if (blank(name)) throw invalidInput(field, { zh: '名称不能为空', en: 'A name is required' });
  const orgId = kind === 'ESTABLISH' ? null : (input.organizationId ?? null);
  const merged = kind === 'MERGE' ? [...new Set(input.mergedIds ?? [])] : [];
  if (orgId && merged.includes(orgId))
    throw invalidInput('mergedIds', {
      zh: '保留的党组织不能同时被合并',
      en: 'The organisation that remains cannot be merged away',
    });
  return {
    kind,
    orgId,
    orgIds: [...merged, ...(orgId ? [orgId] : [])],
    targetSuperiorId: kind === 'ESTABLISH' || kind === 'REASSIGN' ? (input.targetSuperiorId ?? null) : null,
    reason: input.reason,
    document: input.document ?? null,
    memberPlan: kind === 'DISSOLVE' && input.memberPlan ? { toOrgId: input.memberPlan.toOrganizationId ?? null } : null,
    archivePlan: input.archivePlan ?? null,
    effectiveOn: input.effectiveOn,
    proposal: {
      ...(kind === 'ESTABLISH' &&
        organization && {
          organization: {
            code: organization.code ?? null,
            name: organization.name.trim(),
            kind: organization.kind,
            board: organization.board,
            setUpWay: organization.setUpWay ?? 'SINGLE',
            flags: organization.flags ?? [],
            hostKind: organization.host.kind,
            hostId: organization.host.id,
            ...(organization.jointHosts && { jointHosts: othersThan(organization.host, organization.jointHosts) }),
            areaCode: organization.areaCode,
          },
        }),
      ...(kind === 'RENAME' && { name: input.name?.trim() ?? '' }),
      ...(kind === 'SPLIT' && {
        parts: (input.parts ?? []).map(({ code, name, memberIds }) => ({
          code: code ?? null,
          name: name.trim(),
          memberIds: [...memberIds],
        })),
      }),
    },
  };
}
