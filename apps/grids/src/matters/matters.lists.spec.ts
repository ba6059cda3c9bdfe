import type { Actor } from '@jishi/access';
import { testService, type TestService } from '@jishi/testing';
import {
  busyStreet,
  codes,
  grids as gridIds,
  people,
  places,
  quietAgain,
  types,
  units,
  type PersonName,
} from '../../seeds/busy-street';
import { matterSteps, rubbish, type Reply } from '../../seeds/matter-steps';
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
const listed = async (
  actor: Actor,
  filter: object = {},
  more: { orderBy?: string; first?: number; after?: string } = {},
) =>
  (
    await service.data<{
      matters: { nodes: { no: string }[]; totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean } };
    }>(
      actor,
      `query ($filter: MatterFilter, $orderBy: MatterOrder, $first: Int, $after: String) {
         matters(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { no } totalCount pageInfo { endCursor hasNextPage } } }`,
      { filter, ...more },
    )
  ).matters;
const nos = async (actor: Actor, filter: object = {}, more: { orderBy?: string; first?: number } = {}) =>
  (await listed(actor, filter, more)).nodes.map(({ no }) => Number(no.slice(-6)));
const elsewhere = { ...places.second };

describe('GRD-09 the list of matters', () => {
  it('GRD-09 is sorted by due time with suspended ones last, paged without gap, and ended ones are found by report', async () => {
    at('2026-06-15 09:00');
    await steps.suspended();
    await steps.accepted();
    await steps.reported();
    at('2026-06-15 09:10');
    await steps.as(people.community, 'reject', await steps.reported());
    await steps.reported();
    expect(await nos(people.street)).toEqual([3, 5, 2, 1]);
    expect((await nos(people.street, {}, { orderBy: 'REPORTED' })).map((no) => no > 3)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    const first = await listed(people.street, {}, { first: 2 });
    const second = await listed(people.street, {}, { first: 2, after: first.pageInfo.endCursor });
    expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([4, true, false]);
    expect([...first.nodes, ...second.nodes].map(({ no }) => Number(no.slice(-6)))).toEqual([3, 5, 2, 1]);
  });

  it('GRD-09 is filtered by place, state, level, type, grid, unit, due time and report', async () => {
    at('2026-06-15 09:00');
    await steps.reported();
    await steps.dispatched();
    await steps.as(people.street, 'report', null, { ...rubbish, ...elsewhere, confirmDuplicate: true });
    await steps.as(people.community, 'reject', await steps.reported());
    at('2026-06-15 10:00');
    const by = (filter: object, orderBy = 'REPORTED') =>
      nos(people.street, filter, { orderBy }).then((found) => found.sort());
    expect(await by({})).toEqual([1, 2, 3, 4]);
    expect(await by({ areaCode: codes.garden })).toEqual([3]);
    expect(await by({ areaCode: codes.street })).toEqual([1, 2, 3, 4]);
    expect(await by({ areaCode: codes.town })).toEqual([]);
    expect(await by({ states: ['DISPATCHED', 'REJECTED'] })).toEqual([2, 4]);
    expect(await by({ open: false })).toEqual([4]);
    expect(await by({ open: true })).toEqual([1, 2, 3]);
    expect(await by({ level: 'DEPARTMENT' })).toEqual([2]);
    expect(await by({ typeCode: types.rubbish.code })).toEqual([1, 3, 4]);
    expect(await by({ gridId: gridIds.second })).toEqual([3]);
    expect(await by({ assignedUnitId: units.cityManagement })).toEqual([2]);
    expect(await by({ assignedUnitId: units.water })).toEqual([]);
    expect(await by({ overdue: true })).toEqual([1, 3]);
    expect(await by({ overdue: false })).toEqual([2, 4]);
    expect(await by({ dueBefore: '2026-06-15T01:31:00Z' })).toEqual([1, 3]);
    expect(await by({ reportedFrom: '2026-06-15T01:00:01Z' })).toEqual([]);
    expect(await by({ reportedTo: '2026-06-15T01:00:01Z' })).toEqual([1, 2, 3, 4]);
  });

  it('GRD-09 shows to each what belongs to his place or was sent to his unit', async () => {
    await steps.reported();
    await steps.dispatched({ unitIds: [units.cityManagement, units.water] });
    await steps.as(people.street, 'report', null, { ...rubbish, ...elsewhere, confirmDuplicate: true });
    const own = { ...rubbish, origin: 'DEPARTMENT', reporterUnitId: units.police, confirmDuplicate: true };
    await steps.as(people.police, 'report', null, own);
    const seen = async (who: PersonName) => (await nos(people[who], {}, { orderBy: 'REPORTED' })).sort();
    for (const who of ['street', 'committee', 'office', 'politics', 'civil'] as const)
      expect([who, await seen(who)]).toEqual([who, [1, 2, 3, 4]]);
    for (const who of ['community', 'worker'] as const) expect([who, await seen(who)]).toEqual([who, [1, 2, 4]]);
    expect(await seen('otherCommunity')).toEqual([3]);
    for (const who of ['cityManagement', 'water'] as const) expect([who, await seen(who)]).toEqual([who, [2]]);
    expect(await seen('police')).toEqual([4]);
    for (const who of ['otherStreet', 'stranger'] as const) expect([who, await seen(who)]).toEqual([who, []]);
    expect(await service.verdict(people.auditor, '{ matters { nodes { no } } }')).toBe('NOT_ALLOWED');
  });

  it('GRD-09 how to reach the reporter is for those who handle the matter in its place', async () => {
    const { id } = await steps.dispatched({}, { requesterContact: '13800001234' });
    const ask = async (actor: Actor) => {
      const reply = await service.ask(actor, 'query ($id: ID!) { matter(id: $id) { requesterContact } }', { id });
      return [
        (reply.data as { matter: { requesterContact: string | null } | null }).matter?.requesterContact,
        (reply.extensions?.hidden as unknown[] | undefined)?.length ?? 0,
      ];
    };
    for (const who of ['worker', 'community', 'street', 'committee'] as const)
      expect(await ask(people[who])).toEqual(['13800001234', 0]);
    for (const who of ['cityManagement', 'office', 'politics', 'civil'] as const)
      expect(await ask(people[who])).toEqual([null, 1]);
  });

  it('GRD-09 a grid shows its open matters, those due first in front', async () => {
    at('2026-06-15 09:00');
    await steps.accepted();
    await steps.reported();
    await steps.as(people.community, 'reject', await steps.reported());
    const of = [gridIds.first, gridIds.second].map((id) => ({ __typename: 'Grid', id }));
    const { _entities } = await service.data<{ _entities: object[] }>(
      people.street,
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Grid { openMatters(first: 1) { count nodes { no } } } } }',
      { of },
    );
    expect(_entities).toEqual([
      { openMatters: { count: 2, nodes: [{ no: '410811-2026-000002' }] } },
      { openMatters: { count: 0, nodes: [] } },
    ]);
  });
});

