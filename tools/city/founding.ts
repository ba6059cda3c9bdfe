import type { CivilDate } from '@jishi/periods';
import type { Sector } from './demography';
import { chineseNumber, firmName } from './names';
import { idOfCode } from './random';
import { found, fullName, isBranch, type Organization, type Register } from './register';
import type { Host, UnitRow } from './rows';
import { usccOf } from './units';

/** The superiors of one county (or of the city's own units), by what they lead. */
export interface Scope {
  readonly areaCode: string;
  readonly name: string;
  readonly head: Organization;
  readonly organs: Organization;
  readonly education: Organization;
  readonly health: Organization;
  readonly stateFirms: Organization;
  readonly twoNew: Organization;
}

const unitKind: Partial<Record<Sector, UnitRow['kind']>> = {
  ORGAN: 'ORGAN',
  INSTITUTION: 'INSTITUTION',
  STATE_FIRM: 'SOE',
};

/** Registers the unit in which an organisation is set up: a public unit, or the id of a firm or social organisation. */
export function hostNamed(
  register: Register,
  sector: Sector,
  areaCode: string,
  name: string,
  kind = unitKind[sector],
): Host {
  const id = idOfCode('unit', `${areaCode} ${name}`);
  if (!kind) {
    const host: Host = { kind: sector === 'SOCIETY' ? 'SOCIAL_ORG' : 'ENTERPRISE', id };
    if (!register.firms.has(id)) register.firms.set(id, { host, name, areaCode });
    return host;
  }
  register.units.push({
    id,
    name,
    uscc: usccOf(kind, areaCode, register.units.length),
    kind,
    areaCode,
    leadershipMode:
      kind === 'ORGAN' ? 'ORGAN' : kind === 'SOE' ? 'SOE_BOARD' : kind === 'INSTITUTION' ? null : 'PARTY_LED_HEAD',
    status: 'ACTIVE',
    departmentCode: null,
  });
  return { kind: 'UNIT', id };
}

/** Branches below a general branch or committee: 某村第一党支部, 第二党支部 … */
export function subBranches(
  register: Register,
  under: Organization,
  stem: string,
  count: number,
  establishedOn?: CivilDate,
): Organization[] {
  const from = under.children.filter(isBranch).length;
  return Array.from({ length: count }, (_, index) =>
    found(register, {
      name: `${stem}第${chineseNumber(from + index + 1)}党支部`,
      kind: 'BRANCH',
      sector: under.sector,
      superior: under,
      areaCode: under.areaCode,
      host: under.host,
      years: [1985, 2019],
      establishedOn,
    }),
  );
}

/** 联合党支部: several firms, each with too few members for a branch of its own. */
export function foundJoint(
  register: Register,
  superior: Organization,
  areaCode: string,
  place: string,
  firms: number,
  firstFirm: number,
  setUpWay: 'JOINT' | 'REGIONAL' = 'JOINT',
): Organization {
  const names = Array.from({ length: firms }, (_, index) => firmName(place, firstFirm + index));
  const hosts = names.map((name) => hostNamed(register, 'PRIVATE_FIRM', areaCode, name));
  const title =
    setUpWay === 'REGIONAL' ? `${place}非公企业` : names.map((name) => name.replace(/有限公司$/, '')).join('、');
  return found(register, {
    name: fullName(title, 'JOINT_BRANCH'),
    kind: 'JOINT_BRANCH',
    sector: 'PRIVATE_FIRM',
    setUpWay,
    superior,
    areaCode,
    host: hosts[0] ?? { kind: 'AREA', id: areaCode },
    hosts,
    years: [2012, 2024],
  });
}
