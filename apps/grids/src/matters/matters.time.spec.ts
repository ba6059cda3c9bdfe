import { areaChanged } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { busyStreet, codes, grids as gridIds, idOf, people, quietAgain, units } from '../../seeds/busy-street';
import { matterSteps, type Reply } from '../../seeds/matter-steps';
import { grids } from '../service';
import { keepMattersInTime } from './matters.daily';

let service: TestService;
let steps: ReturnType<typeof matterSteps>;
beforeAll(async () => {
  service = await testService(grids, busyStreet);
  steps = matterSteps(service);
}, 120_000);
beforeEach(() => quietAgain(service));
afterAll(() => service.close());

const at = (text: string): void => service.at(new Date(`${text.replace(' ', 'T')}:00+08:00`));
const shown = (instant: string | null): string | null =>
  instant && new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
const clock = () => keepMattersInTime({ today: service.today, transact: service.asSystem });
const now = async (id: string): Promise<Reply> =>
  (
    await service.data<{ matter: Reply }>(
      people.street,
      'query ($id: ID!) { matter(id: $id) { id version state dueAt overdue dueProvisional limitMinutesLeft legs { id suspensions } grid { id } requesterContact contactErasedOn } }',
      { id },
    )
  ).matter;
const types = async () =>
  (await service.emitted()).map(({ type, data }) => `${type} ${String(data.action ?? '')}`.trim());

describe('GRD-09 suspension', () => {
  it('GRD-09 a matter suspended over the National Day holiday is due on the right working hour', async () => {
    at('2026-09-29 16:30');
    const working = await steps.working();
    expect(shown(working.dueAt)).toBe('2026-09-30 17:00');
    at('2026-09-30 10:00');
    const asked = await steps.as(people.cityManagement, 'askSuspension', working, { until: '2026-10-20' });
    const suspended = await steps.as(people.street, 'suspend', asked);
    expect(suspended).toMatchObject({
      state: 'SUSPENDED',
      dueAt: null,
      overdue: false,
      limitMinutesLeft: 480 - 60 - 90,
    });
    at('2026-10-09 16:30');
    expect((await now(working.id)).overdue).toBe(false);
    const resumed = await steps.as(people.cityManagement, 'resume', suspended);
    expect(resumed).toMatchObject({ state: 'WORKING', limitMinutesLeft: null });
    // 330 minutes: one hour on Friday, 4½ on the Saturday that is worked for the holiday.
    expect(shown(resumed.dueAt)).toBe('2026-10-10 14:30');
    at('2026-10-10 14:30');
    const resolved = await steps.as(people.cityManagement, 'resolve', resumed);
    const closed = await steps.as(people.community, 'close', await steps.as(people.community, 'ask', resolved));
    // 16:30–17:30, 90 minutes, then 60 and 270: what lay between stood still.
    expect(closed.minutes).toBe(60 + 90 + 60 + 270);
    const { rows } = await service.database.pool.query(
      `SELECT in_time, paused_minutes FROM matter_step WHERE matter_id = $1 AND step = 'resolve'`,
      [working.id],
    );
    // The rest of 30 September, 8 October and 9 October until 16:30.
    expect(rows).toEqual([{ in_time: true, paused_minutes: 360 + 450 + 390 }]);
  });

  it('GRD-09 resumed during the holiday it runs on when the offices open', async () => {
    at('2026-09-30 17:00');
    const suspended = await steps.suspended({ until: '2026-11-01' });
    at('2026-10-03 11:00');
    expect(shown((await steps.as(people.cityManagement, 'resume', suspended)).dueAt)).toBe('2026-10-09 09:00');
  });

  it('GRD-09 is granted twice, asked in time and decided by the street', async () => {
    at('2026-06-15 09:00');
    let matter = await steps.working();
    expect(await steps.verdict(people.street, 'suspend', matter)).toBe('SUSPENSION_NOT_ASKED');
    expect(await steps.verdict(people.cityManagement, 'askSuspension', matter, { until: '2026-06-15' })).toBe(
      'UNTIL_NOT_AHEAD',
    );
    matter = await steps.as(people.cityManagement, 'askSuspension', matter);
    expect(await steps.verdict(people.cityManagement, 'askSuspension', matter)).toBe('SUSPENSION_ASKED_ALREADY');
    matter = await steps.as(people.street, 'declineSuspension', matter);
    for (const turn of [1, 2]) {
      matter = await steps.as(people.street, 'suspend', await steps.as(people.cityManagement, 'askSuspension', matter));
      expect(matter.legs[0]!.suspensions).toBe(turn);
      matter = await steps.as(people.cityManagement, 'resume', matter);
      expect(shown(matter.dueAt)).toBe('2026-06-16 09:30');
    }
    expect(await steps.verdict(people.cityManagement, 'askSuspension', matter)).toBe('SUSPENDED_TOO_OFTEN');
    const late = await steps.working();
    at('2026-06-16 09:31');
    expect(await steps.verdict(people.cityManagement, 'askSuspension', late)).toBe('LIMIT_PASSED');
  });

  it('GRD-09 the clock ends it on the day that was agreed, once', async () => {
    at('2026-06-15 09:00');
    const suspended = await steps.suspended({ until: '2026-06-22' });
    service.on('2026-06-21');
    await clock();
    expect(await now(suspended.id)).toMatchObject({ state: 'SUSPENDED' });
    at('2026-06-22 00:01');
    await clock();
    const resumed = await now(suspended.id);
    expect([resumed.state, shown(resumed.dueAt)]).toEqual(['WORKING', '2026-06-23 09:00']);
    await clock();
    expect((await types()).filter((type) => type.endsWith('resumeByClock'))).toHaveLength(1);
  });
});

