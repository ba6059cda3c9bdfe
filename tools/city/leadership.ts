import { addDays, addMonths, addYears, type CivilDate } from '@jishi/periods';
import { ruleInForce, type RuleKey } from '@jishi/rule-sets';
import { chance, idOfCode, type Chance } from './random';
import { isBranch, isOfPlace, type Organization } from './register';
import type { BodyRow, BranchPeople, Host, Leadership, PostRow, TermRow } from './rows';

/** The branch from whose members the officers of an organisation are taken; null when it has none yet. */
function staffOf(organization: Organization): Organization | null {
  if (isBranch(organization)) return organization.mergedInto ?? organization;
  const leaves = (at: Organization): Organization[] => (isBranch(at) ? [at] : at.children.flatMap(leaves));
  const candidates = leaves(organization).filter(({ status }) => status === 'ACTIVE');
  return candidates.find(({ size }) => size >= 12) ?? candidates[0] ?? null;
}

/** Somebody who may hold a post, from the most to the least likely. */
interface Candidate {
  readonly personId: string;
  /** Since when a full member of the organisation. */
  readonly since: CivilDate;
  readonly liking: number;
}

/** Full members of the organisation on a day, with some standing, not suspended since nor about to leave on their own. */
function candidatesOn(
  records: BranchPeople,
  orgId: string,
  on: CivilDate,
  luckOf: (personId: string) => number,
): Candidate[] {
  const leaving = new Set(
    records.transfers
      .filter(({ arrivedOn, batchId }) => arrivedOn === null && batchId === null)
      .map(({ personId }) => personId),
  );
  const persons = new Map(records.persons.map((person) => [person.id, person]));
  const there = new Map(
    records.periods
      .filter(
        (period) =>
          period.orgId === orgId &&
          period.status === 'FULL' &&
          period.validFrom <= on &&
          (period.validTo === null || period.validTo > on),
      )
      .map((period) => [period.memberId, period]),
  );
  const standing = ruleInForce('org.branch.secretary-standing-years', laterThanRule(on)).value;
  const found = records.members.flatMap((member) => {
    const person = persons.get(member.personId);
    const period = there.get(member.id);
    if (!person || !period || member.status !== 'FULL' || leaving.has(member.personId)) return [];
    const age = Number(on.slice(0, 4)) - Number(person.birthDate.slice(0, 4));
    const idle = member.memberClass === 'UNABLE' || member.memberClass === 'STUDENT' || member.memberClass === 'MOBILE';
    const fresh = member.confirmedOn !== null && addYears(member.confirmedOn, Number(standing)) > on;
    return [
      {
        personId: person.id,
        since: period.validFrom,
        liking: Math.abs(age - 46) + (idle ? 60 : 0) + (fresh ? 200 : 0) + luckOf(person.id) * 14,
      },
    ];
  });
  return found.sort((a, b) => a.liking - b.liking);
}

// The rule on a secretary's standing is younger than some terms; those are judged by its first version.
const laterThanRule = (on: CivilDate): CivilDate => (on > '2019-01-01' ? on : '2019-01-01');

const termKey = (organization: Organization): RuleKey =>
  isOfPlace(organization)
    ? 'org.term.village'
    : organization.kind === 'COMMITTEE' || organization.kind === 'WORK_COMMITTEE'
      ? 'org.term.committee'
      : 'org.term.other';

const yearsOn = (key: RuleKey, on: CivilDate): number => Number(ruleInForce(key, on).value);

/** When the running term began, and by how much it was extended. */
function runningTerm(
  luck: Chance,
  organization: Organization,
  key: RuleKey,
  today: CivilDate,
): { start: CivilDate; extension: number } {
  const years = yearsOn(key, today);
  const ending = (days: number): CivilDate => addDays(addYears(today, -years), days);
  const { termCase } = organization;
  if (termCase === 'OVERDUE') return { start: ending(-luck.between(40, 200)), extension: 0 };
  if (termCase === 'EXTENDED') return { start: ending(-luck.between(30, 120)), extension: 6 };
  if (termCase) return { start: ending(termCase.dueInDays), extension: 0 };
  const drawn = luck.next();
  if (drawn < 0.025) return { start: ending(-luck.between(5, 280)), extension: 0 };
  if (isOfPlace(organization)) {
    if (drawn < 0.07) return { start: ending(luck.between(20, 175)), extension: 0 };
    // All villages and communities of the city elected in the same weeks of last winter.
    return { start: addDays(today, -luck.between(215, 330)), extension: 0 };
  }
  if (drawn < 0.045) return { start: ending(-luck.between(10, 150)), extension: 6 };
  return { start: ending(luck.between(1, years * 365 - 30)), extension: 0 };
}

