import { buildPaths } from '@jishi/org-tree';
import { addDays, laterOf, type CivilDate } from '@jishi/periods';
import type { Sector } from './demography';
import { chance, idOfCode, type Chance } from './random';
import type { ChangeRow, Host, OrganizationFacts, OrganizationPeriod, OrganizationRow, Size, UnitRow } from './rows';

/** Members who came together from another branch: by a split, a merger, or from one that is being dissolved. */
export interface Arrivals {
  readonly from: Organization;
  readonly on: CivilDate;
  /** How many of the members of today came that way. */
  readonly count: number;
  /** Names the batch of transfers. */
  readonly batch: string;
}

/** How the term of an organisation's leading body stands, where a case wants it so. */
export type TermCase = 'OVERDUE' | 'EXTENDED' | { readonly dueInDays: number };

/** An organisation while the city is being planned. What is read-only is decided when it is founded. */
export interface Organization {
  readonly id: string;
  readonly code: string;
  readonly kind: OrganizationRow['kind'];
  readonly board: OrganizationRow['board'];
  readonly sector: Sector;
  readonly setUpWay: OrganizationRow['setUpWay'];
  readonly flags: readonly string[];
  readonly hosts: readonly Host[];
  readonly establishedOn: CivilDate;
  readonly children: Organization[];
  /** What it is attached to; the first of `hosts` of a joint branch. */
  host: Host;
  superior: Organization | null;
  name: string;
  areaCode: string;
  status: OrganizationRow['status'];
  closedOn: CivilDate | null;
  mergedInto: Organization | null;
  /** Periods that are over. */
  readonly past: OrganizationPeriod[];
  /** First day of the facts of today, and the change that brought them. */
  since: CivilDate;
  changeId: string | null;

  /** Branches only: position among the branches, and members of today (probationary, full and suspended). */
  ordinal: number;
  size: number;
  /** Fixes the members of today where a case wants exact numbers. */
  exactly: { readonly full: number; readonly probationary: number } | null;
  /** Records beyond `size`: former members, and officers of the place who are not Party members. */
  former: number;
  cadres: number;
  /** Number of the branch's first person among all persons. */
  firstPerson: number;
  arrivals: Arrivals[];
  /** Where the members of a branch that is being dissolved are going. */
  emptiesInto: Organization | null;
  termCase: TermCase | null;
  /** 一肩挑 of a village or community: the secretary is also director. */
  secretaryIsDirector: boolean;
}

export const isBranch = ({ kind }: Organization): boolean => kind === 'BRANCH' || kind === 'JOINT_BRANCH';
export const isOfPlace = ({ sector }: Organization): boolean => sector === 'VILLAGE' || sector === 'COMMUNITY';

/** Everything that is being planned. */
export interface Register {
  readonly size: Size;
  readonly seed: number;
  readonly today: CivilDate;
  readonly luck: Chance;
  readonly organizations: Organization[];
  readonly units: UnitRow[];
  /** Firms and social organisations in which an organisation is set up, by id. */
  readonly firms: Map<string, { readonly host: Host; readonly name: string; readonly areaCode: string }>;
  readonly codes: Map<string, number>;
  /** Written when the members are counted, as a split names the members who leave. */
  readonly changes: (() => ChangeRow)[];
}

export const newRegister = (size: Size, seed: number, today: CivilDate): Register => ({
  size,
  seed,
  today,
  luck: chance(seed, 'structure'),
  organizations: [],
  units: [],
  firms: new Map(),
  codes: new Map(),
  changes: [],
});

const nextCode = ({ codes }: Register, areaCode: string): string => {
  const number = (codes.get(areaCode) ?? 0) + 1;
  codes.set(areaCode, number);
  return `${areaCode}-${String(number).padStart(4, '0')}`;
};

const suffix = {
  COMMITTEE: '委员会',
  WORK_COMMITTEE: '工作委员会',
  GENERAL_BRANCH: '总支部委员会',
  BRANCH: '支部委员会',
  JOINT_BRANCH: '联合支部委员会',
};

/** 中共…委员会, 中共…总支部委员会, 中共…支部委员会. */
export const fullName = (of: string, kind: OrganizationRow['kind']): string => `中共${of}${suffix[kind]}`;

