import { checkCitizenId, checkCreditCode, checkPhone, genderOf } from '@jishi/identifiers';
import { buildPaths, refuseSuperior } from '@jishi/org-tree';
import { addDays, addMonths, type CivilDate } from '@jishi/periods';
import { ruleInForce } from '@jishi/rule-sets';
import { createHash } from 'node:crypto';
import { COUNTY, MERGED } from './areas';
import { WELL_KNOWN } from './cases';
import { generateCity, type City } from './city';
import { demoAccounts, organizationIdOf } from './demo-accounts';
import { ageShares, collegeShare, joiningPeriods, joiningShares, womenShare } from './demography';
import type { BranchPeople, Leadership, MemberRow } from './rows';
import { MEMBERS } from './sizes';
import { COUNTS, kindCounts } from './structure';

jest.setTimeout(60_000);

const today: CivilDate = '2026-11-21';
const isCurrent = ({ status }: MemberRow): boolean =>
  status === 'FULL' || status === 'PROBATIONARY' || status === 'SUSPENDED';
const uuidSeven = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const county = generateCity({ size: 'county', seed: 1, today });
const people = [...county.people()];
const leadership = [...county.leadership()];
const organization = (code: string) => {
  const found = county.organizations.find((row) => row.code === code);
  if (!found) throw new Error(`no organisation ${code}`);
  return found;
};
const recordsOf = (code: string): BranchPeople => {
  const found = people.find(({ orgId }) => orgId === organization(code).id);
  if (!found) throw new Error(`no records of ${code}`);
  return found;
};
const counted = ({ members }: BranchPeople): { full: number; probationary: number } => ({
  full: members.filter(({ status }) => status === 'FULL').length,
  probationary: members.filter(({ status }) => status === 'PROBATIONARY').length,
});
const bodyOf = (code: string): { terms: Leadership['terms']; posts: Leadership['posts'] } => {
  const id = organization(code).id;
  const body = leadership.flatMap(({ bodies }) => bodies).find((row) => row.orgId === id && row.host === null);
  const of = <T extends { bodyId: string }>(rows: readonly T[]): T[] =>
    rows.filter(({ bodyId }) => bodyId === body?.id);
  return { terms: of(leadership.flatMap(({ terms }) => terms)), posts: of(leadership.flatMap(({ posts }) => posts)) };
};
/** The branch of every member of a branch's records on a day. */
const rosterOn = (orgId: string, day: CivilDate): string[] =>
  people.flatMap(({ periods }) =>
    periods
      .filter(
        (period) =>
          period.orgId === orgId && period.validFrom <= day && (period.validTo === null || day < period.validTo),
      )
      .map(({ memberId }) => memberId),
  );

const fingerprint = (
  { areas, units, organizations, changes }: City,
  ...streams: readonly Iterable<unknown>[]
): string => {
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ areas, units, organizations, changes }));
  for (const stream of streams) for (const part of stream) hash.update(JSON.stringify(part));
  return hash.digest('hex');
};
/** Rows that break a rule: none when all is well. One look at a list instead of an assertion for each row. */
const violations = <T>(rows: readonly T[], holds: (row: T) => boolean): T[] =>
  rows.filter((row) => !holds(row)).slice(0, 5);

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

