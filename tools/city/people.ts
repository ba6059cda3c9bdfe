import { citizenIdFrom } from '@jishi/identifiers';
import { addDays, addMonths, addYears, earlierOf, laterOf, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import {
  ageBands,
  ageByOccupation,
  collegeTable,
  joiningByAge,
  joiningPeriods,
  occupations,
  sectors,
  womenTable,
  type Occupation,
} from './demography';
import { personName } from './names';
import { chance, idOf, type Chance } from './random';
import type { Organization } from './register';
import type { Host, MemberClass, PersonRow } from './rows';

/** What every drawing of a person needs to know of the city. */
export interface People {
  readonly seed: number;
  readonly today: CivilDate;
  readonly minimumAge: number;
  readonly probationMonths: number;
  /** Rows: sectors, columns: occupations. */
  readonly occupationTable: readonly (readonly number[])[];
  /** Persons who share a sequence number of the citizen id have birthdays that differ by less than this many days, all of them different. */
  readonly birthdaySpread: number;
  /** Firms of a county without an organisation of their own, in which some members work. */
  readonly employersOf: (countyCode: string) => readonly Host[];
}

// Division codes that were never given out: no living person can hold an id that begins with one of them.
const UNASSIGNED = ['410890', '410891', '410892', '410893', '410894', '410895', '410896', '410897', '410898', '410899'];
const SEQUENCES = 500;

export const newPeople = (
  seed: number,
  today: CivilDate,
  persons: number,
  occupationTable: readonly (readonly number[])[],
  employersOf: People['employersOf'],
): People => ({
  seed,
  today,
  occupationTable,
  employersOf,
  minimumAge: Number(ruleInForce('member.minimum-age', today).value),
  probationMonths: Number(ruleInForce('member.probation', today).value),
  birthdaySpread: Math.floor(persons / (SEQUENCES * UNASSIGNED.length)) + 1,
});

const daySince1900 = (date: CivilDate): number => Math.round((Date.parse(date) + 2_208_988_800_000) / 86_400_000);

/**
 * A citizen id that no other person of the city has, and the birth date in it: ids with the same area and sequence differ in the
 * birthday's remainder, so a birthday is moved forward by a few days at most.
 */
function identity(
  people: People,
  number: number,
  gender: 1 | 2,
  around: CivilDate,
): { citizenId: string; birthDate: CivilDate } {
  const area = UNASSIGNED[number % UNASSIGNED.length] ?? '';
  const inArea = Math.floor(number / UNASSIGNED.length);
  const slot = inArea % SEQUENCES;
  const remainder = Math.floor(inArea / SEQUENCES) % people.birthdaySpread;
  const shift =
    (remainder - (daySince1900(around) % people.birthdaySpread) + people.birthdaySpread) % people.birthdaySpread;
  const birthDate = addDays(around, shift);
  return { citizenId: citizenIdFrom(area, birthDate, slot * 2 + (gender === 1 ? 1 : 0)), birthDate };
}

/** Mobile numbers of the 154 series, which no operator was given. */
const phoneOf = (number: number): string => `154${String((number * 7919 + 10_000_019) % 100_000_000).padStart(8, '0')}`;

const dateBetween = (luck: Chance, from: CivilDate, to: CivilDate): CivilDate => {
  const days = daySince1900(to) - daySince1900(from);
  return days <= 0 ? from : addDays(from, luck.between(0, days));
};

const titles: Record<Occupation, readonly string[]> = {
  WORKER: ['操作工', '班组长', '维修工', '驾驶员', '质检员'],
  FARMER: [],
  PROFESSIONAL: ['教师', '医师', '工程师', '农艺师', '会计师', '护师'],
  MANAGER: ['部门经理', '车间主任', '项目经理', '副总经理', '办公室主任'],
  ORGAN: ['科员', '副科长', '科长', '四级主任科员', '一级主任科员'],
  STUDENT: [],
  OTHER: [],
  RETIRED: [],
};

function classOf(luck: Chance, occupation: Occupation, age: number): MemberClass {
  switch (occupation) {
    case 'FARMER':
      if (age >= 76 && luck.happens(0.35)) return 'UNABLE';
      return age < 55 && luck.happens(0.12) ? 'MOBILE' : 'RURAL';
    case 'RETIRED':
      return age >= 80 && luck.happens(0.3) ? 'UNABLE' : 'RETIRED';
    case 'STUDENT':
      return 'STUDENT';
    case 'OTHER':
      return (
        (['COMMUNITY', 'MOBILE', 'JOB_SEEKING', 'NEW_EMPLOYMENT'] as const)[luck.weighted([50, 18, 12, 20])] ??
        'COMMUNITY'
      );
    default:
      return 'IN_POST';
  }
}

function educationOf(luck: Chance, college: boolean, birthYear: number, occupation: Occupation): string {
  if (college) {
    const postgraduate = occupation === 'ORGAN' || occupation === 'PROFESSIONAL' ? 9 : 3;
    return (['14', '20', '30'] as const)[luck.weighted([postgraduate, birthYear > 1978 ? 62 : 38, 34])] ?? '30';
  }
  return (['40', '60', '70', '80'] as const)[luck.weighted([18, 34, 36, birthYear < 1955 ? 30 : 4])] ?? '60';
}

/** A person with what is needed to decide on membership. */
export interface Drawn {
  readonly person: PersonRow;
  readonly memberId: string;
  readonly memberClass: MemberClass;
  readonly joinedOn: CivilDate;
  /** The day on which the probation ended; null while it runs. */
  readonly confirmedOn: CivilDate | null;
  readonly luck: Chance;
}

/**
 * The person with this number in the records of a branch. `status` says whether a case wants a full or a probationary member;
 * otherwise the day of joining decides.
 */
export function drawPerson(
  people: People,
  branch: Organization,
  number: number,
  status: 'FULL' | 'PROBATIONARY' | 'ANY',
): Drawn {
  const { seed, today } = people;
  const luck = chance(seed, 'person', number);
  const sector = sectors.indexOf(branch.sector);
  const o =
    status === 'PROBATIONARY' && branch.sector === 'VILLAGE' ? 1 : luck.weighted(people.occupationTable[sector] ?? []);
  const occupation = occupations[o] ?? 'OTHER';
  const band = status === 'PROBATIONARY' ? 0 : luck.weighted(ageByOccupation[o] ?? []);
  const period = status === 'PROBATIONARY' ? 3 : luck.weighted(joiningByAge[band] ?? []);
  let [youngest, oldest]: readonly [number, number] = ageBands[band] ?? [30, 40];
  if (band === 0) youngest = status === 'PROBATIONARY' ? 22 : 20;
  const [opens, closes] = joiningPeriods[period] ?? joiningPeriods[3];
  // Who joined before the period closed was of age then.
  if (period < 3)
    youngest = Math.max(youngest, Number(today.slice(0, 4)) - Number(closes.slice(0, 4)) + people.minimumAge + 1);
  if (band === ageBands.length - 1) oldest = Math.max(youngest + 3, period < 2 ? Math.min(oldest, youngest + 24) : 88);
  // Old people grow fewer with every year.
  const share = band === ageBands.length - 1 ? luck.next() ** 1.8 : luck.next();
  const age = Math.min(98, youngest + Math.floor(share * (oldest - youngest + 1)));
  const gender = luck.happens(womenTable[o]?.[band] ?? 0.3) ? 2 : 1;
  const around = addDays(addYears(today, -age), -luck.between(Math.min(300, people.birthdaySpread + 5), 355));
  const { citizenId, birthDate } = identity(people, number, gender, around);

  const ofAge = addYears(birthDate, people.minimumAge);
  const customary = addDays(ofAge, luck.between(150, 365) + Math.floor(365 * 16 * luck.next() ** 1.5));
  const lastDay = earlierOf(closes as CivilDate, addDays(today, -10));
  const earliest = laterOf(opens as CivilDate, ofAge);
  const probationStart = addMonths(today, -people.probationMonths);
  const joinedOn =
    status === 'PROBATIONARY'
      ? dateBetween(luck, addDays(probationStart, 20), addDays(today, -15))
      : customary >= earliest && customary <= lastDay
        ? customary
        : dateBetween(luck, earliest, lastDay);
  // A full member is wanted: his probation is over since at least a month.
  const joined = status === 'FULL' ? earlierOf(joinedOn, addDays(probationStart, -30)) : joinedOn;
  const probationEnds = addMonths(joined, people.probationMonths);
  const birthYear = Number(birthDate.slice(0, 4));
  const college = luck.happens(collegeTable[o]?.[band] ?? 0.5);
  const jobs = titles[occupation];
  const person: PersonRow = {
    id: idOf('person', number, seed),
    name: personName(luck, gender, birthYear),
    citizenId,
    gender,
    birthDate,
    education: educationOf(luck, college, birthYear, occupation),
    phone: phoneOf(number),
    homeAreaCode: branch.areaCode,
    workTitle: jobs.length > 0 ? luck.pick(jobs) : null,
    workHost: jobs.length > 0 ? workHostOf(people, branch, number) : null,
    orgId: branch.id,
  };
  return {
    person,
    memberId: idOf('member', number, seed),
    memberClass: classOf(luck, occupation, age),
    joinedOn: joined,
    confirmedOn: probationEnds <= today ? probationEnds : null,
    luck,
  };
}

/**
 * Where a member works: in the unit or firm of the branch, one of several for a joint branch. Of those who belong to the branch
 * of a village or community some work in a firm near by that has no organisation of its own (ENT-06).
 */
function workHostOf(people: People, branch: Organization, number: number): Host | null {
  if (branch.host.kind !== 'VILLAGE' && branch.host.kind !== 'COMMUNITY')
    return branch.hosts[number % Math.max(1, branch.hosts.length)] ?? branch.host;
  const luck = chance(people.seed, 'employer', number);
  const near = people.employersOf(branch.areaCode.slice(0, 6));
  return near.length > 0 && luck.happens(0.25) ? luck.pick(near) : null;
}

/** An officer of a village or community who is no Party member. */
export function drawCadre(people: People, branch: Organization, number: number): PersonRow {
  const { person } = drawPerson(people, branch, number, 'FULL');
  return { ...person, workTitle: branch.sector === 'VILLAGE' ? '村委会成员' : '居委会成员', workHost: branch.host };
}
