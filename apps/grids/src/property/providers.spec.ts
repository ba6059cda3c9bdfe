import { entityClosed, entityRegistered } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { beginWithQuarters, firm, office, officers, quarters, versioned, type Operation } from '../../seeds/property';
import { codes, idAt, riverTown } from '../../seeds/river-town';
import { grids } from '../service';
import { followFirms } from './property.consumers';

let service: TestService;
let at: ReturnType<typeof office>;
beforeAll(async () => {
  service = await testService(grids, riverTown);
  at = office(service);
}, 120_000);
beforeEach(() => beginWithQuarters(service));
afterAll(() => service.close());

const { east, west, garden } = quarters;
const registered = (number: number, operating: 'OPEN' | 'CLOSED' = 'OPEN') =>
  entityRegistered({
    entityId: idAt(700 + number),
    uscc: firm(number),
    registrar: 'MR',
    kind: 'COMPANY',
    formTags: ['PROPERTY'],
    areaCode: codes.riverside,
    gridId: null,
    employees: 80,
    operating,
  });
const closed = (number: number) =>
  entityClosed({ entityId: idAt(700 + number), uscc: firm(number), mergedIntoId: null, on: '2026-06-15' });
const page = async <T = Record<string, unknown>>(id: string, fields: string, actor = officers.housing) =>
  (
    await service.data<{ propertyProvider: T }>(actor, `query ($id: ID!) { propertyProvider(id: $id) { ${fields} } }`, {
      id,
    })
  ).propertyProvider;
const listed = async (filter: object, actor: (typeof officers)[keyof typeof officers] = officers.housing) =>
  (
    await service.data<{ propertyProviders: { nodes: { id: string }[]; totalCount: number } }>(
      actor,
      'query ($filter: PropertyProviderFilter) { propertyProviders(filter: $filter) { totalCount nodes { id } } }',
      { filter },
    )
  ).propertyProviders.nodes.map(({ id }) => id);

describe('GRD-26 admission', () => {
  it('GRD-26 admits a company with number and conditions, and its first contract lets it serve', async () => {
    const { provider } = await at.take('apply', { uscc: ` ${firm(1).toLowerCase()} `, areaCode: codes.county });
    const admission = { ...versioned(provider), admissionNo: '物准1', conditions: ['有专职项目经理', ' '] };
    expect(await at.verdict(officers.housing, 'admit', { ...admission, conditions: [' '] })).toBe('CONDITIONS_MISSING');
    expect(await at.verdict(officers.housing, 'admit', { ...admission, admissionNo: ' ' })).toBe('INVALID_INPUT');
    await at.take('admit', admission);
    expect(await at.verdict(officers.housing, 'admit', admission)).toBe('STALE_VERSION');
    await at.contract(east, provider.id, '2026-06-01', '2028-05-31');
    expect(
      await page(
        provider.id,
        'uscc state area { code } admission { no on conditions } quarterCount contracts { totalCount }',
        officers.otherHousing,
      ),
    ).toEqual({
      uscc: firm(1),
      state: 'SERVING',
      area: { code: codes.county },
      admission: { no: '物准1', on: '2026-06-15', conditions: ['有专职项目经理'] },
      quarterCount: 0,
      contracts: { totalCount: 0 },
    });
    expect(await service.emitted()).toMatchObject([
      {
        type: 'grids.provider.admitted.v1',
        key: provider.id,
        data: { uscc: firm(1), quarterIds: [], on: '2026-06-15' },
      },
    ]);
  });

  it('GRD-26 checks the credit code, the county, and that a company applies once', async () => {
    const apply = (uscc: string, areaCode: string = codes.county) =>
      at.verdict(officers.cityHousing, 'apply', { uscc, areaCode });
    expect(await apply('91350211M000100Y43')).toBe('CREDIT_CODE_CHECK_CHARACTER');
    expect(await apply('9135')).toBe('CREDIT_CODE_LENGTH');
    expect(await apply(firm(1), codes.street)).toBe('NOT_A_COUNTY');
    expect(await apply(firm(1), codes.city)).toBe('NOT_A_COUNTY');
    expect(await apply(firm(1), '410899')).toBe('AREA_UNKNOWN');
    expect(await Promise.all([apply(firm(1)), apply(firm(1))])).toEqual(
      expect.arrayContaining(['allowed', 'PROVIDER_RECORDED_ALREADY']),
    );
    expect(await apply(firm(1))).toBe('STEP_NOT_POSSIBLE');
  });
});

