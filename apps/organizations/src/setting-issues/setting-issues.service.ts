import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken } from '@jishi/errors';
import { settingIssueClosed, settingIssueExempted, settingIssueOpened } from '@jishi/event-contracts';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { laterOf, type CivilDate } from '@jishi/periods';
import { listOf, readRows, where, within, type Condition, type Context } from '@jishi/subgraph';
import { aboutOf, atOrBelow, PartyOrganization } from '../register';
import { SettingIssue, type SettingIssueKind } from './setting-issues.entities';
import { decide, refuseExemption, verdictsOn, type Roster, type Setting, type Verdict } from './setting-issues.rules';

/**
 * Judges a branch by its numbers: opens, notes or closes its setting problems (ORG-04). Nobody else closes them.
 */
export async function judgeSetting(tx: Tx, orgId: string, roster: Roster, on: CivilDate): Promise<void> {
  const [setting] = await tx.query<Setting & { readonly open: Partial<Record<SettingIssueKind, number>> | null }>(
    `SELECT o.kind, o.status, o.set_up_way AS "setUpWay",
       (SELECT jsonb_object_agg(i.kind, i.measured) FROM setting_issue i WHERE i.org_id = o.id AND i.closed_on IS NULL) AS open
     FROM party_organization o WHERE o.id = $1`,
    [orgId],
  );
  if (!setting) throw new Error(`a roster was told of ${orgId}, which is no organisation here`);
  for (const verdict of verdictsOn(roster, on)) {
    const measured = setting.open?.[verdict.kind];
    const action = decide(setting, verdict, measured === undefined ? undefined : { measured });
    if (action === 'open') await open(tx, orgId, verdict, on);
    else if (action !== 'nothing') await settle(tx, orgId, verdict, on, action === 'close');
  }
}

async function open(tx: Tx, orgId: string, { kind, measured, bound, citation }: Verdict, on: CivilDate): Promise<void> {
  // The numbers decide, whoever brought them about.
  const organization = await tx.unscoped.get(PartyOrganization, orgId);
  const issue = await tx.insert(SettingIssue, {
    orgId,
    kind,
    measured,
    ceiling: bound,
    ruleDocument: citation.document,
    ruleArticle: citation.article ?? null,
    openedOn: on,
  });
  tx.emit(
    settingIssueOpened(
      { issueId: issue.id, orgId, kind, measured, ceiling: bound, openedOn: on },
      aboutOf(organization),
    ),
  );
}

async function settle(
  tx: Tx,
  orgId: string,
  { kind, measured, bound, citation }: Verdict,
  on: CivilDate,
  closes: boolean,
): Promise<void> {
  // The numbers decide, whoever brought them about.
  const known = await tx.unscoped.find(SettingIssue, { orgId, kind, closedOn: null });
  if (!known) return;
  const issue = await tx.unscoped.lock(SettingIssue, known.id);
  const closedOn = closes ? laterOf(on, issue.openedOn) : null;
  await tx.save(issue, {
    measured,
    ceiling: bound,
    ruleDocument: citation.document,
    ruleArticle: citation.article ?? null,
    closedOn,
  });
  if (closedOn === null) return;
  const organization = await tx.unscoped.get(PartyOrganization, orgId);
  tx.emit(
    settingIssueClosed({ issueId: issue.id, orgId, kind, measured, ceiling: bound, closedOn }, aboutOf(organization)),
  );
}

export interface ExemptSettingIssueInput {
  readonly id: string;
  readonly version?: number | null;
  readonly reason: string;
  readonly until?: CivilDate | null;
}

/** Exempts a problem in writing; it stays open, keeps counting and still closes by the numbers (ORG-04). */
export const exemptSettingIssue = (ctx: Context, input: ExemptSettingIssueInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const issue = await tx.lock(SettingIssue, input.id, input.version ?? undefined);
    const organization = await tx.get(PartyOrganization, issue.orgId);
    must(tx.actor, 'settings:exempt', placeOf(organization), tx.today);
    const until = input.until ?? null;
    const refusal = refuseExemption(issue, { reason: input.reason, until, today: ctx.today });
    if (refusal) throw ruleBroken(refusal);

    await tx.save(issue, { exemptionReason: input.reason, exemptionUntil: until, exemptionBy: tx.actor.account });
    tx.emit(
      settingIssueExempted({ issueId: issue.id, orgId: issue.orgId, kind: issue.kind, until }, aboutOf(organization)),
    );
    return { id: issue.id };
  });

export type SettingIssueRow = Omit<SettingIssue, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const columns = `i.id, i.version, i.org_id AS "orgId", i.kind, i.measured, i.ceiling, i.rule_document AS "ruleDocument",
  i.rule_article AS "ruleArticle", i.opened_on AS "openedOn", i.closed_on AS "closedOn", i.exemption_reason AS "exemptionReason",
  i.exemption_until AS "exemptionUntil", i.exemption_by AS "exemptionBy"`;

export interface SettingIssuesArguments extends PageArguments {
  readonly filter?: {
    readonly kind?: SettingIssueKind | null;
    readonly open?: boolean | null;
    readonly under?: string | null;
  } | null;
}

const openOrNot = (wanted: boolean | null | undefined): Condition | null =>
  wanted == null ? null : where(`i.closed_on IS ${wanted ? '' : 'NOT '}NULL`);

/** Setting problems, oldest first (ORG-04). */
export const listSettingIssues = (ctx: Context, { filter, ...page }: SettingIssuesArguments) =>
  listOf<SettingIssueRow>(
    ctx,
    {
      name: 'setting-issues',
      select: columns,
      from: 'setting_issue i',
      ordering: ordering('setting-issues', [asc('i.opened_on', 'date'), asc('i.id', 'uuid')]),
      conditions: [
        within(ctx, SettingIssue, 'i'),
        filter?.kind ? where('i.kind = ?', filter.kind) : null,
        openOrNot(filter?.open),
        filter?.under ? atOrBelow('i.org_id', filter.under) : null,
      ],
    },
    page,
  );

/** The problems of these organisations, latest first. */
export const settingIssuesOf = (ctx: Context, orgIds: readonly string[], wanted?: boolean | null) =>
  settingIssuesWhere(ctx, where('i.org_id = ANY(?)', orgIds), openOrNot(wanted));

export const settingIssuesByIds = (ctx: Context, ids: readonly string[]) =>
  settingIssuesWhere(ctx, where('i.id = ANY(?)', ids), null);

const settingIssuesWhere = (ctx: Context, condition: Condition, and: Condition | null): Promise<SettingIssueRow[]> =>
  readRows<SettingIssueRow>(
    ctx,
    'setting-issues-where',
    `SELECT ${columns} FROM setting_issue i WHERE {where} ORDER BY i.opened_on DESC, i.id DESC`,
    within(ctx, SettingIssue, 'i'),
    condition,
    and,
  );