describe('GRD-09 the clock', () => {
  it('GRD-09 tells a passed limit once for each step, and the graph knows it at once', async () => {
    at('2026-06-15 09:00');
    const reported = await steps.reported();
    at('2026-06-15 09:30');
    expect(await now(reported.id)).toMatchObject({ overdue: false });
    at('2026-06-15 09:31');
    expect(await now(reported.id)).toMatchObject({ overdue: true });
    await clock();
    await clock();
    expect(
      (await service.emitted()).filter(({ type }) => type === 'grids.matter.overdue.v1').map(({ data }) => data),
    ).toEqual([expect.objectContaining({ matterId: reported.id, step: 'accept', dueAt: '2026-06-15T01:30:00.000Z' })]);
    const accepted = await steps.as(people.community, 'accept', await now(reported.id));
    expect(await now(accepted.id)).toMatchObject({ overdue: false });
    service.on('2026-06-18');
    await clock();
    expect((await types()).filter((type) => type === 'grids.matter.overdue.v1')).toHaveLength(2);
  });

  it('GRD-09 erases how to reach the reporter 180 days after closing, and never tells it to others', async () => {
    const contact = '13800001234';
    let matter = await steps.finished({ requesterContact: contact });
    matter = await steps.as(people.community, 'close', await steps.as(people.community, 'ask', matter));
    const open = await steps.reported({ requesterContact: contact });
    const seen = async () =>
      [await now(matter.id), await now(open.id)].map(
        (row) => (row as unknown as { requesterContact: string }).requesterContact,
      );
    service.on('2026-12-12');
    await clock();
    expect(await seen()).toEqual([contact, contact]);
    service.on('2026-12-13');
    await clock();
    expect(await seen()).toEqual([null, contact]);
    expect(await now(matter.id)).toMatchObject({ contactErasedOn: '2026-12-13' });
    const { rows } = await service.database.pool.query(
      `SELECT (SELECT count(*)::int FROM audit_entry WHERE changes::text LIKE '%13800001234%') AS audited,
         (SELECT count(*)::int FROM outbox WHERE data::text LIKE '%13800001234%') AS told,
         (SELECT count(*)::int FROM matter_action WHERE note LIKE '%13800001234%') AS noted`,
    );
    expect(rows).toEqual([{ audited: 0, told: 0, noted: 0 }]);
  });

  it('GRD-09 matters of a grid that ended find the grid in which they lie, or its only successor', async () => {
    const [placed, loose] = [
      await steps.reported(),
      await steps.reported({ longitude: null, latitude: null, gridId: gridIds.first }),
    ];
    const heir = idOf(205);
    await service.database.pool.query(
      `INSERT INTO grid (id, code, name, level, tier, setting, parent_id, area_code, status, valid_from)
       SELECT $2, area_code || '003', '新网格', level, tier, setting, parent_id, area_code, 'ACTIVE', '2026-06-01' FROM grid WHERE id = $1`,
      [gridIds.first, heir],
    );
    await service.database.pool.query(
      `INSERT INTO grid_history (grid_id, valid_from, code, name, level, tier, parent_id, area_code, households, population, status)
       SELECT id, '2026-06-01', code, name, level, tier, parent_id, area_code, 0, 0, status FROM grid WHERE id = $1`,
      [heir],
    );
    await service.database.pool.query('UPDATE grid_boundary SET grid_id = $2 WHERE grid_id = $1', [
      gridIds.first,
      heir,
    ]);
    await service.database.pool.query(
      `UPDATE grid SET status = 'MERGED', valid_to = '2026-06-01', successor_ids = ARRAY[$2::uuid] WHERE id = $1`,
      [gridIds.first, heir],
    );
    await clock();
    for (const { id } of [placed, loose]) expect(await now(id)).toMatchObject({ grid: { id: heir } });
    await service.database.pool.query('UPDATE grid_boundary SET grid_id = $1 WHERE grid_id = $2', [
      gridIds.first,
      heir,
    ]);
    await service.database.pool.query(
      `UPDATE grid SET status = 'ACTIVE', valid_to = NULL, successor_ids = '{}' WHERE id = $1`,
      [gridIds.first],
    );
    await quietAgain(service);
    await service.database.pool.query('DELETE FROM grid_history WHERE grid_id = $1', [heir]);
    await service.database.pool.query('DELETE FROM grid WHERE id = $1', [heir]);
  });
});

