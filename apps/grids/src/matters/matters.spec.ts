import { testService, type TestService } from '@jishi/testing';
import { busyStreet, codes, grids as gridIds, people, places, quietAgain, types, units } from '../../seeds/busy-street';
import { matterSteps, mutations, rubbish, type Reply } from '../../seeds/matter-steps';
import { grids } from '../service';

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
const told = async () =>
  (await service.emitted()).map(({ type, data }) =>
    [type.slice('grids.matter.'.length), data.action].filter(Boolean).join(' '),
  );

describe('GRD-09 a matter that the grid solves', () => {
  it('GRD-09 goes from report to close, and everybody who acted is in its history', async () => {
    at('2026-06-15 09:00');
    const reported = await steps.reported();
    expect(reported).toMatchObject({
      no: '410811-2026-000001',
      state: 'REPORTED',
      level: 'GRID',
      areaCode: codes.riverside,
      version: 1,
    });
    expect(shown(reported.dueAt)).toBe('2026-06-15 09:30');
    const accepted = await steps.as(people.community, 'accept', reported);
    expect([accepted.state, shown(accepted.dueAt)]).toEqual(['ACCEPTED', '2026-06-17 17:30']);
    const taken = await steps.as(people.worker, 'take', accepted);
    expect([taken.state, taken.dueAt]).toEqual(['SELF_HANDLING', accepted.dueAt]);
    at('2026-06-15 10:30');
    const finished = await steps.as(people.worker, 'finish', taken);
    expect(finished).toMatchObject({ state: 'RESOLVED', answer: '已清理完毕' });
    const asked = await steps.as(people.community, 'ask', finished);
    expect([asked.state, shown(asked.dueAt)]).toEqual(['FEEDBACK', '2026-06-26 17:30']);
    const closed = await steps.as(people.community, 'close', asked, { rating: 4 });
    expect(closed).toMatchObject({ state: 'CLOSED', rating: 4, dueAt: null, minutes: 90 });
    const { matter } = await service.data<{
      matter: { history: { kind: string; account: string; note: string | null; label: string }[] };
    }>(people.street, '{ matter(no: "410811-2026-000001") { history { kind account note label } } }');
    expect(matter.history.map(({ kind, account }) => `${kind} ${account}`)).toEqual([
      'report worker',
      'accept community',
      'take worker',
      'finish worker',
      'ask community',
      'close community',
    ]);
    expect(await told()).toEqual([
      'reported.v1',
      'moved.v1 accept',
      'moved.v1 take',
      'moved.v1 finish',
      'moved.v1 ask',
      'closed.v1',
    ]);
    expect((await service.emitted()).at(-1)!.data).toMatchObject({
      minutes: 90,
      rating: 4,
      level: 'GRID',
      assignedUnitId: null,
    });
  });

  it('GRD-09 is closed after seven days of silence, not before', async () => {
    const asked = await steps.as(people.community, 'ask', await steps.finished());
    service.on('2026-06-22');
    expect(await steps.verdict(people.community, 'close', asked, { rating: null })).toBe('FEEDBACK_OUTSTANDING');
    service.on('2026-06-23');
    expect(await steps.as(people.community, 'close', asked, { rating: null })).toMatchObject({
      state: 'CLOSED',
      rating: null,
    });
  });

  it('GRD-09 is handled again when the reporter is not satisfied, twice; then the street decides', async () => {
    let matter = await steps.as(people.community, 'ask', await steps.finished());
    for (const turn of [1, 2]) {
      const reopened = await steps.as(people.community, 'reopen', matter);
      expect(reopened).toMatchObject({ state: 'REOPENED', reopened: turn, step: 'handle' });
      matter = await steps.as(people.worker, 'finish', await steps.as(people.worker, 'take', reopened));
      matter = await steps.as(people.community, 'ask', matter);
      if (turn === 1) expect(await steps.verdict(people.street, 'decide', matter)).toBe('REOPENINGS_LEFT');
    }
    expect(await steps.verdict(people.community, 'reopen', matter)).toBe('REOPENED_TOO_OFTEN');
    const again = await steps.as(people.street, 'decide', matter, { close: false });
    expect(again).toMatchObject({ state: 'TRIAGED', level: 'STREET' });
    expect(await steps.verdict(people.street, 'dispatch', again)).toBe('OWNER_MISSING');
    expect(await steps.as(people.street, 'dispatch', again, { unitIds: [units.water] })).toMatchObject({
      state: 'DISPATCHED',
    });
  });

  it('GRD-09 an emergency runs day and night', async () => {
    at('2026-09-30 23:00');
    expect(shown((await steps.reported({ typeCode: types.leak.code })).dueAt)).toBe('2026-10-01 00:00');
  });

  it('GRD-09 the numbers of a county and year run on, those of a new year begin anew', async () => {
    await steps.reported();
    expect((await steps.reported()).no).toBe('410811-2026-000002');
    service.on('2027-03-01');
    const next = await steps.reported();
    expect(next).toMatchObject({ no: '410811-2027-000001', dueProvisional: true });
  });
});