describe('the generated county', () => {
  it('is the same for the same seed and another for another seed', () => {
    const again = generateCity({ size: 'county', seed: 1, today });
    expect(fingerprint(again, again.people(), again.leadership())).toBe(fingerprint(county, people, leadership));
    const other = generateCity({ size: 'county', seed: 2, today });
    expect(fingerprint(other)).not.toBe(fingerprint(county));
    expect(other.peopleAt(0).persons).not.toEqual(people[0]?.persons);
  });

  it('gives the records of one branch alone as they come in the stream', () => {
    expect(county.peopleAt(77)).toEqual(people[77]);
  });

  it('has about 100 villages, 20 communities, 260 organisations and exactly 3,000 members', () => {
    const living = county.areas.filter(({ validTo }) => validTo === null);
    expect(living.filter(({ kind }) => kind === 'VILLAGE')).toHaveLength(100);
    expect(living.filter(({ kind }) => kind === 'COMMUNITY')).toHaveLength(18);
    expect(kindCounts(county.organizations)).toEqual({
      committees: COUNTS.county.committees,
      generals: COUNTS.county.generalBranches,
      branches: COUNTS.county.branches,
    });
    expect(people.flatMap(({ members }) => members).filter(isCurrent)).toHaveLength(MEMBERS.county);
  });

  it('has real areas, each below another one, with codes of their level', () => {
    const codes = new Set(county.areas.map(({ code }) => code));
    expect(codes.size).toBe(county.areas.length);
    for (const { code, level, parentCode } of county.areas) {
      expect(code).toHaveLength({ CITY: 6, COUNTY: 6, TOWN: 9, GRASSROOTS: 12 }[level]);
      if (parentCode !== null) expect(codes.has(parentCode)).toBe(true);
    }
    expect(county.areas.find(({ code }) => code === '410823102200')).toMatchObject({ name: '西陶村', kind: 'VILLAGE' });
    expect(county.areas.filter(({ name }) => /委员会|居委|虚拟/.test(name))).toEqual([]);
  });

  it('has a tree without cycles in which every organisation may stand under its superior', () => {
    const paths = buildPaths(county.organizations);
    const byId = new Map(county.organizations.map((row) => [row.id, row]));
    for (const row of county.organizations) {
      expect(paths.get(row.id)).toEqual(row.path);
      expect(refuseSuperior(row.kind, byId.get(row.superiorId ?? '')?.kind ?? null)).toBeNull();
      expect((byId.get(row.superiorId ?? '')?.establishedOn ?? '') <= row.establishedOn).toBe(true);
    }
  });

  it('keeps the history of an organisation without gap or overlap, from its founding on', () => {
    for (const { history, establishedOn } of county.organizations) {
      expect(history[0]?.validFrom).toBe(establishedOn);
      history.slice(1).forEach((period, at) => expect(period.validFrom).toBe(history[at]?.validTo));
      expect(history.at(-1)?.validTo).toBeNull();
    }
  });

  it('gives every row an id of its own, in the shape of UUID version 7', () => {
    const ids = [
      ...county.organizations,
      ...county.units,
      ...county.changes,
      ...people.flatMap(({ persons, members, transfers }) => [...persons, ...members, ...transfers]),
      ...leadership.flatMap(({ bodies, terms, posts }) => [...bodies, ...terms, ...posts]),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !uuidSeven.test(id))).toEqual([]);
  });

  it('gives every person a valid citizen id of his own that says his birthday and gender', () => {
    const persons = people.flatMap((records) => records.persons);
    expect(new Set(persons.map(({ citizenId }) => citizenId)).size).toBe(persons.length);
    expect(new Set(persons.map(({ phone }) => phone)).size).toBe(persons.length);
    expect(violations(persons, ({ citizenId }) => checkCitizenId(citizenId) === null)).toEqual([]);
    expect(
      violations(persons, ({ citizenId, birthDate }) => citizenId.slice(6, 14) === birthDate.replaceAll('-', '')),
    ).toEqual([]);
    expect(violations(persons, ({ citizenId, gender }) => genderOf(citizenId) === gender)).toEqual([]);
    // Codes that no place ever had, so that the id can be nobody's.
    expect(violations(persons, ({ citizenId }) => citizenId.startsWith('41089'))).toEqual([]);
    expect(violations(persons, ({ phone }) => checkPhone(phone) === null)).toEqual([]);
    expect(violations(county.units, ({ uscc }) => checkCreditCode(uscc) === null)).toEqual([]);
    expect(new Set(county.units.map(({ uscc }) => uscc)).size).toBe(county.units.length);
  });

  it('MEM-01 has every member of age on joining and in exactly one branch on any day, never before its founding', () => {
    const founded = new Map(county.organizations.map(({ id, establishedOn }) => [id, establishedOn]));
    const adult = Number(ruleInForce('member.minimum-age', today).value);
    const born = new Map(people.flatMap(({ persons }) => persons).map(({ id, birthDate }) => [id, birthDate]));
    const members = people.flatMap((records) => records.members);
    const byMember = grouped(
      people.flatMap(({ periods }) => periods),
      ({ memberId }) => memberId,
    );
    const stays = members.map((member) => ({ member, periods: byMember.get(member.id) ?? [] }));
    expect(
      violations(
        members,
        ({ personId, joinedOn }) => addMonths(born.get(personId) ?? today, adult * 12) <= joinedOn && joinedOn <= today,
      ),
    ).toEqual([]);
    expect(violations(stays, ({ periods }) => periods.length > 0)).toEqual([]);
    expect(
      violations(stays, ({ periods }) =>
        periods.slice(1).every(({ validFrom }, at) => validFrom === periods[at]?.validTo),
      ),
    ).toEqual([]);
    expect(
      violations(stays, ({ periods }) =>
        periods.every(({ validFrom, validTo }) => validTo === null || validTo > validFrom),
      ),
    ).toEqual([]);
    expect(
      violations(stays, ({ periods }) =>
        periods.every(({ orgId, validFrom }) => validFrom >= (founded.get(orgId) ?? '9999')),
      ),
    ).toEqual([]);
    expect(
      violations(stays, ({ member, periods }) => periods.every(({ validFrom }) => validFrom >= member.joinedOn)),
    ).toEqual([]);
    expect(
      violations(stays, ({ member, periods }) => {
        const last = periods.at(-1);
        return isCurrent(member)
          ? last?.orgId === member.orgId && last.status === member.status && last.validTo === null
          : last?.validTo === member.leftOn;
      }),
    ).toEqual([]);
  });

  it('MEM-03 moves a member on the day on which his letter was accepted, within its validity', () => {
    const stays = new Map(
      people
        .flatMap(({ periods }) => periods)
        .flatMap((period) => (period.transferId ? [[period.transferId, period]] : [])),
    );
    for (const transfer of people.flatMap(({ transfers }) => transfers)) {
      const arrived = (transfer.state === 'CLOSED' || transfer.state === 'ARRIVED') && transfer.scope !== 'OUT';
      expect(stays.has(transfer.id)).toBe(arrived);
      if (arrived)
        expect(stays.get(transfer.id)).toMatchObject({ orgId: transfer.toOrgId, validFrom: transfer.arrivedOn });
      if (transfer.arrivedOn && transfer.validUntil) expect(transfer.arrivedOn <= transfer.validUntil).toBe(true);
      if (transfer.state === 'ISSUED') expect((transfer.validUntil ?? '') >= today).toBe(true);
      if (transfer.state === 'EXPIRED') expect((transfer.validUntil ?? '9999') < today).toBe(true);
    }
  });

  it('ORG-12 has posts inside their terms, held by members of the branch, one head at a time', () => {
    const known = new Set(people.flatMap(({ persons }) => persons.map(({ id }) => id)));
    const terms = new Map(leadership.flatMap((rows) => rows.terms).map((term) => [term.id, term]));
    const posts = leadership.flatMap((rows) => rows.posts);
    expect(violations(posts, ({ personId }) => known.has(personId))).toEqual([]);
    expect(
      violations(posts, ({ termId, from, to }) => {
        const term = terms.get(termId);
        return (
          term !== undefined &&
          from >= term.startOn &&
          from <= today &&
          to === term.endedOn &&
          (to === null || to > from)
        );
      }),
    ).toEqual([]);
    expect(violations([...terms.values()], ({ startOn }) => startOn <= today)).toEqual([]);
    const running = grouped(
      [...terms.values()].filter(({ endedOn }) => endedOn === null),
      ({ bodyId }) => bodyId,
    );
    const bodies = leadership.flatMap((rows) => rows.bodies);
    expect(violations(bodies, ({ id, closedOn }) => (running.get(id)?.length ?? 0) === (closedOn ? 0 : 1))).toEqual([]);
    const ofTerm = [...grouped(posts, ({ termId }) => termId).values()];
    const times = (held: readonly { kind: string }[], kind: string): number =>
      held.filter((post) => post.kind === kind).length;
    expect(violations(ofTerm, (held) => times(held, 'SECRETARY') < 2 && times(held, 'DIRECTOR') < 2)).toEqual([]);
    expect(
      violations(ofTerm, (held) => new Set(held.map(({ kind, personId }) => kind + personId)).size === held.length),
    ).toEqual([]);
  });

  it('ORG-12 has a secretary in every organisation at work', () => {
    const open = county.organizations.filter(({ status }) => status === 'ACTIVE');
    const led = new Set(
      leadership.flatMap(({ bodies, posts }) =>
        posts
          .filter(({ kind, to }) => kind === 'SECRETARY' && to === null)
          .map(({ bodyId }) => bodies.find(({ id }) => id === bodyId)?.orgId),
      ),
    );
    expect(open.filter(({ id }) => led.has(id)).length / open.length).toBe(1);
  });
});