interface Founding {
  readonly name: string;
  readonly kind: OrganizationRow['kind'];
  readonly sector: Sector;
  readonly superior: Organization | null;
  readonly areaCode: string;
  readonly host: Host;
  readonly hosts?: readonly Host[];
  readonly setUpWay?: OrganizationRow['setUpWay'];
  readonly flags?: readonly string[];
  /** Earliest and latest year; the superior's own founding comes first. */
  readonly years: readonly [number, number];
  readonly establishedOn?: CivilDate;
  readonly exactly?: { readonly full: number; readonly probationary: number };
}

const boards = {
  VILLAGE: 'VILLAGES_COMMUNITIES',
  COMMUNITY: 'VILLAGES_COMMUNITIES',
  ORGAN: 'ORGANS',
  INSTITUTION: 'ORGANS',
  STATE_FIRM: 'ENTERPRISES',
  PRIVATE_FIRM: 'ENTERPRISES',
  SOCIETY: 'ENTERPRISES',
} as const;

/** Founds an organisation under its superior. */
export function found(register: Register, founding: Founding): Organization {
  const { name, kind, sector, superior, areaCode, host, years } = founding;
  const code = nextCode(register, areaCode);
  const drawn = addDays(
    `${years[0]}-01-05` as CivilDate,
    register.luck.between(0, (years[1] - years[0] + 1) * 365 - 10),
  );
  const latest = addDays(register.today, -400);
  const wanted = founding.establishedOn ?? (drawn < latest ? drawn : latest);
  const establishedOn = superior ? laterOf(wanted, superior.establishedOn) : wanted;
  const organization: Organization = {
    id: idOfCode('organization', code),
    code,
    kind,
    board: boards[sector],
    sector,
    setUpWay: founding.setUpWay ?? 'SINGLE',
    flags: founding.flags ?? [],
    host,
    hosts: founding.hosts ?? [host],
    establishedOn,
    children: [],
    superior,
    name,
    areaCode,
    status: 'ACTIVE',
    closedOn: null,
    mergedInto: null,
    past: [],
    since: establishedOn,
    changeId: null,
    ordinal: -1,
    size: 0,
    exactly: founding.exactly ?? null,
    former: 0,
    cadres: 0,
    firstPerson: 0,
    arrivals: [],
    emptiesInto: null,
    termCase: null,
    secretaryIsDirector: true,
  };
  superior?.children.push(organization);
  register.organizations.push(organization);
  return organization;
}

const factsOf = ({ name, kind, superior, areaCode, status }: Organization): OrganizationFacts => ({
  name,
  kind,
  superiorId: superior?.id ?? null,
  areaCode,
  status,
});

/** From this day other facts hold; what held before stays readable. */
export function turn(
  organization: Organization,
  on: CivilDate,
  facts: Partial<Pick<Organization, 'name' | 'superior' | 'areaCode' | 'status'>>,
  changeId: string | null,
): void {
  if (on <= organization.since) throw new Error(`${organization.code}: ${on} is not after ${organization.since}`);
  organization.past.push({
    ...factsOf(organization),
    validFrom: organization.since,
    validTo: on,
    changeId: organization.changeId,
  });
  if (facts.superior !== undefined && facts.superior !== organization.superior) {
    const { superior } = organization;
    superior?.children.splice(superior.children.indexOf(organization), 1);
    facts.superior?.children.push(organization);
  }
  Object.assign(organization, facts);
  if (facts.status === 'DISSOLVED') organization.closedOn = on;
  organization.since = on;
  organization.changeId = changeId;
}

/** The rows of the register, every superior before what belongs to it. */
export function organizationRows({ organizations }: Register): OrganizationRow[] {
  const paths = buildPaths(organizations.map(({ id, superior }) => ({ id, superiorId: superior?.id ?? null })));
  return organizations
    .map((organization) => {
      const path = paths.get(organization.id) ?? [];
      return {
        ...factsOf(organization),
        id: organization.id,
        code: organization.code,
        board: organization.board,
        setUpWay: organization.setUpWay,
        flags: organization.flags,
        host: organization.host,
        hosts: organization.hosts,
        depth: path.length,
        path,
        establishedOn: organization.establishedOn,
        approvalDocument: `${organization.superior?.name ?? '中共河南省委员会'}〔${organization.establishedOn.slice(0, 4)}〕${((organization.code.length * 7 + Number(organization.code.slice(-4))) % 90) + 1}号`,
        closedOn: organization.closedOn,
        mergedIntoId: organization.mergedInto?.id ?? null,
        history: [
          ...organization.past,
          { ...factsOf(organization), validFrom: organization.since, validTo: null, changeId: organization.changeId },
        ],
      };
    })
    .sort((a, b) => a.depth - b.depth || (a.code < b.code ? -1 : 1));
}