describe('GRD-09 what a report needs', () => {
  const report = (more: object, who = people.worker) => steps.verdict(who, 'report', null, { ...rubbish, ...more });

  it.each([
    ['a point outside every grid', places.nowhere, 'PLACE_OUTSIDE_GRIDS'],
    ['half a point', { latitude: null }, 'INVALID_INPUT'],
    ['no place', { longitude: null, latitude: null }, 'INVALID_INPUT'],
    ['a grid that ended', { longitude: null, latitude: null, gridId: gridIds.retired }, 'PLACE_OUTSIDE_GRIDS'],
    ['a grid that is none', { longitude: null, latitude: null, gridId: 'abc' }, 'PLACE_OUTSIDE_GRIDS'],
    ['a grid elsewhere', { gridId: gridIds.second }, 'PLACE_IN_ANOTHER_GRID'],
    ['no summary', { summary: ' ' }, 'SUMMARY_MISSING'],
    ['a task without its department', { origin: 'DEPARTMENT' }, 'INVALID_INPUT'],
    ['a grid without a point', { longitude: null, latitude: null, gridId: gridIds.first }, 'allowed'],
  ])('GRD-09 with %s', async (_, wrong, code) => {
    expect(await report(wrong)).toBe(code);
  });

  it('GRD-09 warns of the same type within 50 metres and 24 hours, and enters it when confirmed', async () => {
    at('2026-06-15 09:00');
    const first = await steps.reported();
    const near = { latitude: places.first.latitude + 0.0004 };
    const far = { latitude: places.first.latitude + 0.0005 };
    const reply = await service.ask(people.worker, mutations.report, { input: { ...rubbish, ...near } });
    expect(reply.errors?.[0]).toMatchObject({ extensions: { code: 'DUPLICATE_SUSPECTED', field: 'confirmDuplicate' } });
    expect(reply.errors?.[0]?.message).toContain(first.no);
    const { similarMatters } = await service.data<{ similarMatters: { no: string }[] }>(
      people.worker,
      'query ($t: String!, $x: Float, $y: Float) { similarMatters(typeCode: $t, longitude: $x, latitude: $y) { no } }',
      { t: rubbish.typeCode, x: places.first.longitude, y: near.latitude },
    );
    expect(similarMatters).toEqual([{ no: first.no }]);
    expect(await report({ ...near, typeCode: types.road.code })).toBe('allowed');
    expect(await report(far)).toBe('allowed');
    expect(await report({ ...near, confirmDuplicate: true })).toBe('allowed');
    at('2026-06-16 09:01');
    expect(await report({ latitude: places.first.latitude - 0.0004 })).toBe('allowed');
  });

  it('GRD-09 a rejected matter is no duplicate', async () => {
    await steps.as(people.community, 'reject', await steps.reported());
    expect(await report({})).toBe('allowed');
  });
});

