import type { Actor } from '@jishi/access';
import { areaChanged } from '@jishi/event-contracts';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, people, persons, units, villageWork } from '../../seeds/village-work';
import { villages } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(villages, villageWork);
}, 120_000);
beforeEach(async () => {
  await beginAgain(service, 'stationed_assignment', 'stationed_requirement', 'village_class');
});
afterAll(() => service.close());

const require = `mutation($input: RequireFirstSecretaryInput!) { requireFirstSecretary(input: $input) { requirement { id version } } }`;
const lift = `mutation($input: LiftFirstSecretaryRequirementInput!) { liftFirstSecretaryRequirement(input: $input) {
  requirement { validTo liftReason } } }`;
interface Requirement {
  readonly id: string;
  readonly version: number;
}
const required = async (areaCode: string, from?: string): Promise<Requirement> =>
  (
    await service.data<{ requireFirstSecretary: { requirement: Requirement } }>(people.county, require, {
      input: { areaCode, from, reason: '乡村振兴重点村' },
    })
  ).requireFirstSecretary.requirement;

/** A first secretary on post in a village between two days; the end may be open. */
async function posted(
  areaCode: string,
  personId: string,
  from: string,
  to: string | null = null,
  role = 'FIRST_SECRETARY',
) {
  const { rows } = await service.database.pool.query<{ id: string }>(
    `INSERT INTO stationed_assignment (person_id, area_code, role, sender_unit_id, planned_from, planned_to, state, nominated_on,
       decided_on, posted_on, ended_on, end_kind)
     VALUES ($1, $2, $3, $4, $5::date, '2029-01-01', CASE WHEN $6::date IS NULL THEN 'ON_POST' ELSE 'ENDED' END, $5, $5, $5, $6,
       CASE WHEN $6::date IS NULL THEN NULL ELSE 'OTHER' END) RETURNING id`,
    [personId, areaCode, role, units.archive, from, to],
  );
  return rows[0]!.id;
}

/** A judgement of a village's class, as the classification writes it. */
const judged = (areaCode: string, year: number, weak: boolean, on: string) =>
  service.database.pool.query(
    `INSERT INTO village_class (area_code, year, class, weak, measure, value, threshold, rule_key, rule_document, years_at_floor,
       years_needed, cause, rules_on, judged_on)
     VALUES ($1, $2, CASE WHEN $3 THEN 'WEAK' ELSE 'REACHED' END, $3, 'TOTAL', 0, 5000000, 'village.floor', '文件', 0, 1, 'CLOSE', $4, $4)`,
    [areaCode, year, weak, on],
  );

const vacancies = async (filter: object = {}, asOf?: string, actor: Actor = people.county) =>
  (
    await service.data<{ villagesWithoutFirstSecretary: { nodes: object[] } }>(
      actor,
      `query($filter: FirstSecretaryVacancyFilter, $asOf: Date) { villagesWithoutFirstSecretary(filter: $filter, asOf: $asOf) {
         nodes { areaCode weak since vacantSince days overLimit requirement { reason } last { endedOn } candidate { state } village { areaCode } } } }`,
      { filter, asOf },
    )
  ).villagesWithoutFirstSecretary.nodes;
const coverage = async (areaCode: string, asOf?: string, actor: Actor = people.county) =>
  (
    await service.data<{
      firstSecretaryCoverage: { ratio: object; target: number | null; without: { totalCount: number } };
    }>(
      actor,
      `query($areaCode: AreaCode!, $asOf: Date) { firstSecretaryCoverage(areaCode: $areaCode, asOf: $asOf) {
         ratio { numerator denominator value asOf } target without { totalCount } } }`,
      { areaCode, asOf },
    )
  ).firstSecretaryCoverage;

