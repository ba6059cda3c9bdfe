import type { Grant } from '@jishi/access';
import { COUNTY } from './areas';
import { WELL_KNOWN } from './cases';
import { idOfCode } from './random';
import type { Size } from './rows';

/** An account of the demonstration: who it is, in Chinese, and the posts it acts from. */
export interface DemoAccount {
  readonly account: string;
  readonly title: string;
  readonly grants: readonly Grant[];
}

/** The id of an organisation by its code; the same in both sizes and under every seed. */
export const organizationIdOf = (code: string): string => idOfCode('organization', code);

/**
 * The accounts of the demonstration, which is the same county in both sizes. `nobody` has a valid token and no grant: it sees
 * nothing.
 */
export function demoAccounts(_size: Size): readonly DemoAccount[] {
  const at = (role: Grant['role'], code: string): Grant[] => [{ role, organizationId: organizationIdOf(code) }];
  const within = (role: Grant['role'], area: string): Grant[] => [{ role, area }];
  return [
    { account: 'city-org', title: '焦作市委组织部工作人员', grants: at('CO', WELL_KNOWN.city) },
    { account: 'county-org', title: '武陟县委组织部工作人员', grants: at('CO', WELL_KNOWN.county) },
    { account: 'town-office', title: '西陶镇党建办公室工作人员', grants: at('TS', WELL_KNOWN.town) },
    { account: 'village-secretary', title: '西陶镇西陶村党总支书记', grants: at('VC', WELL_KNOWN.village) },
    { account: 'community-secretary', title: '木城街道建设社区党总支书记', grants: at('VC', WELL_KNOWN.community) },
    {
      account: 'branch-secretary',
      title: '木城街道和平社区第一党支部书记',
      grants: at('BR', WELL_KNOWN.oversizeBranch),
    },
    { account: 'grid-worker', title: '木城街道建设社区专职网格员', grants: within('GW', '410823001001') },
    { account: 'enterprise-instructor', title: '木城街道党建指导员', grants: within('IN', '410823001') },
    { account: 'county-agriculture', title: '武陟县农业农村局工作人员', grants: within('AG', COUNTY) },
    { account: 'county-civil-affairs', title: '武陟县民政局工作人员', grants: within('CA', COUNTY) },
    { account: 'county-market', title: '武陟县市场监督管理局工作人员', grants: within('MR', COUNTY) },
    { account: 'county-two-new', title: '武陟县两新工委工作人员', grants: within('TN', COUNTY) },
    { account: 'county-politics-law', title: '武陟县委政法委工作人员', grants: within('PL', COUNTY) },
    { account: 'county-housing', title: '武陟县住房和城乡建设局工作人员', grants: within('HO', COUNTY) },
    { account: 'street-office', title: '木城街道党工委工作人员', grants: at('TS', WELL_KNOWN.street) },
    { account: 'auditor', title: '焦作市系统审计员', grants: [{ role: 'AUD', area: '4108' }] },
    { account: 'nobody', title: '没有任何职务的账号', grants: [] },
  ];
}