describe('GRD-07 nothing that is not admitted reaches a grid', () => {
  it.each(['GRID_STAFF', 'RESIDENT', 'VISIT', 'HOTLINE_365', 'DEPARTMENT', 'SWEEP'])(
    'GRD-07 a matter of origin %s is refused with the automatic reply',
    async (origin) => {
      const department = origin === 'DEPARTMENT' ? { reporterUnitId: units.cityManagement } : {};
      const who = origin === 'DEPARTMENT' ? people.cityManagement : people.worker;
      for (const type of [types.suspended, types.asked, types.elsewhere, { code: '9999' }]) {
        const input = { ...rubbish, origin, ...department, typeCode: type.code };
        const { errors } = await service.ask(who, mutations.report, { input });
        expect(errors?.[0]).toMatchObject({
          extensions: {
            code: 'TYPE_NOT_ADMITTED',
            field: 'typeCode',
            citation: { document: '网格事项准入清单', rule: 'GRD-07' },
          },
        });
        expect(errors?.[0]?.message).toMatch(/^自动回复/);
      }
      expect(await steps.verdict(who, 'report', null, { ...rubbish, origin, ...department })).toBe('allowed');
      expect(
        await steps.verdict(who, 'report', null, { ...rubbish, origin, ...department, typeCode: types.citywide.code }),
      ).toBe('allowed');
    },
  );

  it('GRD-07 a matter cannot be sent down once its type is suspended, also when it was admitted at the report', async () => {
    const matter = await steps.escalated();
    const suspend =
      'mutation ($input: MatterTypeStepInput!) { suspendMatterType(input: $input) { matterType { state } } }';
    await service.data(people.politics, suspend, { input: { code: types.road.code, version: 1, reason: '职责调整' } });
    expect(await steps.verdict(people.street, 'sendDown', matter)).toBe('TYPE_NOT_ADMITTED');
    const { matter: offered } = await service.data<{
      matter: { actions: { step: string; reasons: { code: string }[] }[] };
    }>(people.street, 'query ($id: ID!) { matter(id: $id) { actions { step reasons { code } } } }', { id: matter.id });
    expect(offered.actions.find(({ step }) => step === 'sendDown')!.reasons).toEqual([{ code: 'TYPE_NOT_ADMITTED' }]);
    expect(await steps.as(people.street, 'triage', matter)).toMatchObject({ state: 'TRIAGED' });
  });

  it('GRD-07 a running matter keeps the limits of the edition by which it was entered', async () => {
    at('2026-06-15 09:00');
    const before = await steps.reported();
    await service.database.pool.query(
      `INSERT INTO matter_type_edition (code, edition, name, legal_basis, grid_duty, level, owner_department_code, limits)
       SELECT code, 2, name, legal_basis, grid_duty, level, owner_department_code,
         limits || '{"handle": {"unit": "WORKING_MINUTES", "amount": 60}}' FROM matter_type_edition WHERE code = $1 AND edition = 1`,
      [types.rubbish.code],
    );
    await service.database.pool.query('UPDATE matter_type SET edition = 2 WHERE code = $1', [types.rubbish.code]);
    expect(shown((await steps.as(people.community, 'accept', before)).dueAt)).toBe('2026-06-17 17:30');
    expect(shown((await steps.accepted()).dueAt)).toBe('2026-06-15 10:00');
  });
});