describe('VIL-19 villages that must have a first secretary and have none', () => {
  it('VIL-19 counts the days since the requirement or since the last one left, and says when the limit is passed', async () => {
    await required(codes.dazhuang, '2026-05-16');
    await required(codes.xiaozhuang, '2026-01-01');
    await posted(codes.xiaozhuang, persons.wu, '2026-02-01', '2026-05-15');
    await required(codes.liuzhuang, '2026-01-01');
    await posted(codes.liuzhuang, persons.zhou, '2026-02-01');
    expect(await vacancies()).toEqual([
      {
        areaCode: codes.dazhuang,
        weak: false,
        since: '2026-05-16',
        vacantSince: '2026-05-16',
        days: 30,
        overLimit: false,
        requirement: { reason: '乡村振兴重点村' },
        last: null,
        candidate: null,
        village: { areaCode: codes.dazhuang },
      },
      expect.objectContaining({
        areaCode: codes.xiaozhuang,
        vacantSince: '2026-05-15',
        days: 31,
        overLimit: true,
        last: { endedOn: '2026-05-15' },
      }),
    ]);
    expect(await vacancies({ overLimit: true })).toMatchObject([{ areaCode: codes.xiaozhuang }]);
    expect(await vacancies({ overLimit: false })).toMatchObject([{ areaCode: codes.dazhuang }]);
    expect(await vacancies({ areaCode: codes.west })).toEqual([]);
    expect(await vacancies({ areaCode: codes.west }, '2026-01-31')).toMatchObject([{ days: 30 }]);
    expect(await vacancies({}, undefined, people.otherTown)).toEqual([]);
  });

  it('VIL-19 a weak village must have one without being listed, until a later judgement clears it', async () => {
    await judged(codes.dazhuang, 2023, false, '2024-01-20');
    await judged(codes.dazhuang, 2024, true, '2025-01-20');
    await judged(codes.dazhuang, 2025, true, '2026-01-20');
    expect(await vacancies()).toMatchObject([
      { areaCode: codes.dazhuang, weak: true, since: '2025-01-20', requirement: null, days: 511 },
    ]);
    expect(await vacancies({}, '2024-06-01')).toEqual([]);
    await judged(codes.dazhuang, 2025, false, '2026-03-01');
    expect(await vacancies()).toEqual([]);
    expect(await vacancies({}, '2026-02-28')).toHaveLength(1);
  });

  it('VIL-19 an older year that is judged later takes no weak village off the list, and does not change since when', async () => {
    await judged(codes.dazhuang, 2024, true, '2025-01-20');
    await judged(codes.dazhuang, 2025, true, '2026-01-20');
    await judged(codes.dazhuang, 2024, false, '2026-04-01');
    const weak = { areaCode: codes.dazhuang, weak: true, since: '2025-01-20', days: 511 };
    expect(await vacancies()).toMatchObject([weak]);
    expect((await coverage(codes.county)).ratio).toMatchObject({ numerator: 0, denominator: 1 });
    await judged(codes.dazhuang, 2023, true, '2026-04-02');
    expect(await vacancies()).toMatchObject([weak]);
    await judged(codes.dazhuang, 2025, false, '2026-05-01');
    await judged(codes.dazhuang, 2024, true, '2026-05-02');
    expect(await vacancies()).toEqual([]);
  });

  it('VIL-19 vil.stationed.filled: those that have one ÷ those that must, as of a day, within the scope', async () => {
    await required(codes.dazhuang, '2026-01-01');
    await required(codes.liuzhuang, '2026-01-01');
    await posted(codes.liuzhuang, persons.zhou, '2026-02-01');
    await service.database.pool.query(
      `INSERT INTO known_target (id, key, area_code, comparator, value, unit, valid_from)
       VALUES (uuidv7(), 'vil.stationed.filled', $1, 'AT_LEAST', 100, '%', '2026-01-01')`,
      [codes.county],
    );
    expect(await coverage(codes.county)).toEqual({
      ratio: { numerator: 1, denominator: 2, value: 0.5, asOf: '2026-06-15' },
      target: 100,
      without: { totalCount: 1 },
    });
    expect((await coverage(codes.county, '2026-01-31')).ratio).toMatchObject({ numerator: 0, denominator: 2 });
    expect((await coverage(codes.county, '2025-12-31')).ratio).toMatchObject({ denominator: 0, value: null });
    expect((await coverage(codes.county, undefined, people.town)).ratio).toMatchObject({
      numerator: 0,
      denominator: 1,
    });
  });

  it('VIL-19 a village is listed once, and taken off from a day on', async () => {
    const one = await required(codes.dazhuang, '2026-06-01');
    const again = (areaCode: string, more: object = {}) =>
      service.verdict(people.county, require, { input: { areaCode, reason: '理由', ...more } });
    expect(await again(codes.dazhuang)).toBe('REQUIRED_ALREADY');
    expect(await again(codes.community)).toBe('NOT_A_VILLAGE');
    expect(await again(codes.xiaozhuang, { reason: ' ' })).toBe('REASON_MISSING');
    const off = (more: object) =>
      service.verdict(people.county, lift, { input: { ...one, reason: '已出列', ...more } });
    expect(await off({ on: '2026-05-31' })).toBe('BEFORE_IT_BEGAN');
    expect(await off({ reason: '' })).toBe('REASON_MISSING');
    expect(await off({})).toBe('allowed');
    expect(await off({ version: 2 })).toBe('REQUIREMENT_LIFTED');
    expect(await vacancies()).toEqual([]);
    expect(await vacancies({}, '2026-06-14')).toHaveLength(1);
    expect(await again(codes.dazhuang)).toBe('allowed');
  });
});