describe('the interesting cases of the county', () => {
  it.each([1, 2, 3])('are there under seed %i', (seed) => {
    const city = seed === 1 ? county : generateCity({ size: 'county', seed, today });
    const records = seed === 1 ? people : [...city.people()];
    const transfers = records.flatMap((branch) => branch.transfers);
    const states = new Set(transfers.map(({ scope, state }) => `${scope} ${state}`));
    for (const state of ['DRAFT', 'ISSUED', 'CLOSED', 'EXPIRED', 'REFUSED', 'CANCELLED'])
      expect(states).toContain(`INSIDE ${state}`);
    expect(states).toContain('OUT ISSUED');
    const inDays = addDays(today, 3);
    expect(transfers.some(({ state, validUntil }) => state === 'ISSUED' && (validUntil ?? '9999') <= inDays)).toBe(
      true,
    );
    const statuses = new Set(records.flatMap(({ members }) => members).map(({ status }) => status));
    for (const status of ['PROBATIONARY', 'FULL', 'SUSPENDED', 'LEFT', 'MOVED_OUT', 'DECEASED'])
      expect(statuses).toContain(status);
    const sizes = records.map((branch) => counted(branch).full + counted(branch).probationary);
    expect(sizes.filter((size) => size > 50)).toHaveLength(4);
  });

  it('ORG-04 oversize: four branches, one by one member; and one at the ceiling that is none', () => {
    const total = (code: string): number => counted(recordsOf(code)).full + counted(recordsOf(code)).probationary;
    expect(total(WELL_KNOWN.oversizeBranch)).toBe(63);
    expect(total(WELL_KNOWN.oversizeByOne)).toBe(51);
    expect(total(WELL_KNOWN.oversizeFirm)).toBe(58);
    expect(total(WELL_KNOWN.oversizeVillage)).toBe(66);
    expect(total(WELL_KNOWN.atTheCeiling)).toBe(50);
  });

  it('ORG-04 below the minimum: three branches with fewer than three full members', () => {
    expect(WELL_KNOWN.belowMinimum.map((code) => counted(recordsOf(code)).full)).toEqual([2, 2, 1]);
  });

  it('ORG-11 terms: overdue, due within six months, extended', () => {
    const running = (code: string) => bodyOf(code).terms.find(({ endedOn }) => endedOn === null);
    for (const code of WELL_KNOWN.overdue) expect(running(code)?.state).toBe('OVERDUE');
    for (const code of WELL_KNOWN.extended)
      expect(running(code)).toMatchObject({ state: 'EXTENDED', extensionMonths: 6 });
    const due = WELL_KNOWN.dueSoon.map(running);
    for (const term of due) expect(term?.state).toBe('DUE');
    expect(new Set(due.map((term) => term?.dueOn.slice(0, 7))).size).toBeGreaterThan(3);
  });

  it('ORG-03 a merged area keeps its old codes, and its organisation is readable as it was', () => {
    const [south, north] = [MERGED.south, MERGED.north].map((code) => county.areas.find((area) => area.code === code));
    expect(south).toMatchObject({ replacedBy: [MERGED.into.code] });
    expect(north).toMatchObject({ replacedBy: [MERGED.into.code] });
    const on = south?.validTo ?? today;
    const stays = organization(WELL_KNOWN.merged.stays);
    const closed = organization(WELL_KNOWN.merged.closed);
    expect(stays).toMatchObject({ areaCode: MERGED.into.code, name: '中共小董乡归善村支部委员会' });
    expect(stays.history[0]).toMatchObject({
      areaCode: MERGED.south,
      validTo: on,
      name: '中共小董乡南归善村支部委员会',
    });
    expect(closed).toMatchObject({ status: 'DISSOLVED', closedOn: on, mergedIntoId: stays.id, areaCode: MERGED.north });
    const before = addMonths(on, -1);
    expect(rosterOn(closed.id, before).length).toBeGreaterThan(10);
    expect(rosterOn(closed.id, today)).toEqual([]);
    expect(rosterOn(stays.id, today)).toEqual(expect.arrayContaining(rosterOn(closed.id, before)));
  });

  it('ORG-01 a branch that moved last year, one that was split, one that is closing, one in preparation', () => {
    const moved = organization(WELL_KNOWN.reassigned);
    expect(moved.history.map(({ superiorId }) => superiorId)).toEqual([
      organization(`${COUNTY}-0005`).id,
      organization(`${COUNTY}-0006`).id,
    ]);

    const splitOn = organization(WELL_KNOWN.split.new).establishedOn;
    const old = organization(WELL_KNOWN.split.from).id;
    expect(rosterOn(old, addMonths(splitOn, -1)).length).toBeGreaterThan(50);
    expect(rosterOn(old, splitOn).length).toBeLessThanOrEqual(50);

    const closing = recordsOf(WELL_KNOWN.closing);
    expect(organization(WELL_KNOWN.closing).status).toBe('CLOSING');
    expect(counted(closing).full).toBe(6);
    expect(closing.transfers.map(({ toOrgId }) => toOrgId)).toEqual(
      Array(6).fill(organization(WELL_KNOWN.closingInto).id),
    );
    expect(rosterOn(closing.orgId, addMonths(today, -1)).length).toBe(10);

    expect(organization(WELL_KNOWN.preparing).status).toBe('PREPARING');
    expect(county.changes.map(({ kind, state }) => `${kind} ${state}`)).toEqual(
      expect.arrayContaining([
        'SPLIT SUBMITTED',
        'ESTABLISH DRAFT',
        'REASSIGN APPROVED',
        'MERGE EFFECTIVE',
        'DISSOLVE EFFECTIVE',
      ]),
    );
    for (const code of WELL_KNOWN.joint) expect(organization(code).hosts.length).toBeGreaterThan(2);
  });

  it('ORG-14 one person heads branch and village in most villages, two in the named ones', () => {
    const bodies = leadership.flatMap((rows) => rows.bodies).filter(({ closedOn }) => closedOn === null);
    const placeOf = new Map(
      bodies.filter(({ kind }) => kind !== 'BRANCH_COMMITTEE').map(({ id, areaCode }) => [id, areaCode]),
    );
    for (const { id, areaCode, orgId } of bodies)
      if (
        county.organizations.some((row) => row.id === orgId && row.host.id === areaCode && row.code.endsWith('-0001'))
      )
        placeOf.set(id, areaCode);
    const held = new Map(
      leadership
        .flatMap(({ posts }) => posts)
        .filter(({ to, bodyId }) => to === null && placeOf.has(bodyId))
        .map(({ bodyId, kind, personId }) => [`${placeOf.get(bodyId)} ${kind}`, personId]),
    );
    const heads = (areaCode: string): (string | undefined)[] => [
      held.get(`${areaCode} SECRETARY`),
      held.get(`${areaCode} DIRECTOR`),
    ];
    const villages = county.areas
      .filter(({ kind, validTo }) => kind === 'VILLAGE' && validTo === null)
      .map(({ code }) => code);
    const both = villages.filter((code) => heads(code)[0] !== undefined && heads(code)[0] === heads(code)[1]);
    expect(both.length / villages.length).toBeGreaterThan(0.7);
    for (const code of WELL_KNOWN.twoHeads) expect(both).not.toContain(code.slice(0, 12));
  });

  it('has the accounts of the demonstration on organisations that exist', () => {
    const ids = new Set(county.organizations.map(({ id }) => id));
    const accounts = demoAccounts('county');
    expect(accounts.map(({ account }) => account)).toEqual([
      'city-org',
      'county-org',
      'town-office',
      'village-secretary',
      'community-secretary',
      'branch-secretary',
      'grid-worker',
      'enterprise-instructor',
      'county-agriculture',
      'county-civil-affairs',
      'county-market',
      'county-two-new',
      'county-politics-law',
      'county-housing',
      'street-office',
      'auditor',
      'nobody',
    ]);
    for (const { organizationId } of accounts.flatMap(({ grants }) => grants)) {
      if (organizationId) expect(ids.has(organizationId)).toBe(true);
    }
    expect(organizationIdOf(WELL_KNOWN.town)).toBe(
      county.organizations.find(({ name }) => name === '中共武陟县西陶镇委员会')?.id,
    );
    expect(organization(WELL_KNOWN.village).name).toBe('中共西陶镇西陶村总支部委员会');
  });
});