describe('GRD-09 a matter that a department solves', () => {
  it('GRD-09 goes up, is graded by the list, dispatched, started, resolved and closed', async () => {
    at('2026-06-15 09:00');
    const escalated = await steps.escalated();
    expect(shown(escalated.dueAt)).toBe('2026-06-15 14:30');
    const triaged = await steps.as(people.street, 'triage', escalated);
    expect(triaged).toMatchObject({
      state: 'TRIAGED',
      level: 'DEPARTMENT',
      ownerUnit: { id: units.cityManagement },
      dueAt: escalated.dueAt,
    });
    const sent = await steps.as(people.street, 'dispatch', triaged);
    expect(sent).toMatchObject({
      state: 'DISPATCHED',
      step: 'answer',
      assignedUnit: { id: units.cityManagement },
      legs: [{ state: 'DISPATCHED', unit: { id: units.cityManagement }, round: 1, binding: false }],
    });
    const started = await steps.as(people.cityManagement, 'start', sent);
    expect([started.state, shown(started.dueAt)]).toEqual(['WORKING', '2026-06-16 09:30']);
    const resolved = await steps.as(people.cityManagement, 'resolve', started);
    expect(resolved).toMatchObject({ state: 'RESOLVED', answer: '已清理完毕', step: 'feedback' });
    expect((await service.emitted()).find(({ type }) => type === 'grids.matter.dispatched.v1')!.data).toMatchObject({
      unitIds: [units.cityManagement],
    });
    const asked = await steps.as(people.community, 'ask', resolved);
    const reopened = await steps.as(people.community, 'reopen', asked);
    expect(reopened).toMatchObject({ state: 'REOPENED', legs: [{ state: 'REOPENED', round: 2 }] });
    expect(await steps.verdict(people.worker, 'take', reopened)).toBe('HANDLED_BY_UNITS');
    expect(await steps.as(people.cityManagement, 'start', reopened)).toMatchObject({ state: 'WORKING' });
  });

  it('GRD-09 a refusal counts once; then the dispatch of the street binds', async () => {
    const refused = await steps.as(people.cityManagement, 'refuse', await steps.dispatched());
    expect(refused).toMatchObject({ state: 'TRIAGED', refused: 1, step: 'triage' });
    const bound = await steps.as(people.street, 'dispatch', refused, { unitIds: [units.water] });
    expect(bound.legs.at(-1)).toMatchObject({ round: 2, binding: true });
    expect(await steps.verdict(people.water, 'refuse', bound)).toBe('DISPATCH_BINDS');
    expect(await steps.as(people.water, 'start', bound)).toMatchObject({ state: 'WORKING' });
  });

  it('GRD-09 is returned within four working hours, over the lunch break, and once by a unit', async () => {
    at('2026-06-15 09:00');
    const first = await steps.working();
    at('2026-06-15 14:30');
    const returned = await steps.as(people.cityManagement, 'return', first);
    expect(returned).toMatchObject({ state: 'TRIAGED', returned: 1 });
    const again = await steps.as(people.street, 'dispatch', returned);
    expect(await steps.verdict(people.cityManagement, 'return', again)).toBe('RETURNED_BEFORE');
    at('2026-06-15 09:00');
    const second = await steps.working();
    at('2026-06-15 14:31');
    expect(await steps.verdict(people.cityManagement, 'return', second)).toBe('RETURN_TOO_LATE');
  });

  it.each([
    ['an unknown unit', ['00000000-0000-7000-8000-00000000ffff'], 'UNIT_UNKNOWN'],
    ['a unit that was closed', [units.closed], 'UNIT_CLOSED'],
    ['a unit where nobody could answer', [units.nobody], 'UNIT_CANNOT_RECEIVE'],
    [
      'too many units',
      Array.from({ length: 21 }, (_, n) => `00000000-0000-7000-8000-0000000000${10 + n}`),
      'INVALID_INPUT',
    ],
  ])('GRD-09 is not dispatched to %s', async (_, unitIds, code) => {
    expect(await steps.verdict(people.street, 'dispatch', await steps.triaged(), { unitIds })).toBe(code);
  });

  it('GRD-09 an owner that no unit of the county answers to must be named', async () => {
    await service.database.pool.query(`UPDATE matter_type_edition SET owner_department_code = 'XX' WHERE code = $1`, [
      types.road.code,
    ]);
    const escalated = await steps.escalated();
    expect(await steps.verdict(people.street, 'triage', escalated)).toBe('OWNER_MISSING');
    expect(await steps.as(people.street, 'triage', escalated, { ownerUnitId: units.water })).toMatchObject({
      ownerUnit: { id: units.water },
    });
    await service.database.pool.query(`UPDATE matter_type_edition SET owner_department_code = 'CM' WHERE code = $1`, [
      types.road.code,
    ]);
  });

  it('GRD-09 a department acts by its role and place when it has no Party organisation', async () => {
    const sent = await steps.as(people.street, 'dispatch', await steps.triaged(), { unitIds: [units.market] });
    expect(await steps.verdict(people.cityManagement, 'start', sent)).toBe('NOT_FOUND');
    expect(await steps.as(people.market, 'start', sent)).toMatchObject({ state: 'WORKING' });
  });
});