const stateOf = (dueOn: CivilDate, endsOn: CivilDate, extension: number, today: CivilDate): TermRow['state'] => {
  const [lead = 6] = ruleInForce('org.term.lead', today).value as readonly number[];
  if (today > endsOn) return 'OVERDUE';
  if (extension > 0) return 'EXTENDED';
  return addMonths(dueOn, -lead) <= today ? 'DUE' : 'IN_TERM';
};

interface Elected {
  readonly kind: PostRow['kind'];
  readonly personId: string;
  /** When not elected at the beginning of the term. */
  readonly from?: CivilDate;
}

/** A body with the running term, and the one before it when the organisation is old enough. */
function withTerms(
  into: { bodies: BodyRow[]; terms: TermRow[]; posts: PostRow[] },
  body: Omit<BodyRow, 'id'> & { readonly name: string; readonly since: CivilDate },
  term: { start: CivilDate; extension: number; key: RuleKey },
  today: CivilDate,
  luck: Chance,
  elect: (on: CivilDate, before: boolean) => readonly Elected[],
): void {
  const { name, since, ...facts } = body;
  const id = idOfCode('body', name);
  into.bodies.push({ ...facts, id });
  const start = term.start > since ? term.start : since;
  const before = addYears(start, -yearsOn(term.key, addYears(start, -yearsOn(term.key, start))));
  const no = luck.between(5, 11);
  const add = (
    startOn: CivilDate,
    endedOn: CivilDate | null,
    extension: number,
    number: number,
    isBefore: boolean,
  ): void => {
    const dueOn = addYears(startOn, yearsOn(term.key, startOn));
    const endsOn = addMonths(dueOn, extension);
    const termId = idOfCode('term', `${name} ${number}`);
    into.terms.push({
      id: termId,
      bodyId: id,
      no: number,
      startOn,
      dueOn,
      endsOn,
      endedOn,
      state: endedOn ? 'ENDED' : stateOf(dueOn, endsOn, extension, today),
      extensionMonths: extension,
      extensionDocument: extension > 0 ? `武组〔${dueOn.slice(0, 4)}〕${((number * 7) % 60) + 3}号` : null,
    });
    for (const { kind, personId, from = startOn } of elect(startOn, isBefore)) {
      into.posts.push({
        id: idOfCode('post', `${termId} ${kind} ${personId}`),
        bodyId: id,
        termId,
        personId,
        kind,
        from,
        to: endedOn,
        endReason: endedOn ? 'TERM_END' : null,
        isFullTime: false,
      });
    }
  };
  if (before >= since && before >= '2001-01-01') {
    add(before, start, 0, no - 1, true);
    add(start, facts.closedOn, term.extension, no, false);
  } else add(start, facts.closedOn, start === since ? 0 : term.extension, start === since ? 1 : no, false);
}

const committeePosts = [
  'SECRETARY',
  'DEPUTY_SECRETARY',
  'ORG_MEMBER',
  'PUBLICITY_MEMBER',
  'DISCIPLINE_MEMBER',
  'COMMITTEE_MEMBER',
  'COMMITTEE_MEMBER',
  'COMMITTEE_MEMBER',
  'COMMITTEE_MEMBER',
] as const;
const branchPosts = ['SECRETARY', 'ORG_MEMBER', 'PUBLICITY_MEMBER', 'DISCIPLINE_MEMBER', 'DEPUTY_SECRETARY'] as const;

/** From whom officers are chosen. */
export interface Electorate {
  readonly seed: number;
  readonly today: CivilDate;
  recordsOf(branch: Organization): BranchPeople;
}

