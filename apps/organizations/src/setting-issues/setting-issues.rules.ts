import type { Citation, Refusal } from '@jishi/errors';
import { holdsMembers } from '@jishi/org-tree';
import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { OrganizationKind, OrganizationStatus, SetUpWay } from '../register';
import type { SettingIssueKind } from './setting-issues.entities';

/** The numbers of a branch on a day. */
export interface Roster {
  readonly full: number;
  readonly total: number;
}

/** A branch as its setting is judged. */
export interface Setting {
  readonly kind: OrganizationKind;
  readonly status: OrganizationStatus;
  readonly setUpWay: SetUpWay;
}

/** What the numbers say about one kind of problem. */
export interface Verdict {
  readonly kind: SettingIssueKind;
  readonly measured: number;
  readonly bound: number;
  readonly broken: boolean;
  readonly citation: Citation;
}

/** What the numbers say, by the rules in force on the day (ORG-04). The ceiling itself is still in order. */
export function verdictsOn({ full, total }: Roster, on: CivilDate): Verdict[] {
  const ceiling = ruleInForce('org.branch.ceiling', on);
  const minimum = ruleInForce('org.branch.minimum', on);
  return [
    {
      kind: 'OVERSIZE',
      measured: total,
      bound: ceiling.value,
      broken: total > ceiling.value,
      citation: citationOf(ceiling),
    },
    {
      kind: 'BELOW_MINIMUM',
      measured: full,
      bound: minimum.value,
      broken: full < minimum.value,
      citation: citationOf(minimum),
    },
  ];
}

/**
 * What is to be done about an issue: only an active branch that holds affiliations of its own gets a new one; a branch that has
 * ceased to be judged, or no longer breaks the rule, loses it.
 */
export function decide(
  { kind, status, setUpWay }: Setting,
  { broken, measured }: Verdict,
  open: { readonly measured: number } | undefined,
): 'open' | 'close' | 'note' | 'nothing' {
  const exists = status === 'ACTIVE' || status === 'CLOSING';
  const judged = exists && holdsMembers(kind) && setUpWay !== 'TEMPORARY';
  if (open) return !judged || !broken ? 'close' : open.measured === measured ? 'nothing' : 'note';
  return judged && status === 'ACTIVE' && broken ? 'open' : 'nothing';
}

/** Why a problem cannot be exempted, if there is a reason. */
export function refuseExemption(
  issue: { readonly closedOn: CivilDate | null },
  { reason, until, today }: { readonly reason: string; readonly until: CivilDate | null; readonly today: CivilDate },
): Refusal | undefined {
  if (issue.closedOn !== null)
    return {
      code: 'ISSUE_CLOSED',
      field: 'id',
      wording: { zh: '该设置问题已于{on}消除，无需豁免', en: 'The problem closed on {on}; no exemption is needed' },
      params: { on: issue.closedOn },
    };
  if (reason.trim() === '')
    return {
      code: 'REASON_MISSING',
      field: 'reason',
      wording: { zh: '豁免必须书面说明理由', en: 'An exemption needs a written reason' },
    };
  if (until !== null && until < today)
    return {
      code: 'EXEMPTION_IN_THE_PAST',
      field: 'until',
      wording: { zh: '豁免期限{until}已过', en: 'The exemption would have ended on {until}' },
      params: { until },
    };
  return undefined;
}
