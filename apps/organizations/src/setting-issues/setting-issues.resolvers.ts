import { forAll, groupedBy, type Context, type Resolvers } from '@jishi/subgraph';
import { superiorsByIds, type OrganizationRow } from '../register';
import {
  exemptSettingIssue,
  listSettingIssues,
  settingIssuesByIds,
  settingIssuesOf,
  type ExemptSettingIssueInput,
  type SettingIssueRow,
  type SettingIssuesArguments,
} from './setting-issues.service';

interface Input<I> {
  readonly input: I & { readonly clientMutationId?: string | null };
}

export const resolvers: Resolvers = {
  Query: {
    settingIssues: (_: unknown, args: SettingIssuesArguments, ctx: Context) => listSettingIssues(ctx, args),
  },
  Mutation: {
    exemptSettingIssue: async (_: unknown, { input }: Input<ExemptSettingIssueInput>, ctx: Context) => {
      const { id } = await exemptSettingIssue(ctx, input);
      const [settingIssue] = await settingIssuesByIds(ctx, [id]);
      return { clientMutationId: input.clientMutationId, settingIssue };
    },
  },
  SettingIssue: {
    __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
      settingIssuesByIds(
        ctx,
        references.map(({ id }) => id),
      ),
    // Whoever sees the problem sees which branch it is.
    organization: forAll(async (issues: readonly SettingIssueRow[], _: unknown, ctx) => {
      const found = await superiorsByIds(
        ctx,
        issues.map(({ orgId }) => orgId),
      );
      return issues.map(({ orgId }) => found.get(orgId)!);
    }),
    citation: ({ kind, ruleDocument, ruleArticle }: SettingIssueRow) => ({
      document: ruleDocument,
      article: ruleArticle,
      rule: kind === 'OVERSIZE' ? 'org.branch.ceiling' : 'org.branch.minimum',
    }),
    exemption: ({ exemptionReason, exemptionUntil, exemptionBy }: SettingIssueRow, _: unknown, ctx: Context) =>
      exemptionReason !== null && (exemptionUntil === null || exemptionUntil >= ctx.today)
        ? { reason: exemptionReason, until: exemptionUntil, by: exemptionBy }
        : null,
  },
  PartyOrganization: {
    settingIssues: forAll(
      async (organizations: readonly OrganizationRow[], { open }: { open?: boolean | null }, ctx) => {
        const ids = organizations.map(({ id }) => id);
        return groupedBy(ids, await settingIssuesOf(ctx, ids, open), ({ orgId }) => orgId);
      },
    ),
  },
};
