import type { Actor } from '@jishi/access';
import { areaChanged } from '@jishi/event-contracts';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, people, villageWork, type Person } from '../../seeds/village-work';
import { villages } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(villages, villageWork);
}, 120_000);
beforeEach(async () => {
  await beginAgain(service, 'development_plan', 'annual_income');
  await service.database.pool.query('UPDATE village SET weak = false WHERE weak');
});
afterAll(() => service.close());

const inputs = {
  recordPlan: 'RecordPlanInput',
  reviewPlan: 'ReviewPlanInput',
  checkPlan: 'PlanStepInput',
  returnPlan: 'ReturnPlanInput',
  approvePlan: 'PlanStepInput',
  startPlan: 'PlanStepInput',
  recordPlanResult: 'RecordPlanResultInput',
  evaluatePlan: 'EvaluatePlanInput',
} as const;
type Step = keyof typeof inputs;
interface Plan {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}
const mutation = (step: Step): string => `mutation($input: ${inputs[step]}!) { ${step}(input: $input) {
  plan { id version state lifting valid validFrom validTo returnReason measureOverdue measures { no doneOn result } } warnings { code } } }`;
async function as(actor: Actor, step: Step, input: object): Promise<Plan> {
  const reply = await service.data<Record<string, { plan: Plan }>>(actor, mutation(step), { input });
  return reply[step]!.plan;
}
const verdict = (actor: Actor, step: Step, input: object) => service.verdict(actor, mutation(step), { input });
const seen = ({ id, version }: Plan) => ({ id, version });

const draft = {
  areaCode: codes.dazhuang,
  baseYear: 2025,
  investmentAnalysis: '集体资金30万元',
  incomeAnalysis: '上年收入4万元',
  resourceAnalysis: '闲置校舍一处',
  leadingTrade: '怀山药',
  wayOfOperating: '党支部领办合作社',
  goals: [
    { year: 2026, total: '60000.00', operating: '50000.00' },
    { year: 2027, total: '100000.00', operating: '80000.00' },
  ],
  measures: [
    { content: '建冷库', responsible: '村党支部', dueOn: '2026-06-10' },
    { content: '流转土地200亩', responsible: '村委会', dueOn: '2026-12-31' },
  ],
};
const decision = { decidedOn: '2026-06-10', document: '大庄村决〔2026〕3号' };
const drafted = (more: object = {}) => as(people.town, 'recordPlan', { ...draft, ...more });
const reviewed = async (more: object = {}) =>
  as(people.town, 'reviewPlan', { ...seen(await drafted(more)), ...decision });
const checked = async (more: object = {}) => as(people.town, 'checkPlan', seen(await reviewed(more)));
const approved = async (more: object = {}) => as(people.agriculture, 'approvePlan', seen(await checked(more)));
const running = async (more: object = {}) => as(people.town, 'startPlan', seen(await approved(more)));