describe('GRD-26 the firm behind a company', () => {
  const registration = async (id: string) => page(id, 'registration entity { id }');

  it('GRD-26 is known from the register of firms, told twice, late and anew', async () => {
    const { provider, warnings } = await at.take('apply', { uscc: firm(1), areaCode: codes.county });
    expect(warnings.map(({ code }) => code)).toEqual(['ENTITY_NOT_RECORDED']);
    expect(await registration(provider.id)).toEqual({ registration: 'NOT_RECORDED', entity: null });
    const [opened, ended] = [registered(1), closed(1)];
    expect(await service.receive(opened)).toEqual(['apply']);
    expect(await registration(provider.id)).toEqual({ registration: 'OPEN', entity: { id: idAt(701) } });
    expect(await service.receive(ended)).toEqual(['apply']);
    const after = await registration(provider.id);
    expect(after).toEqual({ registration: 'CLOSED', entity: { id: idAt(701) } });
    expect(await service.receive(opened, ended)).toEqual(['repeated', 'repeated']);
    expect(await registration(provider.id)).toEqual(after);
    await service.empty(followFirms);
    expect(await registration(provider.id)).toEqual({ registration: 'NOT_RECORDED', entity: null });
    await service.receive(opened, ended);
    expect(await registration(provider.id)).toEqual(after);
  });

  it('GRD-26 a firm that was closed is neither taken nor admitted, one recorded anew is', async () => {
    const { provider } = await at.take('apply', { uscc: firm(12), areaCode: codes.county });
    await service.receive(registered(11, 'CLOSED'), registered(12), closed(12));
    expect(await at.verdict(officers.housing, 'apply', { uscc: firm(11), areaCode: codes.county })).toBe(
      'ENTITY_CLOSED',
    );
    const admission = { ...versioned(provider), admissionNo: '物准2', conditions: ['资质齐全'] };
    expect(await at.verdict(officers.housing, 'admit', admission)).toBe('ENTITY_CLOSED');
    await service.receive(entityRegistered({ ...registered(12).data, entityId: idAt(799) }));
    expect(await at.verdict(officers.housing, 'admit', admission)).toBe('allowed');
    expect(await registration(provider.id)).toEqual({ registration: 'OPEN', entity: { id: idAt(799) } });
  });
});