const merged = (code: string, replacedBy: string, on = '2026-06-10') =>
  areaChanged({
    code,
    name: '并村',
    level: 'GRASSROOTS',
    parentCode: codes.east,
    kind: 'VILLAGE',
    validFrom: '2010-01-01',
    validTo: on,
    replacedBy: [replacedBy],
  });

describe('VIL-19 villages that merge (P11)', () => {
  it('VIL-19 who is on post goes on in the new village from that day, the past keeps the old code, and hearing it twice changes nothing', async () => {
    await required(codes.wangzhuang, '2026-01-01');
    const old = await posted(codes.wangzhuang, persons.zhou, '2026-02-01');
    await posted(codes.wangzhuang, persons.wu, '2026-02-01', null, 'TEAM_MEMBER');
    const before = await coverage(codes.county, '2026-05-01');
    const event = merged(codes.wangzhuang, codes.xiaozhuang);
    await service.receive(event);
    const rows = async () =>
      (
        await service.database.pool.query(
          'SELECT area_code, role, state, posted_on, ended_on, end_kind, predecessor_id FROM stationed_assignment ORDER BY area_code, role, id',
        )
      ).rows;
    const after = await rows();
    const continued = { area_code: codes.xiaozhuang, state: 'ON_POST', posted_on: '2026-06-10', ended_on: null };
    const ended = { area_code: codes.wangzhuang, state: 'ENDED', ended_on: '2026-06-10', end_kind: 'AREA_MERGED' };
    expect(after).toMatchObject([
      { ...continued, role: 'FIRST_SECRETARY', predecessor_id: old },
      { ...continued, role: 'TEAM_MEMBER' },
      { ...ended, role: 'FIRST_SECRETARY' },
      { ...ended, role: 'TEAM_MEMBER' },
    ]);
    expect(await vacancies()).toEqual([]);
    expect(await coverage(codes.county, '2026-05-01')).toEqual(before);
    expect((await coverage(codes.county)).ratio).toMatchObject({ numerator: 1, denominator: 1 });
    const told = await service.emitted();
    expect(
      told.filter(({ type }) => type.startsWith('villages.stationed.')).map(({ type, data }) => [type, data.areaCode]),
    ).toEqual(
      expect.arrayContaining([
        ['villages.stationed.ended.v1', codes.wangzhuang],
        ['villages.stationed.posted.v1', codes.xiaozhuang],
      ]),
    );
    await service.receive(event, { ...event });
    expect(await rows()).toEqual(after);
  });

  it('VIL-19 leave goes on in the new village; its end lies in the days there', async () => {
    await posted(codes.wangzhuang, persons.zhou, '2026-02-01');
    await service.database.pool.query(
      `UPDATE stationed_assignment SET state = 'ON_LEAVE', leave_since = '2026-05-20', leave_reason = '病假'`,
    );
    await service.receive(merged(codes.wangzhuang, codes.xiaozhuang, '2026-06-11'));
    const { rows } = await service.database.pool.query<{ id: string; version: number }>(
      `SELECT id, version, state, leave_since FROM stationed_assignment WHERE area_code = $1`,
      [codes.xiaozhuang],
    );
    expect(rows).toMatchObject([{ state: 'ON_LEAVE', leave_since: '2026-05-20' }]);
    const end = (on: string) =>
      service.verdict(
        people.town,
        'mutation($input: EndStationedInput!) { endStationed(input: $input) { assignment { id } } }',
        { input: { id: rows[0]!.id, version: rows[0]!.version, on, kind: 'HEALTH', reason: '因病' } },
      );
    expect(await end('2026-05-31')).toBe('BEFORE_IT_BEGAN');
    expect(await end('2026-06-11')).toBe('allowed');
  });

  it('VIL-19 the successor keeps its own first secretary; the other one ends, and a second candidate falls away', async () => {
    await posted(codes.dazhuang, persons.zhou, '2026-02-01');
    await posted(codes.wangzhuang, persons.wu, '2026-01-01');
    for (const [areaCode, personId] of [
      [codes.dazhuang, persons.chen],
      [codes.wangzhuang, persons.li],
    ])
      await service.data(
        people.county,
        'mutation($input: NominateStationedInput!) { nominateStationed(input: $input) { assignment { id } } }',
        {
          input: {
            personId,
            areaCode,
            role: 'FIRST_SECRETARY',
            senderUnitId: units.bureau,
            plannedFrom: '2026-07-01',
            plannedTo: '2028-07-01',
          },
        },
      );
    await service.receive(merged(codes.wangzhuang, codes.dazhuang, '2026-06-12'));
    const { rows } = await service.database.pool.query(
      'SELECT person_id, area_code, state FROM stationed_assignment ORDER BY person_id, area_code',
    );
    expect(rows).toEqual([
      { person_id: persons.chen, area_code: codes.dazhuang, state: 'NOMINATED' },
      { person_id: persons.li, area_code: codes.wangzhuang, state: 'REJECTED' },
      { person_id: persons.zhou, area_code: codes.dazhuang, state: 'ON_POST' },
      { person_id: persons.wu, area_code: codes.wangzhuang, state: 'ENDED' },
    ]);
  });

  it('VIL-19 a village that becomes part of a community has nobody stationed any more', async () => {
    await posted(codes.liuzhuang, persons.zhou, '2026-02-01');
    await required(codes.liuzhuang, '2026-01-01');
    await service.receive(merged(codes.liuzhuang, codes.community));
    expect(await vacancies()).toEqual([]);
    const { rows } = await service.database.pool.query('SELECT state FROM stationed_assignment');
    expect(rows).toEqual([{ state: 'ENDED' }]);
  });
});

describe('VIL-19 who may list villages', () => {
  const everybody = {
    city: 'allowed',
    county: 'allowed',
    town: 'NOT_ALLOWED',
    village: 'NOT_ALLOWED',
    archive: 'NOT_ALLOWED',
    agriculture: 'NOT_ALLOWED',
    auditor: 'NOT_ALLOWED',
    nobody: 'NOT_ALLOWED',
  } as const;
  const table = (otherCounty: string) =>
    Object.fromEntries(
      Object.entries({ ...everybody, otherCounty }).map(([who, verdict]) => [
        who,
        [people[who as keyof typeof people], verdict] as const,
      ]),
    );
  accessTable(
    'VIL-19 require',
    () => Promise.resolve(codes.dazhuang),
    (actor, areaCode) => service.verdict(actor, require, { input: { areaCode, reason: '理由' } }),
    table('NOT_ALLOWED'),
  );
  accessTable(
    'VIL-19 lift',
    () => required(codes.dazhuang),
    (actor, { id, version }) => service.verdict(actor, lift, { input: { id, version, reason: '理由' } }),
    table('NOT_FOUND'),
  );
});