describe('VIL-09 one village, one policy', () => {
  it('VIL-09 the village decides, the town checks, agriculture approves, and it is in force until its last year is over', async () => {
    const plan = await as(people.village, 'recordPlan', draft);
    const changed = await as(people.village, 'recordPlan', { ...draft, ...seen(plan), leadingTrade: '铁棍山药' });
    const decided = await as(people.village, 'reviewPlan', { ...seen(changed), ...decision });
    expect(await verdict(people.village, 'recordPlan', { ...draft, ...seen(decided) })).toBe('STEP_NOT_POSSIBLE');
    expect(await verdict(people.village, 'recordPlan', { ...draft, id: plan.id })).toBe('STALE_VERSION');
    const back = await as(people.town, 'returnPlan', { ...seen(decided), reason: '目标偏低' });
    expect(back).toMatchObject({ state: 'DRAFT', returnReason: '目标偏低' });
    const again = await as(people.village, 'reviewPlan', { ...seen(back), ...decision });
    const good = await as(people.town, 'checkPlan', seen(again));
    const valid = await as(people.agriculture, 'approvePlan', seen(good));
    expect(valid).toMatchObject({
      state: 'APPROVED',
      valid: true,
      validFrom: '2026-06-15',
      validTo: '2028-01-01',
      returnReason: null,
    });
    expect(await service.emitted()).toMatchObject([
      {
        type: 'villages.plan.approved.v1',
        key: plan.id,
        data: {
          planId: plan.id,
          areaCode: codes.dazhuang,
          goals: [
            { year: 2026, total: 6_000_000, operating: 5_000_000 },
            { year: 2027, total: 10_000_000, operating: 8_000_000 },
          ],
        },
      },
    ]);
    const { village } = await service.data<{ village: object }>(
      people.village,
      `query($code: AreaCode!) { village(areaCode: $code) { plan { id leadingTrade villageDocument goals { year total } } plans { id } } }`,
      { code: codes.dazhuang },
    );
    expect(village).toEqual({
      plan: {
        id: plan.id,
        leadingTrade: '铁棍山药',
        villageDocument: decision.document,
        goals: [
          { year: 2026, total: '60000.00' },
          { year: 2027, total: '100000.00' },
        ],
      },
      plans: [{ id: plan.id }],
    });
  });

  it('VIL-09 one plan is in force at a time: the next one is approved once the first is evaluated, and replaces it', async () => {
    const first = await running();
    const next = await checked({ goals: [{ year: 2027, total: '200000.00', operating: '100000.00' }], baseYear: 2026 });
    expect(await verdict(people.agriculture, 'approvePlan', seen(next))).toBe('ANOTHER_PLAN_VALID');
    await as(people.agriculture, 'evaluatePlan', { ...seen(first), evaluation: '基本达到' });
    service.on('2026-06-20');
    await as(people.agriculture, 'approvePlan', seen(next));
    const { developmentPlans } = await service.data<{ developmentPlans: { nodes: object[] } }>(
      people.county,
      '{ developmentPlans { nodes { id state valid validFrom validTo } } }',
    );
    expect(developmentPlans.nodes).toHaveLength(2);
    expect(developmentPlans.nodes).toEqual(
      expect.arrayContaining([
        { id: next.id, state: 'APPROVED', valid: true, validFrom: '2026-06-20', validTo: '2028-01-01' },
        { id: first.id, state: 'SUPERSEDED', valid: false, validFrom: '2026-06-15', validTo: '2026-06-20' },
      ]),
    );
  });

  it('VIL-09 of two plans approved at the same moment one is in force', async () => {
    const both = [await checked(), await checked()];
    const verdicts = await Promise.all(both.map((plan) => verdict(people.agriculture, 'approvePlan', seen(plan))));
    expect(verdicts.sort()).toEqual(['ANOTHER_PLAN_VALID', 'allowed']);
  });

  it('VIL-09 a weak village is evaluated by the results of its measures', async () => {
    await service.database.pool.query('UPDATE village SET weak = true WHERE area_code = $1', [codes.dazhuang]);
    let plan = await running();
    expect(plan).toMatchObject({ lifting: true, measureOverdue: true });
    const result = (no: number, more: object = {}) => ({
      ...seen(plan),
      no,
      doneOn: '2026-06-14',
      result: '已建成',
      ...more,
    });
    expect(await verdict(people.town, 'recordPlanResult', result(3))).toBe('MEASURE_UNKNOWN');
    expect(await verdict(people.town, 'recordPlanResult', result(1, { result: ' ' }))).toBe('RESULT_MISSING');
    expect(await verdict(people.town, 'recordPlanResult', result(1, { doneOn: '2026-06-16' }))).toBe(
      'DAY_IN_THE_FUTURE',
    );
    plan = await as(people.town, 'recordPlanResult', result(1));
    expect(plan).toMatchObject({
      measureOverdue: false,
      measures: [
        { no: 1, doneOn: '2026-06-14', result: '已建成' },
        { no: 2, result: null },
      ],
    });
    const evaluation = () => ({ ...seen(plan), evaluation: '已转化' });
    expect(await verdict(people.town, 'evaluatePlan', evaluation())).toBe('MEASURES_WITHOUT_RESULT');
    plan = await as(people.town, 'recordPlanResult', result(2, { doneOn: null, result: '流转120亩' }));
    expect(await as(people.town, 'evaluatePlan', evaluation())).toMatchObject({ state: 'EVALUATED' });
  });

  it('VIL-09 shows actual ÷ goal: closed years by their close, a running year as provisional', async () => {
    const { id } = await running();
    await service.database.pool.query(
      `INSERT INTO annual_income (area_code, year, state, lease, operating, closed_total, closed_operating, closed_operating_surplus,
         first_closed_on, closed_on, revision)
       VALUES ($1, 2026, 'CLOSED', 9900000, 9900000, 4500000, 4000000, 0, '2027-01-20', '2027-01-20', 0)`,
      [codes.dazhuang],
    );
    await service.database.pool.query(
      `INSERT INTO annual_income (area_code, year, lease, operating) VALUES ($1, 2027, 3000000, 2000000)`,
      [codes.dazhuang],
    );
    const query = `query($id: ID!) { developmentPlan(id: $id) { goals {
      year actualTotal actualOperating provisional totalReached operatingReached } } }`;
    expect(await service.data(people.village, query, { id })).toEqual({
      developmentPlan: {
        goals: [
          {
            year: 2026,
            actualTotal: '45000.00',
            actualOperating: '40000.00',
            provisional: false,
            totalReached: 0.75,
            operatingReached: 0.8,
          },
          {
            year: 2027,
            actualTotal: '30000.00',
            actualOperating: '20000.00',
            provisional: true,
            totalReached: 0.3,
            operatingReached: 0.25,
          },
        ],
      },
    });
  });

  it('VIL-09 vil.plan: villages with a plan in force ÷ villages, as of a day, and the villages without', async () => {
    await approved();
    await drafted({ areaCode: codes.xiaozhuang });
    await service.database.pool.query('UPDATE village SET weak = true WHERE area_code = $1', [codes.wangzhuang]);
    const coverage = async (areaCode: string, asOf?: string, actor: Actor = people.county) =>
      (
        await service.data<{ planCoverage: { ratio: object } }>(
          actor,
          `query($areaCode: AreaCode!, $asOf: Date) { planCoverage(areaCode: $areaCode, asOf: $asOf) {
             ratio { numerator denominator } target without(first: 2) { totalCount nodes { areaCode newestPlan { state } village { weak } } } } }`,
          { areaCode, asOf },
        )
      ).planCoverage;
    expect(await coverage(codes.county)).toEqual({
      ratio: { numerator: 1, denominator: 4 },
      target: null,
      without: {
        totalCount: 3,
        nodes: [
          { areaCode: codes.xiaozhuang, newestPlan: { state: 'DRAFT' }, village: { weak: false } },
          { areaCode: codes.wangzhuang, newestPlan: null, village: { weak: true } },
        ],
      },
    });
    expect((await coverage(codes.county, '2026-06-14')).ratio).toMatchObject({ numerator: 0 });
    expect((await coverage(codes.county, '2027-12-31')).ratio).toMatchObject({ numerator: 1 });
    expect((await coverage(codes.county, '2028-01-01')).ratio).toMatchObject({ numerator: 0 });
    expect((await coverage(codes.county, undefined, people.otherTown)).ratio).toMatchObject({
      numerator: 0,
      denominator: 1,
    });
    const { villagesWithoutPlan } = await service.data<{ villagesWithoutPlan: object }>(
      people.county,
      '{ villagesWithoutPlan(filter: { weak: true }) { nodes { areaCode } } }',
    );
    expect(villagesWithoutPlan).toEqual({ nodes: [{ areaCode: codes.wangzhuang }] });
  });

  it('VIL-09 lists by place, state, kind and late measures', async () => {
    await running();
    await drafted({ areaCode: codes.xiaozhuang, measures: [{ ...draft.measures[0], dueOn: '2026-06-15' }] });
    const count = async (filter: object, actor: Actor = people.county) =>
      (
        await service.data<{ developmentPlans: { totalCount: number } }>(
          actor,
          'query($filter: DevelopmentPlanFilter) { developmentPlans(filter: $filter) { totalCount } }',
          { filter },
        )
      ).developmentPlans.totalCount;
    expect(await count({})).toBe(2);
    expect(await count({ areaCode: codes.xiaozhuang })).toBe(1);
    expect(await count({ state: ['RUNNING'] })).toBe(1);
    expect(await count({ lifting: true })).toBe(0);
    expect(await count({ measureOverdue: true })).toBe(1);
    expect(await count({ measureOverdue: false })).toBe(1);
    expect(await count({}, people.otherVillage)).toBe(1);
  });

  it('VIL-09 refuses goals, measures and villages that cannot be', async () => {
    const attempt = (more: object) => verdict(people.town, 'recordPlan', { ...draft, ...more });
    expect(await attempt({ goals: [] })).toBe('GOALS_MISSING');
    expect(await attempt({ measures: [] })).toBe('MEASURES_MISSING');
    expect(await attempt({ measures: [{ ...draft.measures[0], responsible: ' ' }] })).toBe('MEASURES_MISSING');
    const plan = await drafted();
    expect(await attempt({ ...seen(plan), areaCode: codes.xiaozhuang })).toBe('PLAN_OF_ANOTHER_VILLAGE');
    expect(await attempt({ ...seen(plan), version: 9 })).toBe('STALE_VERSION');
    await service.database.pool.query(
      `UPDATE village SET status = 'MERGED', merged_on = '2026-06-01', replaced_by = '{${codes.dazhuang}}' WHERE area_code = $1`,
      [codes.wangzhuang],
    );
    expect(await attempt({ areaCode: codes.wangzhuang })).toBe('VILLAGE_MERGED');
  });
});