describe('GRD-26 the yearly evaluation', () => {
  it('GRD-26 weighs community, owners and housing office, and ranks within the county', async () => {
    const first = await at.serving(1, east, garden);
    const second = await at.serving(2, west);
    await at.scored(first.id, 2025, [90, 80, 70]);
    await at.take('score', {
      providerId: first.id,
      year: 2025,
      part: 'COMMUNITY',
      areaCode: codes.garden,
      score: 80,
      basis: '考核',
    });
    await at.scored(second.id, 2025, [95, 95, 95]);
    const closing = await at.take('evaluate', { providerId: first.id, year: 2025 });
    expect(closing.warnings).toEqual([]);
    await at.take('evaluate', { providerId: second.id, year: 2025 });
    expect(
      await page(
        first.id,
        'evaluations(year: 2025) { year community owners housing total limit rank ranked yearsBelow exitDue closedOn } scores(year: 2025) { part score relayed area { code } }',
      ),
    ).toEqual({
      evaluations: [
        {
          year: 2025,
          community: 85,
          owners: 80,
          housing: 70,
          total: 79,
          limit: 60,
          rank: 2,
          ranked: 2,
          yearsBelow: 0,
          exitDue: false,
          closedOn: '2026-06-15',
        },
      ],
      scores: [
        { part: 'COMMUNITY', score: 90, relayed: false, area: { code: codes.riverside } },
        { part: 'COMMUNITY', score: 80, relayed: false, area: { code: codes.garden } },
        { part: 'HOUSING', score: 70, relayed: false, area: { code: codes.county } },
        { part: 'OWNERS', score: 80, relayed: true, area: { code: codes.riverside } },
      ],
    });
    expect(await page(second.id, 'evaluations { total rank }')).toEqual({ evaluations: [{ total: 95, rank: 1 }] });
    expect(await at.seen(first.id)).toMatchObject({ state: 'SERVING' });
  });

  it('GRD-26 warns a company below the county’s limit, and after two years in a row it cannot correct itself but leaves', async () => {
    await service.database.pool.query(
      `INSERT INTO known_target (id, key, area_code, comparator, value, unit, valid_from) VALUES (uuidv7(), 'grd.property.exit', $1, 'AT_LEAST', 70, '分', '2026-01-01')`,
      [codes.county],
    );
    const { id } = await at.serving(1, east);
    await at.scored(id, 2025, [65, 65, 65]);
    await service.forget();
    expect((await at.take('evaluate', { providerId: id, year: 2025 })).provider.state).toBe('WARNED');
    expect(await service.emitted()).toMatchObject([
      { type: 'grids.provider.warned.v1', data: { quarterIds: [east], on: '2026-06-15' } },
    ]);
    const correct = { plan: '整改', dueOn: '2026-09-30' };
    await at.take('correct', { ...versioned(await at.seen(id)), ...correct });
    await at.take('confirm', { ...versioned(await at.seen(id)), document: '验收1号' });
    expect(await page(id, 'state warnings { ground year on liftedOn liftedDocument }')).toEqual({
      state: 'SERVING',
      warnings: [{ ground: 'SCORE', year: 2025, on: '2026-06-15', liftedOn: '2026-06-15', liftedDocument: '验收1号' }],
    });

    service.on('2027-02-01');
    await at.scored(id, 2026, [60, 60, 60]);
    await at.take('evaluate', { providerId: id, year: 2026 });
    expect(await page(id, 'state evaluations { year yearsBelow exitDue limit }')).toEqual({
      state: 'WARNED',
      evaluations: [
        { year: 2026, yearsBelow: 2, exitDue: true, limit: 70 },
        { year: 2025, yearsBelow: 1, exitDue: false, limit: 70 },
      ],
    });
    await at.take('correct', { ...versioned(await at.seen(id)), ...correct, dueOn: '2027-03-31' });
    expect(
      await at.verdict(officers.housing, 'confirm', { ...versioned(await at.seen(id)), document: '验收2号' }),
    ).toBe('EXIT_DUE');
    const leaving = await at.take('beginExit', { ...versioned(await at.seen(id)), reason: '连续两年低于最低分' });
    expect(leaving).toMatchObject({ provider: { state: 'EXITING' }, warnings: [] });
  });

  it('GRD-26 refuses an evaluation without all parts, twice, out of order, and scores of places never served', async () => {
    const { id } = await at.serving(1, east);
    const score = {
      providerId: id,
      year: 2025,
      part: 'COMMUNITY',
      areaCode: codes.riverside,
      score: 80,
      basis: '考核',
    };
    expect(await at.verdict(officers.gardenCommunity, 'score', { ...score, areaCode: codes.garden })).toBe(
      'NOT_SERVED_HERE',
    );
    expect(await at.verdict(officers.community, 'score', { ...score, year: 2024 })).toBe('NOT_SERVED_HERE');
    expect(await at.verdict(officers.community, 'score', { ...score, year: 2027 })).toBe('YEAR_NOT_BEGUN');
    expect(await at.verdict(officers.community, 'score', { ...score, score: 101 })).toBe('SCORE_RANGE');
    expect(await at.verdict(officers.community, 'score', { ...score, areaCode: null })).toBe('COMMUNITY_MISSING');
    expect(await at.verdict(officers.community, 'score', score)).toBe('allowed');
    const evaluate = { providerId: id, year: 2025 };
    expect(await at.verdict(officers.housing, 'evaluate', evaluate)).toBe('EVALUATION_INCOMPLETE');
    await at.scored(id, 2026, [80, 80, 80]);
    await at.scored(id, 2025, [70, 70, 70]);
    expect(await at.verdict(officers.housing, 'evaluate', { ...evaluate, year: 2026 })).toBe('allowed');
    expect(await at.verdict(officers.housing, 'evaluate', { ...evaluate, year: 2026 })).toBe('EVALUATION_CLOSED');
    expect(await at.verdict(officers.housing, 'evaluate', evaluate)).toBe('EVALUATION_OUT_OF_ORDER');
    expect(await at.verdict(officers.community, 'score', { ...score, year: 2026 })).toBe('EVALUATION_CLOSED');
  });

  it('GRD-26 names the communities that gave no score', async () => {
    const { id } = await at.serving(1, east, garden);
    await at.scored(id, 2025, [70, 70, 70]);
    const { warnings } = await at.take('evaluate', { providerId: id, year: 2025 });
    expect(warnings).toMatchObject([{ code: 'COMMUNITY_NOT_SCORED', message: expect.stringContaining(codes.garden) }]);
  });
});

