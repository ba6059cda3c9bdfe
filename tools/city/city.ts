import type { CivilDate } from '@jishi/periods';
import { officesOf, withDepartments, type Department, type Office } from './departments';
import { leadershipOf } from './leadership';
import { branchPeople, newMovements } from './membership';
import { newPeople } from './people';
import { idOf } from './random';
import { isBranch, isOfPlace, organizationRows, type Organization } from './register';
import type {
  AreaRow,
  BranchPeople,
  ChangeRow,
  FirmRow,
  Host,
  Leadership,
  OrganizationRow,
  Size,
  UnitRow,
} from './rows';
import { planFirms } from './firms';
import { handOutSizes, occupationTable } from './sizes';
import { planStructure } from './structure';

/** A unit that sends people, the organisation in it, and its members of today. */
export interface Sender {
  readonly unitId: string;
  readonly orgId: string;
  readonly personIds: readonly string[];
}

/** A generated city: what is small as lists, what is large as streams that may be read as often as needed. */
export interface City {
  readonly size: Size;
  readonly seed: number;
  readonly today: CivilDate;
  /** Superiors before what belongs to them, as in every list here. */
  readonly areas: readonly AreaRow[];
  readonly units: readonly UnitRow[];
  readonly organizations: readonly OrganizationRow[];
  readonly changes: readonly ChangeRow[];
  /** Enterprises and social organisations, those with an organisation first. */
  readonly firms: readonly FirmRow[];
  /** How many branches the stream of people will give, for a progress display. */
  readonly branchCount: number;
  /** Persons, members, their history and transfers of one branch, by its place in the stream. */
  peopleAt(ordinal: number): BranchPeople;
  /** The same of all branches, one after the other. */
  people(): Iterable<BranchPeople>;
  /** Members of today of the branches of a village or community. */
  personsIn(areaCode: string): readonly string[];
  /** Units of a county (or of the city's own offices) that send people to villages, with the members of their branches. */
  sendersOf(countyCode: string): readonly Sender[];
  /** Firms of a county without an organisation in which members work. */
  employersOf(countyCode: string): readonly Host[];
  /** The departments of a county, to which matters are sent. */
  officesOf(countyCode: string): ReadonlyMap<Department, Office>;
  /** Leading bodies with terms and posts, organisation by organisation. */
  leadership(): Iterable<Leadership>;
}

/**
 * Generates a city that is the same for the same size, seed and day: real areas, invented organisations and people in the
 * proportions of rules.md §10, and the interesting cases that README.md lists. Nothing is read but the file of areas.
 */
export function generateCity({ size, seed, today }: { size: Size; seed: number; today: CivilDate }): City {
  const { register, areas } = planStructure(size, seed, today);
  handOutSizes(register);
  const branches = register.organizations.filter(isBranch);
  const last = branches.at(-1);
  const persons = last ? last.firstPerson + last.size + last.former + last.cadres : 0;
  const { firms, employersOf } = planFirms(register, areas);
  const people = newPeople(seed, today, persons, occupationTable(register), employersOf);
  const movements = newMovements(people, register);
  // Drawn once: officers are chosen from the same records that are written, and a city fits into less than a gigabyte.
  const drawn = new Map<Organization, BranchPeople>();
  const recordsOf = (branch: Organization): BranchPeople => {
    const records = drawn.get(branch) ?? branchPeople(movements, branch);
    drawn.set(branch, records);
    return records;
  };
  const idsOf = ({ firstPerson, size: count }: Organization): string[] =>
    Array.from({ length: count }, (_, slot) => idOf('person', firstPerson + slot, seed));
  const inPlaces = new Map<string, string[]>();
  const senders = new Map<string, Sender[]>();
  for (const branch of branches) {
    if (branch.status !== 'ACTIVE') continue;
    const { host, areaCode, sector } = branch;
    if (isOfPlace(branch)) inPlaces.set(areaCode, [...(inPlaces.get(areaCode) ?? []), ...idsOf(branch)]);
    else if (host.kind === 'UNIT' && sector === 'ORGAN') {
      const county = areaCode.slice(0, 6);
      const sender = { unitId: host.id, orgId: branch.id, personIds: idsOf(branch) };
      senders.set(county, [...(senders.get(county) ?? []), sender]);
    }
  }
  const peopleAt = (ordinal: number): BranchPeople => {
    const branch = branches[ordinal];
    if (!branch) throw new RangeError(`the city has ${branches.length} branches, none with the number ${ordinal}`);
    return recordsOf(branch);
  };
  const units = withDepartments(register.units, areas);
  const organizations = organizationRows(register);
  const offices = officesOf(units, organizations);
  return {
    size,
    seed,
    today,
    areas,
    units,
    organizations,
    changes: register.changes.map((write) => write()),
    firms,
    branchCount: branches.length,
    peopleAt,
    personsIn: (areaCode) => inPlaces.get(areaCode) ?? [],
    sendersOf: (countyCode) => senders.get(countyCode) ?? [],
    employersOf,
    officesOf: (countyCode) => offices.get(countyCode) ?? new Map<Department, Office>(),
    *people() {
      for (let ordinal = 0; ordinal < branches.length; ordinal += 1) yield peopleAt(ordinal);
    },
    *leadership() {
      for (const organization of register.organizations) yield leadershipOf(organization, { seed, today, recordsOf });
    },
  };
}
