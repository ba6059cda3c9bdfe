/** The posts that a person can act in; codes as in the office's role list. */
export const roles = {
  CO: { zh: '组织部门', en: 'organisation department' },
  WC: { zh: '机关工委、直属党（工）委', en: 'work committee' },
  TS: { zh: '乡镇、街道党（工）委', en: 'town or street committee' },
  VC: { zh: '村、社区党组织', en: 'village or community organisation' },
  BR: { zh: '党支部', en: 'branch' },
  AUD: { zh: '审计员', en: 'auditor' },
} as const;
export type Role = keyof typeof roles;

const readRegister = ['areas:read', 'units:read', 'organizations:read', 'bodies:read', 'settings:read', 'changes:read'];
const readMembers = ['persons:read', 'persons:personal', 'members:read', 'transfers:read', 'structure:read'];
const keepBranch = ['members:keep', 'persons:keep', 'transfers:open', 'transfers:accept', 'bodies:keep'];

/**
 * What each role may do, `<capability>:<verb>`. Where it may do it is the grant's scope.
 * Branches and villages keep their own rosters and open transfers; towns issue letters and propose changes; the organisation
 * department decides them (model.md §3.2, §4.2). The auditor reads the audit trail and nothing else.
 */
const permissions: Readonly<Record<Role, ReadonlySet<string>>> = {
  BR: new Set([...readRegister, ...readMembers, ...keepBranch, 'changes:propose']),
  VC: new Set([...readRegister, ...readMembers, ...keepBranch, 'changes:propose']),
  TS: new Set([
    ...readRegister,
    ...readMembers,
    ...keepBranch,
    'changes:propose',
    'transfers:issue',
    'settings:exempt',
    'bodies:extend',
  ]),
  WC: new Set([
    ...readRegister,
    ...readMembers,
    ...keepBranch,
    'changes:propose',
    'transfers:issue',
    'settings:exempt',
    'bodies:extend',
  ]),
  CO: new Set([
    ...readRegister,
    ...readMembers,
    ...keepBranch,
    'changes:propose',
    'changes:approve',
    'transfers:issue',
    'settings:exempt',
    'bodies:extend',
    'areas:keep',
    'units:keep',
    'organizations:activate',
  ]),
  AUD: new Set(['audit:read']),
};

export const permissionsOf = (role: Role): ReadonlySet<string> => permissions[role];
export const isRole = (value: string): value is Role => Object.hasOwn(roles, value);
