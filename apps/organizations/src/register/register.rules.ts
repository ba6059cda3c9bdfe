import { ruleBroken, type Refusal } from '@jishi/errors';
import { refuseMove, refuseSuperior } from '@jishi/org-tree';
import type { CivilDate } from '@jishi/periods';
import type { HostKind, OrganizationKind, OrganizationStatus } from './register.entities';

/** Hosts that are places: their id is an area code and changes when areas merge. */
export const isPlace = (kind: HostKind): boolean => kind === 'VILLAGE' || kind === 'COMMUNITY' || kind === 'AREA';

/** An organisation as the rules of the tree look at it. */
export interface Standing {
  readonly id: string;
  readonly name: string;
  readonly kind: OrganizationKind;
  readonly status: OrganizationStatus;
  readonly depth: number;
  /** Ids from the root down to itself. */
  readonly path: readonly string[];
}

/** Why an organisation may not stand under another one, if there is a reason. `height`: levels below it, 0 for a leaf. */
export function refusePlace(
  child: { readonly id?: string; readonly kind: OrganizationKind; readonly height: number },
  superior: Standing,
): Refusal | undefined {
  const move = refuseMove(child.id ?? '', child.height, superior.path);
  // A ring says more than the kinds in it; the kinds say more than the depth.
  const refusal = move?.code === 'TREE_CYCLE' ? move : (refuseSuperior(child.kind, superior.kind) ?? move);
  if (refusal) return { ...refusal, field: 'targetSuperiorId' };
  if (superior.status === 'ACTIVE') return undefined;
  return {
    code: 'SUPERIOR_NOT_ACTIVE',
    field: 'targetSuperiorId',
    rule: '上级党组织须为正常状态',
    wording: { zh: '上级“{superior}”不是正常状态', en: 'The superior "{superior}" is not active' },
    params: { superior: superior.name },
  };
}

/** Refuses a day on which something later has already been written, or that lies in the future. */
export function refuseDay(on: CivilDate, today: CivilDate, lastChangedOn: CivilDate | null, field: string): void {
  if (on > today) {
    throw ruleBroken({
      code: 'IN_THE_FUTURE',
      field,
      wording: { zh: '{on}尚未到来', en: '{on} has not come yet' },
      params: { on },
    });
  }
  const refusal = refuseBackdating(on, lastChangedOn, field);
  if (refusal) throw ruleBroken(refusal);
}

/** History is written forward only: a change may not take effect before the last one of any organisation it touches. */
export const refuseBackdating = (
  on: CivilDate,
  lastChangedOn: CivilDate | null,
  field = 'effectiveOn',
): Refusal | undefined =>
  lastChangedOn !== null && on < lastChangedOn
    ? {
        code: 'EFFECTIVE_BEFORE_LAST_CHANGE',
        field,
        rule: '生效日期不得早于所涉党组织的上一次变动',
        wording: {
          zh: '生效日期{on}早于所涉党组织上一次变动的日期{last}',
          en: '{on} lies before the last change of an organisation it touches, on {last}',
        },
        params: { on, last: lastChangedOn },
      }
    : undefined;