/** The leading body of an organisation and, of a village or community, the committee that its people elected. */
export function leadershipOf(organization: Organization, { seed, today, recordsOf }: Electorate): Leadership {
  const into: { bodies: BodyRow[]; terms: TermRow[]; posts: PostRow[] } = { bodies: [], terms: [], posts: [] };
  const staff = staffOf(organization);
  if (organization.status === 'PREPARING' || !staff) return into;
  const luck = chance(seed, 'leadership', organization.code);
  const records = recordsOf(staff);
  const likings = new Map<string, number>();
  const luckOf = (personId: string): number => {
    const known = likings.get(personId) ?? luck.next();
    likings.set(personId, known);
    return known;
  };
  // The officers of a general branch or committee are not those of the branch from which they come.
  const skip = staff === organization || organization.mergedInto ? 0 : depthAbove(organization, staff) * 5;
  const memberOf = organization.mergedInto ? organization.id : staff.id;
  const officers = (on: CivilDate, count: number, turned: number): string[] => {
    const all = candidatesOn(records, memberOf, on, luckOf).map(({ personId }) => personId);
    const rest = all.slice(Math.min(skip, Math.max(0, all.length - count)));
    const first = rest.slice(0, Math.max(count, 1));
    return first.map((_, at) => first[(at + turned) % first.length] ?? '').filter(Boolean);
  };
  const seats = seatsOf(organization, today);
  const kinds = isBranch(organization) ? branchPosts : committeePosts;
  const turned = luck.happens(0.45) ? 1 : 0;
  const key = termKey(organization);
  const running = runningTerm(luck, organization, key, today);
  const closedOn = organization.closedOn;
  const merged = organization.past.find(({ areaCode }) => areaCode !== organization.areaCode);
  const start = merged?.validTo ?? (closedOn ? addDays(closedOn, -520) : running.start);
  withTerms(
    into,
    {
      name: organization.code,
      since: organization.establishedOn,
      kind:
        organization.kind === 'COMMITTEE' || organization.kind === 'WORK_COMMITTEE'
          ? 'PARTY_COMMITTEE'
          : 'BRANCH_COMMITTEE',
      orgId: organization.id,
      host: null,
      areaCode: organization.areaCode,
      seats,
      closedOn,
    },
    { start, extension: merged || closedOn ? 0 : running.extension, key },
    today,
    luck,
    (on, before) => {
      const elected = officers(on, seats, before ? turned : 0);
      // Nobody could be elected then: the first who came later was appointed on coming.
      const [later] =
        elected.length === 0 && !before && !closedOn ? candidatesOn(records, memberOf, today, luckOf) : [];
      if (later) return [{ kind: 'SECRETARY', personId: later.personId, from: later.since }];
      return elected.flatMap((personId, at) => {
        const kind = kinds[at];
        return kind ? [{ kind, personId }] : [];
      });
    },
  );
  if (isOfPlace(organization) && !isOfPlace(organization.superior ?? organization)) {
    addPlaceBodies(
      into,
      organization,
      records,
      officers,
      { start, merged: merged?.validTo ?? null, extension: running.extension },
      today,
      luck,
    );
  }
  return into;
}

function seatsOf(organization: Organization, today: CivilDate): number {
  if (!isBranch(organization)) return organization.kind === 'GENERAL_BRANCH' ? 5 : 7;
  const threshold = Number(ruleInForce('org.branch.committee-threshold', today).value);
  const [least = 3, most = 5] = ruleInForce('org.branch.committee-seats', today).value as readonly number[];
  return organization.size < threshold + 1 ? 1 : organization.size >= 30 ? most : least;
}

const depthAbove = (organization: Organization, staff: Organization): number => {
  let steps = 0;
  for (let at: Organization | null = staff; at && at !== organization; at = at.superior) steps += 1;
  return steps;
};

/** 村民委员会 or 居民委员会; before a merger of villages one for each of the old villages. */
function addPlaceBodies(
  into: { bodies: BodyRow[]; terms: TermRow[]; posts: PostRow[] },
  organization: Organization,
  records: BranchPeople,
  officers: (on: CivilDate, count: number, turned: number) => string[],
  term: { start: CivilDate; merged: CivilDate | null; extension: number },
  today: CivilDate,
  luck: Chance,
): void {
  const cadres = records.persons
    .filter(({ workHost }) => workHost?.kind === organization.host.kind)
    .map(({ id }) => id);
  const kind = organization.sector === 'VILLAGE' ? 'VILLAGE_COMMITTEE' : 'RESIDENTS_COMMITTEE';
  const bodyOf = (host: Host, since: CivilDate, start: CivilDate, closedOn: CivilDate | null): void =>
    withTerms(
      into,
      { name: `${host.id} ${kind}`, since, kind, orgId: organization.id, host, areaCode: host.id, seats: 5, closedOn },
      { start, extension: closedOn ? 0 : term.extension, key: 'org.term.village-committee' },
      today,
      luck,
      (on) => {
        const [secretary, ...others] = officers(on, 5, 0);
        const outsiders = closedOn ? [] : cadres;
        const director = organization.secretaryIsDirector ? secretary : (outsiders[0] ?? others[0]);
        const rest = [...outsiders, ...others].filter((personId) => personId !== director).slice(0, 4);
        return [
          ...(director ? [{ kind: 'DIRECTOR' as const, personId: director }] : []),
          ...rest.map((personId, at) => ({
            kind: at === 0 ? ('DEPUTY_DIRECTOR' as const) : ('COMMITTEE_PERSON' as const),
            personId,
          })),
        ];
      },
    );
  if (term.merged) {
    const old = organization.past[0]?.areaCode ?? organization.areaCode;
    bodyOf({ kind: 'VILLAGE', id: old }, '1990-01-01', addDays(term.merged, -500), term.merged);
    bodyOf(organization.host, term.merged, term.merged, null);
  } else bodyOf(organization.host, '1990-01-01', term.start, organization.closedOn);
}