const merger = (code: string, to: string, on = '2026-06-20') =>
  areaChanged({
    code,
    name: '并村',
    level: 'GRASSROOTS',
    parentCode: codes.east,
    kind: 'VILLAGE',
    validFrom: '2010-01-01',
    validTo: on,
    replacedBy: [to],
  });
const rows = async () =>
  (
    await service.database.pool.query(
      'SELECT area_code, state, valid_from, valid_to, continues_id IS NOT NULL AS continued FROM development_plan ORDER BY area_code, valid_from NULLS FIRST',
    )
  ).rows;

describe('VIL-09 villages that merge (P11)', () => {
  it('VIL-09 drafts go with the village, the plan in force ends with it and is carried on; twice changes nothing', async () => {
    await running({ areaCode: codes.wangzhuang });
    await drafted({ areaCode: codes.wangzhuang });
    service.on('2026-06-20');
    const event = merger(codes.wangzhuang, codes.xiaozhuang);
    await service.receive(event);
    const after = await rows();
    expect(after).toEqual([
      { area_code: codes.xiaozhuang, state: 'DRAFT', valid_from: null, valid_to: null, continued: false },
      {
        area_code: codes.xiaozhuang,
        state: 'RUNNING',
        valid_from: '2026-06-20',
        valid_to: '2028-01-01',
        continued: true,
      },
      {
        area_code: codes.wangzhuang,
        state: 'SUPERSEDED',
        valid_from: '2026-06-15',
        valid_to: '2026-06-20',
        continued: false,
      },
    ]);
    await service.receive(event, { ...event });
    expect(await rows()).toEqual(after);
  });

  it('VIL-09 a successor with a plan of its own keeps it, and a community takes none', async () => {
    await approved({ areaCode: codes.xiaozhuang });
    await approved({ areaCode: codes.wangzhuang });
    await approved();
    await service.receive(
      merger(codes.wangzhuang, codes.xiaozhuang, '2026-06-15'),
      merger(codes.dazhuang, codes.community, '2026-06-15'),
    );
    expect((await rows()).map((row) => [row.area_code, row.state])).toEqual([
      [codes.dazhuang, 'SUPERSEDED'],
      [codes.xiaozhuang, 'APPROVED'],
      [codes.wangzhuang, 'SUPERSEDED'],
    ]);
  });

  it('VIL-09 a village that is recorded by the merger itself takes the plans over', async () => {
    await running({ areaCode: codes.wangzhuang });
    const code = '410823100250';
    await service.database.pool.query(
      `INSERT INTO known_area (code, level, kind, parent_code, valid_from) VALUES ($1, 'GRASSROOTS', 'VILLAGE', $2, '2026-06-15')
       ON CONFLICT (code) DO NOTHING`,
      [code, codes.east],
    );
    await service.receive(merger(codes.wangzhuang, code, '2026-06-15'));
    expect(await rows()).toMatchObject([
      { area_code: codes.wangzhuang, state: 'SUPERSEDED' },
      { area_code: code, state: 'RUNNING', valid_from: '2026-06-15' },
    ]);
    await service.database.pool.query('TRUNCATE development_plan, annual_income CASCADE');
    await service.database.pool.query('DELETE FROM village WHERE area_code = $1', [code]);
  });
});

