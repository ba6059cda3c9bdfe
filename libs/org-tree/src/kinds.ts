import type { Refusal, Wording } from '@jishi/errors';

/** What a Party organisation is, with its names in Chinese and English. */
export const partyOrganizationKinds = {
  COMMITTEE: { zh: '党委', en: 'committee' },
  WORK_COMMITTEE: { zh: '党工委', en: 'work committee' },
  PARTY_GROUP: { zh: '党组', en: 'leading Party group' },
  DISCIPLINE_COMMITTEE: { zh: '纪委', en: 'discipline committee' },
  GENERAL_BRANCH: { zh: '党总支', en: 'general branch' },
  BRANCH: { zh: '党支部', en: 'branch' },
  JOINT_BRANCH: { zh: '联合党支部', en: 'joint branch' },
  GROUP: { zh: '党小组', en: 'group' },
} as const satisfies Record<string, Wording>;

export type PartyOrganizationKind = keyof typeof partyOrganizationKinds;

const underCommittee: readonly PartyOrganizationKind[] = [
  'COMMITTEE',
  'WORK_COMMITTEE',
  'PARTY_GROUP',
  'DISCIPLINE_COMMITTEE',
  'GENERAL_BRANCH',
  'BRANCH',
  'JOINT_BRANCH',
];

/** Which kinds may stand directly under a kind. A leading group and a discipline committee lead no grassroots organisation. */
const mayHold: Readonly<Record<PartyOrganizationKind, readonly PartyOrganizationKind[]>> = {
  COMMITTEE: underCommittee,
  WORK_COMMITTEE: underCommittee,
  PARTY_GROUP: [],
  DISCIPLINE_COMMITTEE: [],
  GENERAL_BRANCH: ['BRANCH', 'JOINT_BRANCH'],
  BRANCH: ['GROUP'],
  JOINT_BRANCH: ['GROUP'],
  GROUP: [],
};

/** Kinds that may stand without a superior inside the city. */
const mayBeRoot: readonly PartyOrganizationKind[] = ['COMMITTEE', 'WORK_COMMITTEE'];

/** Whether members belong to organisations of this kind directly: branches hold members, everything above holds branches. */
export const holdsMembers = (kind: PartyOrganizationKind): boolean => kind === 'BRANCH' || kind === 'JOINT_BRANCH';

/**
 * Why an organisation of one kind may not stand under another, or (superior null) without any; null when it may. SUPERIOR_NEEDED,
 * SUPERIOR_HOLDS_NONE (a group has nothing below it), SUPERIOR_HOLDS_OTHER_KINDS (a branch has only groups below it).
 */
export function refuseSuperior(kind: PartyOrganizationKind, superior: PartyOrganizationKind | null): Refusal | null {
  const below = partyOrganizationKinds[kind];
  const refuse = (code: string, zh: string, en: string): Refusal => ({
    code,
    field: 'superiorId',
    wording: { zh, en },
  });
  if (superior === null) {
    return mayBeRoot.includes(kind)
      ? null
      : refuse('SUPERIOR_NEEDED', `${below.zh}必须有上级党组织`, `A ${below.en} needs a superior`);
  }
  const held = mayHold[superior];
  if (held.includes(kind)) return null;
  const above = partyOrganizationKinds[superior];
  if (held.length === 0) {
    return refuse('SUPERIOR_HOLDS_NONE', `${above.zh}下面不能设党组织`, `A ${above.en} has no organisations below it`);
  }
  const names = (language: 'zh' | 'en', mark: string) =>
    held.map((one) => partyOrganizationKinds[one][language]).join(mark);
  return refuse(
    'SUPERIOR_HOLDS_OTHER_KINDS',
    `${above.zh}下面只能设${names('zh', '、')}，不能设${below.zh}`,
    `A ${above.en} has only these below it: ${names('en', ', ')}; not a ${below.en}`,
  );
}
