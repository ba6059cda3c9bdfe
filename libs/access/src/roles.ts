/** The posts that a person can act in; codes as in the office's role list. */
export const roles = {
  CO: { zh: '组织部门', en: 'organisation department' },
  WC: { zh: '机关工委、直属党（工）委', en: 'work committee' },
  TS: { zh: '乡镇、街道党（工）委', en: 'town or street committee' },
  VC: { zh: '村、社区党组织', en: 'village or community organisation' },
  BR: { zh: '党支部', en: 'branch' },
  TN: { zh: '两新工委', en: 'work committee of the two new sectors' },
  AG: { zh: '农业农村部门', en: 'agriculture and rural affairs' },
  CA: { zh: '民政部门', en: 'civil affairs' },
  HO: { zh: '住建部门', en: 'housing' },
  MR: { zh: '市场监管部门', en: 'market regulation' },
  PL: { zh: '政法委、综治中心', en: 'politics-and-law committee' },
  UN: { zh: '单位、部门', en: 'unit or department' },
  GW: { zh: '网格员', en: 'grid worker' },
  IN: { zh: '党建指导员', en: 'instructor' },
  AUD: { zh: '审计员', en: 'auditor' },
} as const;
export type Role = keyof typeof roles;

const readRegister = ['areas:read', 'units:read', 'organizations:read', 'bodies:read', 'settings:read', 'changes:read'];
const readTargets = ['targets:read'];
const readMembers = ['persons:read', 'persons:personal', 'members:read', 'transfers:read', 'structure:read'];
const keepBranch = ['members:keep', 'persons:keep', 'transfers:open', 'transfers:accept', 'bodies:keep'];

const readVillages = ['villages:read', 'income:read', 'plans:read', 'stationed:read', 'cooperatives:read'];
const readPlaces = ['grids:read', 'communities:read', 'quarters:read', 'teams:read', 'property:read'];
const readMatters = ['matter-types:read', 'matters:read'];
const readFirms = ['entities:read', 'clears:read', 'coverage:read', 'setups:read', 'instructors:read'];
const readAll = [...readVillages, ...readPlaces, ...readMatters, ...readFirms, ...readTargets];

/** A place keeps its own facts: its village or community, its quarters, its teams, its matters, its firms' eight clears. */
const keepPlace = [
  'villages:keep',
  'income:enter',
  'plans:keep',
  'cooperatives:keep',
  'quarters:keep',
  'teams:keep',
  'property:keep',
  'property:score',
  'matters:report',
  'matters:accept',
  'matters:handle',
  'matters:contact',
  'clears:keep',
];
const keepTown = [
  ...keepPlace,
  'income:review',
  'income:approve',
  'plans:check',
  'villages:nominate',
  'stationed:keep',
  'grids:keep',
  'communities:keep',
  'matters:triage',
  'entities:keep',
  'entities:market',
  'entities:civil',
  'setups:keep',
  'instructors:keep',
];
/** What a department that owns a trade or a topic does with matters that are sent to it. */
const handleMatters = ['matters:report', 'matters:work', 'matter-types:request'];

const organisationWork = [
  ...readRegister,
  ...readMembers,
  ...keepBranch,
  'changes:propose',
  'transfers:issue',
  'settings:exempt',
  'bodies:extend',
];

/**
 * What each role may do, `<capability>:<verb>`. Where it may do it is the grant's scope.
 * Branches and villages keep their own rosters and open transfers; towns issue letters and propose changes; the organisation
 * department decides them (model.md §3.2, §4.2). Departments see and keep what their topic and area give them (model.md §11) and
 * no member's personal facts. The auditor reads the audit trail and nothing else.
 */
const permissions: Readonly<Record<Role, ReadonlySet<string>>> = {
  BR: new Set([...readRegister, ...readMembers, ...keepBranch, 'changes:propose']),
  VC: new Set([...readRegister, ...readMembers, ...keepBranch, 'changes:propose', ...readAll, ...keepPlace]),
  TS: new Set([...organisationWork, ...readAll, ...keepTown, 'supervision:read']),
  WC: new Set(organisationWork),
  CO: new Set([
    ...organisationWork,
    'changes:approve',
    'erasures:read',
    'erasures:request',
    'areas:keep',
    'units:keep',
    'organizations:activate',
    ...readAll,
    'targets:keep',
    'supervision:read',
    'supervision:keep',
    'income:revise',
    'villages:name-model',
    'stationed:nominate',
    'stationed:approve',
    'stationed:keep',
    'entities:keep',
    'entities:market',
    'entities:civil',
    'clears:keep',
    'setups:keep',
    'setups:drop',
    'instructors:keep',
  ]),
  TN: new Set([
    ...readRegister,
    ...readFirms,
    ...readTargets,
    'structure:read',
    'entities:keep',
    'entities:market',
    'entities:civil',
    'entities:merge',
    'clears:keep',
    'setups:keep',
    'setups:drop',
    'instructors:keep',
  ]),
  AG: new Set([
    ...readRegister,
    ...readVillages,
    ...readTargets,
    'villages:keep',
    'income:approve',
    'income:close',
    'income:revise',
    'plans:check',
    'plans:approve',
    'cooperatives:keep',
  ]),
  CA: new Set([
    ...readRegister,
    ...readTargets,
    ...readPlaces,
    'communities:keep',
    ...readMatters,
    ...handleMatters,
    ...readFirms,
    'entities:keep',
    'entities:civil',
    'entities:merge',
  ]),
  MR: new Set([
    ...readRegister,
    ...readTargets,
    ...readMatters,
    ...handleMatters,
    ...readFirms,
    'entities:keep',
    'entities:market',
    'entities:merge',
  ]),
  HO: new Set([
    ...readRegister,
    ...readTargets,
    ...readPlaces,
    'quarters:keep',
    'property:keep',
    'property:score',
    'property:admit',
    // the names of property companies stand in the register of firms
    'entities:read',
    ...readMatters,
    ...handleMatters,
  ]),
  PL: new Set([
    ...readRegister,
    ...readTargets,
    ...readPlaces,
    'grids:keep',
    'teams:keep',
    ...readMatters,
    ...handleMatters,
    'matters:triage',
    'matter-types:admit',
  ]),
  UN: new Set([
    ...readRegister,
    ...readMatters,
    ...handleMatters,
    'villages:read',
    'stationed:read',
    'stationed:nominate',
  ]),
  GW: new Set([
    'areas:read',
    'organizations:read',
    ...readPlaces,
    ...readMatters,
    'matters:report',
    'matters:handle',
    'matters:contact',
  ]),
  IN: new Set(['areas:read', 'organizations:read', ...readFirms, 'clears:keep']),
  AUD: new Set(['audit:read']),
};

export const permissionsOf = (role: Role): ReadonlySet<string> => permissions[role];
export const isRole = (value: string): value is Role => Object.hasOwn(roles, value);