describe('the generated city', () => {
  const city = generateCity({ size: 'city', seed: 1, today });

  it('has the organisations of five million residents, and the county of the demonstration in it', () => {
    expect(kindCounts(city.organizations)).toEqual({ committees: 1086, generals: 1172, branches: 16_382 });
    const codes = new Map(city.organizations.map(({ code, name }) => [code, name]));
    for (const code of [
      WELL_KNOWN.town,
      WELL_KNOWN.village,
      WELL_KNOWN.closing,
      WELL_KNOWN.oversizeBranch,
      WELL_KNOWN.preparing,
    ])
      expect(codes.get(code)).toBe(organization(code).name);
    expect(new Set(city.units.map(({ uscc }) => uscc)).size).toBe(city.units.length);
  });

  it('has members by sex, age, education and time of joining as the published figures say, within a percentage point', () => {
    const shares = { women: 0, college: 0, members: 0 };
    const ages = ageShares.map(() => 0);
    const joined = joiningShares.map(() => 0);
    const perBranch: number[] = [];
    for (let ordinal = 0; ordinal < city.branchCount; ordinal += 13) {
      const { persons, members } = city.peopleAt(ordinal);
      const byId = new Map(persons.map((person) => [person.id, person]));
      const current = members.filter(isCurrent);
      perBranch.push(current.length);
      for (const { personId, joinedOn } of current) {
        const person = byId.get(personId);
        if (!person) throw new Error('a member is a person');
        shares.members += 1;
        if (person.gender === 2) shares.women += 1;
        if (Number(person.education) <= 30) shares.college += 1;
        const age =
          Number(today.slice(0, 4)) -
          Number(person.birthDate.slice(0, 4)) -
          (person.birthDate.slice(5) > today.slice(5) ? 1 : 0);
        const band = [30, 35, 40, 45, 50, 55, 60, 200].findIndex((oldest) => age <= oldest);
        ages[band] = (ages[band] ?? 0) + 1;
        const period = joiningPeriods.findIndex(([from, to]) => from <= joinedOn && joinedOn <= to);
        joined[period] = (joined[period] ?? 0) + 1;
      }
    }
    const near = (count: number, share: number): void =>
      expect(Math.abs((count / shares.members) * 100 - share)).toBeLessThan(1);
    near(shares.women, womenShare * 100);
    near(shares.college, collegeShare * 100);
    ageShares.forEach((share, band) => near(ages[band] ?? 0, share));
    joiningShares.forEach((share, period) => near(joined[period] ?? 0, share));

    perBranch.sort((a, b) => a - b);
    expect(perBranch[Math.floor(perBranch.length / 2)]).toBeGreaterThanOrEqual(16);
    expect(perBranch[Math.floor(perBranch.length / 2)]).toBeLessThanOrEqual(18);
    expect(perBranch.at(-1)).toBeLessThanOrEqual(80);
    expect(perBranch.filter((size) => size > 50).length / perBranch.length).toBeLessThan(0.03);
  });
});
