import { settingIssueClosed, settingIssueOpened } from '@jishi/event-contracts';
import { pathSql, type Snapshot } from '@jishi/event-delivery';

const issue = `'issueId', i.id, 'orgId', i.org_id, 'kind', i.kind, 'measured', i.measured, 'ceiling', i.ceiling`;

/** Every setting issue, open or closed, with the figures of today. */
export const settingIssueSnapshot: Snapshot = {
  told: [
    {
      contract: settingIssueClosed,
      when: 'i.closed_on IS NOT NULL',
      data: `jsonb_build_object(${issue}, 'closedOn', i.closed_on)`,
    },
    { contract: settingIssueOpened, data: `jsonb_build_object(${issue}, 'openedOn', i.opened_on)` },
  ],
  from: 'setting_issue i JOIN party_organization o ON o.id = i.org_id',
  key: 'i.id',
  orgPath: pathSql('o'),
  areaCode: 'o.area_code',
  lacks: { zh: '不含豁免', en: 'exemptions' },
};