describe('GRD-09 the office calendar', () => {
  const setDay = 'mutation ($input: SetOfficeDayInput!) { setOfficeDay(input: $input) { id } }';
  const setHours = 'mutation ($input: SetOfficeHoursInput!) { setOfficeHours(input: $input) { id } }';
  const day = { areaCode: codes.county, day: '2026-06-16', working: false, reason: '防汛停工' };
  const summer = {
    areaCode: codes.county,
    validFrom: '2026-07-01',
    periods: [
      { from: '08:00', to: '12:00' },
      { from: '15:00', to: '18:00' },
    ],
  };
  const calendar = async (from: string, to: string) =>
    (
      await service.data<{
        officeCalendar: {
          day: string;
          working: boolean;
          provisional: boolean;
          periods: { from: string; to: string }[];
        }[];
      }>(
        people.worker,
        'query ($a: AreaCode!, $from: Date!, $to: Date!) { officeCalendar(areaCode: $a, from: $from, to: $to) { day working provisional periods { from to } } }',
        { a: codes.riverside, from, to },
      )
    ).officeCalendar;

  it('GRD-09 knows the national holidays, the worked Saturdays, and what is not published yet', async () => {
    expect((await calendar('2026-09-30', '2026-10-12')).map(({ working }) => (working ? 'w' : '-')).join('')).toBe(
      'w-------www-w',
    );
    expect(await calendar('2027-01-04', '2027-01-04')).toEqual([
      {
        day: '2027-01-04',
        working: true,
        provisional: true,
        periods: [
          { from: '08:30', to: '12:00' },
          { from: '13:30', to: '17:30' },
        ],
      },
    ]);
  });

  it('GRD-09 a county sets its own days and hours, and limits that begin after it follow them', async () => {
    at('2026-06-15 17:00');
    const before = await steps.reported({ typeCode: '0901' });
    await service.data(people.politics, setDay, { input: day });
    const accepted = await steps.as(people.community, 'accept', before);
    expect(shown(accepted.dueAt)).toBe('2026-06-18 17:30');
    await service.data(people.politics, setHours, { input: summer });
    at('2026-07-01 11:45');
    expect(shown((await steps.reported()).dueAt)).toBe('2026-07-01 15:15');
    expect((await calendar('2026-06-30', '2026-07-01')).map(({ periods }) => periods[0]!.from)).toEqual([
      '08:30',
      '08:00',
    ]);
    for (const working of [false, true])
      await service.data(people.politics, setDay, {
        input: { ...day, day: '2026-07-04', working, reason: '周六值守' },
      });
    expect((await calendar('2026-07-04', '2026-07-04'))[0]!.working).toBe(true);
  });

  it.each([
    ['a street', setDay, { ...day, areaCode: codes.street }, 'INVALID_INPUT'],
    ['a day that has passed', setDay, { ...day, day: '2026-06-14' }, 'DAY_PASSED'],
    ['no reason', setDay, { ...day, reason: ' ' }, 'REASON_MISSING'],
    ['hours from a day that has passed', setHours, { ...summer, validFrom: '2026-06-14' }, 'DAY_PASSED'],
    ['hours that are none', setHours, { ...summer, periods: [{ from: '8:00', to: '25:00' }] }, 'INVALID_INPUT'],
    [
      'hours that overlap',
      setHours,
      {
        ...summer,
        periods: [
          { from: '08:00', to: '12:00' },
          { from: '11:00', to: '18:00' },
        ],
      },
      'INVALID_INPUT',
    ],
    ['no hours', setHours, { ...summer, periods: [] }, 'INVALID_INPUT'],
  ])('GRD-09 refuses %s', async (_, query, input, code) => {
    expect(await service.verdict(people.politics, query, { input })).toBe(code);
  });

  it.each([
    ['politics', 'allowed'],
    ['cityPolitics', 'allowed'],
    ['stranger', 'NOT_ALLOWED'],
    ['street', 'NOT_ALLOWED'],
    ['community', 'NOT_ALLOWED'],
    ['worker', 'NOT_ALLOWED'],
    ['cityManagement', 'NOT_ALLOWED'],
    ['auditor', 'NOT_ALLOWED'],
    ['nobody', 'NOT_ALLOWED'],
  ] as const)('GRD-09 set by %s: %s', async (who, verdict) => {
    expect(await service.verdict(people[who], setDay, { input: day })).toBe(verdict);
    expect(await service.verdict(people[who], setHours, { input: summer })).toBe(verdict);
  });

  it('GRD-09 two limits of one matter: the unit’s own counts when it asks for a suspension', async () => {
    at('2026-06-15 09:00');
    const joint = await steps.dispatched({ unitIds: [units.cityManagement, units.water] });
    const started = await steps.as(people.cityManagement, 'start', joint);
    at('2026-06-15 16:00');
    expect(await now(started.id)).toMatchObject({ overdue: true });
    expect(await steps.verdict(people.cityManagement, 'askSuspension', started)).toBe('allowed');
  });
});