describe('VIL-09 who may do what', () => {
  const table = (verdicts: Readonly<Partial<Record<Person, string>>>) =>
    Object.fromEntries(
      Object.entries(verdicts).map(([who, expected]) => [who, [people[who as Person], expected] as const]),
    );
  const yes = 'allowed';
  const no = 'NOT_ALLOWED';
  const none = 'NOT_FOUND';
  const nobody = { city: no, county: no, archive: no, otherCounty: no, branch: no, nobody: no, auditor: no } as const;
  const kept = { ...nobody, town: yes, village: yes, otherTown: none, otherVillage: none, agriculture: no } as const;
  const looked = { ...nobody, town: yes, village: no, otherTown: none, otherVillage: no, agriculture: yes } as const;
  const decided = { ...looked, town: no, otherTown: no } as const;

  accessTable(
    'VIL-09 draft',
    () => Promise.resolve(draft),
    (actor, input) => verdict(actor, 'recordPlan', input),
    table({ ...kept, otherTown: no, otherVillage: no }),
  );
  accessTable(
    'VIL-09 change',
    drafted,
    (actor, plan) => verdict(actor, 'recordPlan', { ...draft, ...seen(plan) }),
    table({ ...kept, otherTown: no, otherVillage: no }),
  );
  accessTable(
    'VIL-09 review',
    drafted,
    (actor, plan) => verdict(actor, 'reviewPlan', { ...seen(plan), ...decision }),
    table(kept),
  );
  accessTable('VIL-09 check', reviewed, (actor, plan) => verdict(actor, 'checkPlan', seen(plan)), table(looked));
  accessTable(
    'VIL-09 return',
    checked,
    (actor, plan) => verdict(actor, 'returnPlan', { ...seen(plan), reason: '理由' }),
    table(looked),
  );
  accessTable('VIL-09 approve', checked, (actor, plan) => verdict(actor, 'approvePlan', seen(plan)), table(decided));
  accessTable('VIL-09 start', approved, (actor, plan) => verdict(actor, 'startPlan', seen(plan)), table(kept));
  accessTable(
    'VIL-09 record a result',
    running,
    (actor, plan) => verdict(actor, 'recordPlanResult', { ...seen(plan), no: 1, result: '已完成' }),
    table(kept),
  );
  accessTable(
    'VIL-09 evaluate',
    running,
    (actor, plan) => verdict(actor, 'evaluatePlan', { ...seen(plan), evaluation: '达到' }),
    table(looked),
  );
});