describe('GRD-09 the figures of matters', () => {
  const figures = `loop { numerator denominator value } onTime { numerator denominator } selfSolved { numerator denominator } rework { numerator denominator }
    reported accepted closed onTimeBySteps { step ratio { numerator denominator } } onTimeByUnits { unit { id } ratio { numerator denominator } }`;
  const of = async (areaCode: string, actor: Actor = people.office, from = '2026-06-01', to = '2026-06-30') =>
    (
      await service.data<{ matterFigures: object }>(
        actor,
        `query ($a: AreaCode!, $from: Date!, $to: Date!) { matterFigures(areaCode: $a, from: $from, to: $to) { ${figures} } }`,
        { a: areaCode, from, to },
      )
    ).matterFigures;
  const close = (matter: Reply) =>
    steps.as(people.community, 'ask', matter).then((asked) => steps.as(people.community, 'close', asked));

  it('GRD-09 loop, on time, solved here and handled again, each with its numbers, void and suspended ones left out', async () => {
    at('2026-06-15 09:00');
    await close(await steps.finished());
    await close(await steps.resolved());
    await steps.suspended();
    await steps.as(people.street, 'void', await steps.accepted());
    await steps.as(people.street, 'merge', await steps.accepted(), { intoId: (await steps.reported()).id });
    at('2026-06-15 09:05');
    let again = await steps.as(people.community, 'ask', await steps.finished());
    again = await steps.as(people.worker, 'take', await steps.as(people.community, 'reopen', again));
    at('2026-06-18 09:00');
    await steps.as(people.worker, 'finish', again);
    service.on('2026-06-24');
    const expected = {
      reported: 5,
      accepted: 3,
      closed: 2,
      loop: { numerator: 2, denominator: 3, value: 2 / 3 },
      selfSolved: { numerator: 1, denominator: 2 },
      rework: { numerator: 1, denominator: 4 },
    };
    const whole = (await of(codes.county)) as {
      onTime: { numerator: number; denominator: number };
      onTimeBySteps: { step: string; ratio: object }[];
      onTimeByUnits: object[];
    };
    expect(whole).toMatchObject(expected);
    const bySteps = Object.fromEntries(whole.onTimeBySteps.map(({ step, ratio }) => [step, ratio]));
    // The report that was never accepted is late; so is the handling that was done again.
    expect(bySteps.accept).toEqual({ numerator: 5, denominator: 6 });
    expect(bySteps.handle).toEqual({ numerator: 4, denominator: 5 });
    expect(bySteps.resolve).toEqual({ numerator: 1, denominator: 1 });
    expect(whole.onTimeByUnits).toEqual([
      { unit: { id: units.cityManagement }, ratio: { numerator: 3, denominator: 3 } },
    ]);
    for (const area of [codes.city, codes.street, codes.riverside]) expect(await of(area)).toEqual(whole);
    expect(await of(codes.garden)).toMatchObject({ reported: 0, loop: { numerator: 0, denominator: 0, value: null } });
    expect(await of(codes.county, people.otherStreet)).toMatchObject({ reported: 0, onTime: { denominator: 0 } });
    expect(await of(codes.county, people.office, '2026-07-01', '2026-07-31')).toMatchObject({
      reported: 0,
      accepted: 0,
    });
    const { _entities } = await service.data<{ _entities: object[] }>(
      people.office,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Community { matterFigures(from: "2026-06-01", to: "2026-06-30") { ${figures} } } } }`,
      { of: await communities() },
    );
    expect(_entities[0]).toEqual({ matterFigures: whole });
    expect(_entities[1]).toMatchObject({ matterFigures: { reported: 0 } });
  });

  async function communities(): Promise<object[]> {
    for (const code of [codes.riverside, codes.garden])
      await service.database.pool.query(
        `INSERT INTO community (area_code, valid_from) VALUES ($1, '2020-01-01') ON CONFLICT DO NOTHING`,
        [code],
      );
    return [codes.riverside, codes.garden].map((areaCode) => ({ __typename: 'Community', areaCode }));
  }
});