describe('GRD-09 areas merge (P11)', () => {
  it('GRD-09 open matters belong to the successor from that day, ended ones and their limits keep their place', async () => {
    const ended = await steps.as(people.community, 'reject', await steps.reported());
    const open = await steps.suspended();
    const figures = async (areaCode: string) =>
      (
        await service.data<{ matterFigures: { reported: number; onTime: { denominator: number } } }>(
          people.street,
          'query ($a: AreaCode!) { matterFigures(areaCode: $a, from: "2026-06-01", to: "2026-06-14") { reported onTime { denominator } } }',
          { a: areaCode },
        )
      ).matterFigures;
    const places = async () =>
      (
        await service.database.pool.query<{ id: string; area: string; leg: string | null; limits: string[] }>(
          `SELECT m.id, m.area_code AS area, (SELECT min(l.area_code) FROM matter_leg l WHERE l.matter_id = m.id) AS leg,
             (SELECT array_agg(s.area_code || (s.ended_at IS NULL)::text ORDER BY s.ended_at NULLS LAST) FROM matter_step s WHERE s.matter_id = m.id) AS limits
           FROM matter m ORDER BY m.no`,
        )
      ).rows.map(({ area, leg, limits }) => [
        area.slice(-3),
        leg?.slice(-3),
        new Set(limits.map((text) => text.slice(9))),
      ]);
    const past = await figures(codes.riverside);
    service.on('2026-06-16');
    const merged = areaChanged({
      code: codes.riverside,
      name: '滨河社区',
      level: 'GRASSROOTS',
      parentCode: codes.street,
      kind: 'COMMUNITY',
      validFrom: '2020-01-01',
      validTo: '2026-06-16',
      replacedBy: [codes.united],
    });
    await service.receive(merged);
    const after = await places();
    expect(after).toEqual([
      ['001', undefined, new Set(['001false'])],
      ['003', '003', new Set(['001false', '003true'])],
    ]);
    await service.receive(merged);
    expect(await places()).toEqual(after);
    expect(await figures(codes.riverside)).toEqual(past);
    expect((await now(ended.id)).state).toBe('REJECTED');
    expect(await steps.verdict(people.cityManagement, 'resume', { id: open.id, version: open.version + 1 })).toBe(
      'allowed',
    );
  });
});