describe('GRD-26 the register of property companies', () => {
  it('GRD-26 lists by the area of the quarters, state, year and score, to whoever may read property', async () => {
    const first = await at.serving(1, east);
    const second = await at.serving(2, garden);
    const third = await at.admitted(3);
    await at.scored(first.id, 2025, [50, 50, 50]);
    await at.take('evaluate', { providerId: first.id, year: 2025 });
    await at.scored(second.id, 2025, [90, 90, 90], codes.garden);
    await at.take('evaluate', { providerId: second.id, year: 2025 });
    expect(await listed({})).toEqual([first.id, second.id, third.id]);
    expect(await listed({ areaCode: codes.street })).toEqual([first.id, second.id]);
    expect(await listed({ areaCode: codes.garden })).toEqual([second.id]);
    expect(await listed({ states: ['WARNED', 'ADMITTED'] })).toEqual([first.id, third.id]);
    expect(await listed({ year: 2025 })).toEqual([first.id, second.id]);
    expect(await listed({ year: 2024 })).toEqual([]);
    expect(await listed({ scoreBelow: 60 })).toEqual([first.id]);
    expect(await listed({ scoreBelow: 95, year: 2025, areaCode: codes.garden })).toEqual([second.id]);
    expect(await listed({}, officers.otherHousing)).toHaveLength(3);
    expect(await page(first.id, 'quarters { id } quarterCount', officers.gardenCommunity)).toEqual({
      quarters: [],
      quarterCount: 0,
    });
    expect(await page(first.id, 'quarters { id } quarterCount')).toEqual({ quarters: [{ id: east }], quarterCount: 1 });
    const byCode = await service.data(
      officers.office,
      'query ($uscc: String) { propertyProvider(uscc: $uscc) { id } }',
      { uscc: firm(3) },
    );
    expect(byCode).toEqual({ propertyProvider: { id: third.id } });
  });

  it('GRD-26 is found by other services by id and by credit code', async () => {
    const { id } = await at.admitted(1);
    const of = [
      { __typename: 'PropertyProvider', id },
      { __typename: 'PropertyProvider', uscc: firm(1) },
      { __typename: 'PropertyProvider', uscc: firm(9) },
    ];
    expect(
      await service.data(
        officers.office,
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on PropertyProvider { id uscc } } }',
        { of },
      ),
    ).toEqual({ _entities: [{ id, uscc: firm(1) }, { id, uscc: firm(1) }, null] });
  });
});

describe('GRD-26 steps of a company', () => {
  const more: Partial<Record<Operation, object>> = {
    admit: { admissionNo: '1', conditions: ['a'] },
    warn: { document: '文' },
    correct: { plan: '整改', dueOn: '2026-12-31' },
    confirm: { document: '文' },
    beginExit: { reason: '理由' },
    completeExit: { on: '2026-06-15', successors: [] },
  };
  const states = ['APPLIED', 'ADMITTED', 'SERVING', 'WARNED', 'CORRECTING', 'EXITING', 'EXITED', 'BARRED'] as const;
  const from: Partial<Record<Operation, string>> = {
    admit: 'APPLIED',
    warn: 'SERVING',
    correct: 'WARNED',
    confirm: 'CORRECTING',
    beginExit: 'CORRECTING',
    completeExit: 'EXITING',
  };
  it.each(states)('GRD-26 from %s only the steps of the table', async (state) => {
    const { id } = await at.admitted(1);
    await service.database.pool.query(
      `UPDATE property_provider SET state = $2, exited_on = '2026-06-01', barred_until = CASE $2 WHEN 'BARRED' THEN date '2027-01-01' END WHERE id = $1`,
      [id, state],
    );
    const { actions } = await page<{ actions: { step: string; allowed: boolean }[] }>(id, 'actions { step allowed }');
    const offered = actions.filter(({ allowed }) => allowed).map((action) => action.step);
    for (const operation of Object.keys(from) as Operation[]) {
      const version = (await at.seen(id)).version;
      const expected = from[operation] === state ? 'allowed' : 'STEP_NOT_POSSIBLE';
      const verdict = await at.verdict(officers.housing, operation, { id, version, ...more[operation] });
      expect([operation, verdict]).toEqual([operation, expected]);
      await service.database.pool.query('UPDATE property_provider SET state = $2 WHERE id = $1', [id, state]);
    }
    expect(offered).toEqual(
      {
        APPLIED: ['admit'],
        ADMITTED: [],
        SERVING: ['warn'],
        WARNED: ['beginCorrection'],
        CORRECTING: ['confirmCorrection', 'beginExit'],
        EXITING: ['exit', 'bar'],
        EXITED: ['applyAgain'],
        BARRED: [],
      }[state],
    );
  });
});