describe('GRD-09 a joint dispatch', () => {
  const joint = () => steps.dispatched({ unitIds: [units.cityManagement, units.water] });
  const legOf = (matter: Reply, unitId: string) => matter.legs.filter(({ unit }) => unit.id === unitId).at(-1)!;

  it('GRD-09 each unit has its own limit and result, and the matter is resolved when all are', async () => {
    const sent = await joint();
    expect(await steps.verdict(people.police, 'start', sent)).toBe('NOT_FOUND');
    const first = await steps.as(people.cityManagement, 'start', sent);
    expect(first).toMatchObject({ state: 'WORKING' });
    expect(first.legs.map(({ state }) => state)).toEqual(['WORKING', 'DISPATCHED']);
    const half = await steps.as(people.cityManagement, 'resolve', first, { answer: '路面已修' });
    expect(half).toMatchObject({ state: 'WORKING', answer: null });
    expect(await steps.verdict(people.cityManagement, 'resolve', half, { legId: legOf(half, units.water).id })).toBe(
      'NOT_ALLOWED',
    );
    const second = await steps.as(people.water, 'start', half);
    const whole = await steps.as(people.water, 'resolve', second, { answer: '管道已换' });
    expect(whole).toMatchObject({ state: 'RESOLVED', answer: '路面已修\n管道已换' });
  });

  it('GRD-09 a part that is refused goes back to the street when the others are done', async () => {
    const refused = await steps.as(people.water, 'refuse', await joint());
    expect(refused).toMatchObject({ state: 'DISPATCHED', refused: 1 });
    const started = await steps.as(people.cityManagement, 'start', refused);
    const back = await steps.as(people.cityManagement, 'resolve', started);
    expect(back).toMatchObject({ state: 'TRIAGED', step: 'triage' });
    const again = await steps.as(people.street, 'dispatch', back, { unitIds: [units.police] });
    const done = await steps.as(people.police, 'resolve', await steps.as(people.police, 'start', again), {
      answer: '已处置',
    });
    expect(done).toMatchObject({ state: 'RESOLVED', answer: '已清理完毕\n已处置' });
  });

  it('GRD-09 stands still only when all that is undone stands still, and the street says whose suspension it decides', async () => {
    at('2026-06-15 09:00');
    let matter = await steps.as(people.water, 'start', await steps.as(people.cityManagement, 'start', await joint()));
    matter = await steps.as(people.cityManagement, 'askSuspension', matter);
    matter = await steps.as(people.street, 'suspend', matter);
    expect(matter).toMatchObject({ state: 'WORKING' });
    expect(shown(matter.dueAt)).toBe('2026-06-16 09:30');
    matter = await steps.as(people.water, 'askSuspension', matter);
    expect(await steps.verdict(people.street, 'suspend', matter)).toBe('LEG_MISSING');
    matter = await steps.as(people.street, 'suspend', matter, { legId: legOf(matter, units.water).id });
    expect(matter).toMatchObject({ state: 'SUSPENDED', dueAt: null, limitMinutesLeft: 480 });
  });

  it('GRD-09 two street officers who dispatch at once: one is told that the matter has changed', async () => {
    const triaged = await steps.triaged();
    const both = await Promise.all([
      steps.verdict(people.street, 'dispatch', triaged, { unitIds: [units.water] }),
      steps.verdict(people.committee, 'dispatch', triaged, { unitIds: [units.police] }),
    ]);
    expect(both.sort()).toEqual(['STALE_VERSION', 'allowed']);
    const { rows } = await service.database.pool.query(
      'SELECT count(*)::int AS legs FROM matter_leg WHERE matter_id = $1',
      [triaged.id],
    );
    expect(rows).toEqual([{ legs: 1 }]);
    expect((await told()).filter((type) => type === 'dispatched.v1')).toHaveLength(1);
  });
});

describe('GRD-09 merged, rejected and void', () => {
  it('GRD-09 a matter of the same cause ends in another that is open', async () => {
    const [one, two] = [await steps.reported(), await steps.reported({ typeCode: types.road.code })];
    expect(await steps.verdict(people.street, 'merge', one, { intoId: one.id })).toBe('MERGED_INTO_ITSELF');
    const reply = await service.data<{ mergeMatter: { matter: object; warnings: object[] } }>(
      people.street,
      mutations.merge,
      {
        input: { id: one.id, version: one.version, intoId: two.id },
      },
    );
    expect(reply.mergeMatter).toMatchObject({
      matter: { state: 'MERGED', dueAt: null },
      warnings: [{ code: 'TARGET_OF_ANOTHER_TYPE' }],
    });
    expect(await steps.verdict(people.street, 'merge', two, { intoId: one.id })).toBe('TARGET_NOT_OPEN');
  });

  it('GRD-09 whoever rejects says why, and a void matter is told', async () => {
    expect(await steps.as(people.community, 'reject', await steps.reported())).toMatchObject({
      state: 'REJECTED',
      dueAt: null,
    });
    expect(await steps.as(people.street, 'void', await steps.suspended())).toMatchObject({
      state: 'VOID',
      limitMinutesLeft: null,
    });
    expect(await told()).toContain('moved.v1 void');
  });

  it('GRD-09 a step is repeated with the same reply, and never taken twice', async () => {
    const reported = await steps.reported();
    const first = await steps.as(people.community, 'accept', reported, { clientMutationId: 'a-1' });
    expect(await steps.as(people.community, 'accept', reported, { clientMutationId: 'a-1' })).toEqual(first);
    expect(await steps.verdict(people.community, 'accept', first)).toBe('STEP_NOT_POSSIBLE');
    expect(await steps.verdict(people.community, 'take', reported)).toBe('STALE_VERSION');
  });
});
