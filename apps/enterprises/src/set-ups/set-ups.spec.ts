import type { Actor } from '@jishi/access';
import { areaChanged } from '@jishi/event-contracts';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { dissolved, established, recorded } from '../../seeds/told';
import { actors, areas, firm, twoTowns } from '../../seeds/two-towns';
import { enterprises } from '../service';

let service: TestService;
let no = 0;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
beforeEach(() => service.on('2026-06-15'));
afterAll(() => service.close());

const idOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** A firm with so many full members, in the community of the east town unless said otherwise. */
async function firmWith(members: number, more: Parameters<typeof firm>[4] = {}): Promise<string> {
  no += 1;
  const id = idOf(3_000 + no);
  await service.asSystem((tx) => firm(tx, id, 3_000 + no, `组建公司${String(no).padStart(3, '0')}`, more));
  for (let index = 0; index < members; index += 1) await service.receive(recorded(no * 100 + index, id));
  await service.forget();
  return id;
}

const payload = `{ task { id version state blocker note dueOn overdue reportedOn closedOn dropReason fullMembers entityCount
  organization { id } entities { id } base { kind name } } warnings { code } }`;
const opening = `mutation($input: OpenSetUpTaskInput!) { step: openSetUpTask(input: $input) ${payload} }`;
const stepping = {
  start: `mutation($input: SetUpTaskStepInput!) { step: startSetUpTask(input: $input) ${payload} }`,
  block: `mutation($input: BlockSetUpTaskInput!) { step: blockSetUpTask(input: $input) ${payload} }`,
  report: `mutation($input: ReportSetUpTaskInput!) { step: reportSetUpTask(input: $input) ${payload} }`,
  drop: `mutation($input: DropSetUpTaskInput!) { step: dropSetUpTask(input: $input) ${payload} }`,
} as const;
interface Task {
  id: string;
  version: number;
  state: string;
  blocker: string | null;
  closedOn: string | null;
  fullMembers: number;
  organization: { id: string } | null;
  entities: { id: string }[];
}
const opened = async (entityIds: readonly string[], more: object = {}, actor: Actor = actors.townEast): Promise<Task> =>
  (
    await service.data<{ step: { task: Task } }>(actor, opening, {
      input: { way: entityIds.length > 1 ? 'JOINT' : 'SINGLE', entityIds, dueOn: '2026-12-31', ...more },
    })
  ).step.task;
const take = async (step: keyof typeof stepping, task: Task, more: object = {}, actor: Actor = actors.twoNewCounty) =>
  (
    await service.data<{ step: { task: Task } }>(actor, stepping[step], {
      input: { id: task.id, version: task.version, ...more },
    })
  ).step.task;
const verdict = (step: keyof typeof stepping, task: Task, more: object, actor: Actor) =>
  service.verdict(actor, stepping[step], { input: { id: task.id, version: task.version, ...more } });
const taskOf = async (id: string): Promise<Task | null> =>
  (
    await service.data<{ setUpTask: Task | null }>(
      actors.countyOrg,
      'query($id: ID!) { setUpTask(id: $id) { id version state blocker closedOn fullMembers organization { id } entities { id } } }',
      { id },
    )
  ).setUpTask;
const stateOf = async (id: string) =>
  (
    await service.data<{ entity: { partyState: string } }>(
      actors.countyOrg,
      'query($id: ID!) { entity(id: $id) { partyState } }',
      { id },
    )
  ).entity.partyState;
const shouldBeBuilt = async (filter: object = {}, actor: Actor = actors.countyOrg) =>
  (
    await service.data<{
      shouldBeBuilt: {
        nodes: {
          entity: { id: string };
          since: string;
          days: number;
          task: { state: string; blocker: string } | null;
        }[];
      };
    }>(
      actor,
      `query($filter: ShouldBeBuiltFilter) { shouldBeBuilt(filter: $filter, first: 100) {
         totalCount nodes { entity { id } fullMembers since days task { state blocker } } } }`,
      { filter },
    )
  ).shouldBeBuilt.nodes;
const told = async () =>
  (await service.emitted()).map(({ type, data }) =>
    type.startsWith('enterprises.party-state')
      ? `${String(data['from'])} → ${String(data['to'])}`
      : type.replace('enterprises.', ''),
  );

describe('ENT-06 from should be built to built (P2)', () => {
  it('ENT-06 the third member puts the firm on the list, a task sets it up, only the active organisation completes it', async () => {
    const id = await firmWith(2);
    const listed = async () => (await shouldBeBuilt()).find(({ entity }) => entity.id === id);
    expect(await listed()).toBeUndefined();
    await service.receive(recorded(no * 100 + 9, id));
    expect(await listed()).toMatchObject({ since: '2026-06-15', days: 0, task: null });

    service.on('2026-06-25');
    let task = await opened([id]);
    expect(await stateOf(id)).toBe('SETTING_UP');
    task = await take('start', task);
    task = await take('block', task, { blocker: 'OWNER', note: '出资人尚在沟通' });
    expect(await listed()).toMatchObject({ days: 10, task: { state: 'WAITING', blocker: 'OWNER' } });
    task = await take('start', task);
    task = await take('report', task, { document: '东发〔2026〕3号' });
    expect(task).toMatchObject({ state: 'REPORTED', blocker: null, note: '出资人尚在沟通', reportedOn: '2026-06-25' });

    const branch = established(no, [id], '2026-06-25');
    await service.receive(branch);
    expect(await taskOf(task.id)).toMatchObject({
      state: 'DONE',
      closedOn: '2026-06-25',
      organization: { id: branch.data.orgId },
    });
    expect([await stateOf(id), await listed()]).toEqual(['ORGANISED', undefined]);
    expect(await told()).toEqual([
      'UNSWEPT → QUALIFIED',
      'QUALIFIED → SETTING_UP',
      'setup.opened.v1',
      'SETTING_UP → ORGANISED',
      'setup.completed.v1',
    ]);
    await service.receive(branch);
    expect(await told()).toHaveLength(5);
  });

  it('ENT-06 filters by area, registrar and task, and shows nobody what lies outside his scope', async () => {
    const [east, west] = [await firmWith(3), await firmWith(3, { areaCode: areas.westCommunity })];
    await opened([east]);
    const among = (rows: { entity: { id: string } }[]) =>
      rows.map(({ entity }) => entity.id).filter((id) => id === east || id === west);
    expect(among(await shouldBeBuilt())).toEqual([east, west]);
    expect(among(await shouldBeBuilt({ areaCode: areas.west }))).toEqual([west]);
    expect(among(await shouldBeBuilt({ withoutTask: true }))).toEqual([west]);
    expect(among(await shouldBeBuilt({ withoutTask: false }))).toEqual([east]);
    expect(among(await shouldBeBuilt({ registrar: 'CA' }))).toEqual([]);
    expect(among(await shouldBeBuilt({}, actors.townWest))).toEqual([west]);
    expect(await shouldBeBuilt({}, actors.stranger)).toEqual([]);
  });

  it('ENT-06 a dropped task leaves the firm on the list, free for another one', async () => {
    const id = await firmWith(3);
    const task = await opened([id]);
    expect(await verdict('drop', task, { reason: ' ' }, actors.twoNewCounty)).toBe('INVALID_INPUT');
    const dropped = await take('drop', task, { reason: '企业将外迁' });
    expect(dropped).toMatchObject({ state: 'DROPPED', dropReason: '企业将外迁', closedOn: '2026-06-15' });
    expect(await stateOf(id)).toBe('QUALIFIED');
    expect((await opened([id])).state).toBe('OPENED');
  });

  it('ENT-06 two people who open at once get one task, two who step at once one step', async () => {
    const id = await firmWith(3);
    const input = { way: 'SINGLE', entityIds: [id], dueOn: '2026-12-31' };
    const both = await Promise.all(
      [actors.townEast, actors.twoNewCounty].map((actor) => service.verdict(actor, opening, { input })),
    );
    expect(both.sort()).toEqual(['SET_UP_TASK_OPEN', 'allowed']);
    const { setUpTasks } = await service.data<{ setUpTasks: { nodes: Task[] } }>(
      actors.countyOrg,
      'query($id: ID) { setUpTasks(filter: { entityId: $id }) { nodes { id version } } }',
      { id },
    );
    const [task] = setUpTasks.nodes;
    const steps = await Promise.all([
      verdict('start', task!, {}, actors.townEast),
      verdict('drop', task!, { reason: '重复' }, actors.twoNewCounty),
    ]);
    expect(steps.sort()).toEqual(['STALE_VERSION', 'allowed']);
  });

  it('ENT-06 the list of tasks is filtered by state, blocker, way and what is overdue', async () => {
    const id = await firmWith(3);
    const task = await take('block', await opened([id], { dueOn: '2026-06-20' }), { blocker: 'TURNOVER' });
    const found = async (filter: object, actor: Actor = actors.countyOrg) =>
      (
        await service.data<{ setUpTasks: { nodes: Task[] } }>(
          actor,
          'query($filter: SetUpTaskFilter) { setUpTasks(filter: $filter, first: 100) { nodes { id overdue } } }',
          { filter },
        )
      ).setUpTasks.nodes.some((node) => node.id === task.id);
    expect(await found({ states: ['WAITING'], blocker: 'TURNOVER', way: 'SINGLE', areaCode: areas.east })).toBe(true);
    expect(await found({ states: ['OPENED'] })).toBe(false);
    expect(await found({ overdue: true })).toBe(false);
    service.on('2026-06-21');
    expect(await found({ overdue: true, registrar: 'MR' })).toBe(true);
    expect(await found({}, actors.townWest)).toBe(false);
  });
});

describe('ENT-05 joint organisations', () => {
  it('ENT-05 a task of three firms with one member each is done when all three are covered', async () => {
    const ids = [await firmWith(1), await firmWith(1), await firmWith(1)];
    const task = await opened(ids, { base: { kind: 'MARKET', name: '东关市场' } });
    expect(task).toMatchObject({ fullMembers: 3, entities: ids.map((id) => ({ id })), base: { name: '东关市场' } });
    expect(await told()).toContain('UNSWEPT → QUALIFIED');
    expect(await Promise.all(ids.map(stateOf))).toEqual(['SETTING_UP', 'SETTING_UP', 'SETTING_UP']);
    await service.receive(established(no, ids.slice(0, 2)));
    expect(await Promise.all(ids.map(stateOf))).toEqual(['ORGANISED', 'ORGANISED', 'SETTING_UP']);
    expect((await taskOf(task.id))?.state).toBe('OPENED');
    await service.receive(established(no + 90_000, ids.slice(2), '2026-06-15', { setUpWay: 'REGIONAL' }));
    expect((await taskOf(task.id))?.state).toBe('DONE');
  });

  it('ENT-05 who could join whom: the same town, or the same trade in the county', async () => {
    const one = await firmWith(1, { areaCode: areas.eastVillage, tradeCode: 'R87' });
    const near = await firmWith(2, { areaCode: areas.eastVillage });
    const trade = await firmWith(1, { areaCode: areas.westCommunity, tradeCode: 'R88' });
    const none = [
      await firmWith(0, { areaCode: areas.eastVillage }),
      await firmWith(3, { areaCode: areas.eastVillage }),
      await firmWith(1, { areaCode: areas.otherTown, tradeCode: 'R87' }),
      await firmWith(1, { areaCode: areas.eastVillage, operating: 'GONE' }),
    ];
    const mine = [one, near, trade, ...none];
    const candidates = async (filter: object, actor: Actor = actors.cityOrg) =>
      (
        await service.data<{ jointCandidates: { nodes: { id: string }[] } }>(
          actor,
          'query($filter: JointCandidateFilter) { jointCandidates(filter: $filter, first: 100) { nodes { id } } }',
          { filter },
        )
      ).jointCandidates.nodes
        .map(({ id }) => id)
        .filter((id) => mine.includes(id));
    expect(await candidates({ with: one })).toEqual([near, trade]);
    expect(await candidates({ with: one, tradeCode: 'r88' })).toEqual([trade]);
    expect(await candidates({ areaCode: areas.eastVillage })).toEqual([one, near]);
    expect(await candidates({}, actors.townEast)).toEqual([one, near]);
    // Who does not see the partner does not learn its town or its trade from who would fit it.
    expect(await candidates({ with: one }, actors.townWest)).toEqual([]);
    const groups = await service.data<{ jointGroups: object[] }>(
      actors.countyOrg,
      'query($area: AreaCode!) { jointGroups(areaCode: $area, by: TRADE) { tradeSection area { code } entities fullMembers enough } }',
      { area: areas.county },
    );
    expect(groups.jointGroups).toContainEqual({
      tradeSection: 'R',
      area: null,
      entities: 2,
      fullMembers: 2,
      enough: false,
    });
    const towns = await service.data<{ jointGroups: object[] }>(
      actors.countyOrg,
      'query($area: AreaCode!) { jointGroups(areaCode: $area, by: TOWN) { area { code } entities fullMembers enough } }',
      { area: areas.eastVillage },
    );
    expect(towns.jointGroups).toEqual([{ area: { code: areas.east }, entities: 2, fullMembers: 3, enough: true }]);
  });

  it('ENT-05 refuses what the rules do not allow, with the place in the form and the rule', async () => {
    const [large, small] = [await firmWith(3), await firmWith(1)];
    const { errors } = await service.ask(actors.townEast, opening, {
      input: { way: 'JOINT', entityIds: [large, small], dueOn: '2026-12-31' },
    });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'JOINT_HOST_TOO_LARGE',
      field: 'entityIds',
      citation: { rule: 'org.joint-branch.full-members-below' },
    });
    const open = (input: object) =>
      service.verdict(actors.townEast, opening, { input: { way: 'SINGLE', dueOn: '2026-12-31', ...input } });
    expect(await open({ entityIds: [] })).toBe('INVALID_INPUT');
    expect(await open({ entityIds: [small] })).toBe('MEMBERS_TOO_FEW');
    expect(await open({ entityIds: [large], base: { kind: 'PARK', name: ' ' } })).toBe('BASE_NAME_MISSING');
    const west = await firmWith(2, { areaCode: areas.westCommunity });
    expect(await open({ way: 'JOINT', entityIds: [small, west] })).toBe('NOT_FOUND');
  });
});

describe('ENT-06 what happens to the firms of a task', () => {
  const version = async (id: string) =>
    (await service.database.pool.query<{ version: number }>('SELECT version FROM entity WHERE id = $1', [id])).rows[0]!
      .version;
  const close = async (id: string) =>
    service.data(
      actors.marketCounty,
      'mutation($input: CloseEntityInput!) { closeEntity(input: $input) { entity { id } } }',
      { input: { id, version: await version(id), on: '2026-06-15', reason: '注销' } },
    );

  it('ENT-06 a firm that closes leaves its joint task; the task of a single one falls away', async () => {
    const ids = [await firmWith(1), await firmWith(1), await firmWith(1)];
    const [joint, single] = [await opened(ids), await opened([await firmWith(3)])];
    await close(ids[0]!);
    expect(await taskOf(joint.id)).toMatchObject({ state: 'OPENED', entities: [{ id: ids[1] }, { id: ids[2] }] });
    await close(single.entities[0]!.id);
    expect(await taskOf(single.id)).toMatchObject({ state: 'DROPPED', closedOn: '2026-06-15' });
  });

  it('ENT-06 an open task stands where the entity that leads it stands: after a move, a merger or the end of the first', async () => {
    const seenBy = async (id: string) =>
      Promise.all(
        [actors.townEast, actors.townWest].map(
          async (actor) =>
            (
              await service.data<{ setUpTask: object | null }>(actor, 'query($id: ID!) { setUpTask(id: $id) { id } }', {
                id,
              })
            ).setUpTask !== null,
        ),
      );
    const change = async (name: string, type: string, input: object) =>
      service.data(actors.marketCounty, `mutation($input: ${type}!) { ${name}(input: $input) { entity { id } } }`, {
        input,
      });
    const versionOf = async (id: string) =>
      (
        await service.data<{ entity: { version: number } }>(
          actors.countyOrg,
          'query($id: ID!) { entity(id: $id) { version } }',
          { id },
        )
      ).entity.version;

    const moving = await firmWith(3);
    const moved = await opened([moving]);
    expect(await seenBy(moved.id)).toEqual([true, false]);
    const input = { id: moving, version: await versionOf(moving), areaCode: areas.westCommunity };
    await change('changeEntity', 'ChangeEntityInput', input);
    expect(await seenBy(moved.id)).toEqual([false, true]);

    const [kept, duplicate] = [await firmWith(0, { areaCode: areas.westCommunity }), await firmWith(3)];
    const handed = await opened([duplicate]);
    await change('mergeEntities', 'MergeEntitiesInput', { keepId: kept, mergedId: duplicate, reason: '重复登记' });
    expect(await seenBy(handed.id)).toEqual([false, true]);
  });

  it('ENT-06 the task of a duplicate goes on with the record that is kept', async () => {
    const [kept, merged] = [await firmWith(0), await firmWith(3)];
    const task = await opened([merged]);
    await service.data(
      actors.marketCounty,
      'mutation($input: MergeEntitiesInput!) { mergeEntities(input: $input) { entity { id } } }',
      { input: { keepId: kept, mergedId: merged, reason: '重复登记' } },
    );
    expect(await taskOf(task.id)).toMatchObject({ state: 'OPENED', fullMembers: 3, entities: [{ id: kept }] });
    expect([await stateOf(kept), await stateOf(merged)]).toEqual(['SETTING_UP', 'CLOSED']);
  });

  it('ENT-06 the task of a duplicate of an organised firm falls away, and that of partners is done when nobody else waits', async () => {
    const merge = (keepId: string, mergedId: string) =>
      service.data(
        actors.marketCounty,
        'mutation($input: MergeEntitiesInput!) { mergeEntities(input: $input) { entity { id } } }',
        { input: { keepId, mergedId, reason: '重复登记' } },
      );
    const [kept, merged, partner, again] = [await firmWith(3), await firmWith(3), await firmWith(1), await firmWith(2)];
    await service.receive(established(no, [kept]));
    const single = await opened([merged]);
    const joint = await opened([partner, again]);
    await merge(kept, merged);
    await merge(kept, again);
    expect(await taskOf(single.id)).toMatchObject({ state: 'DROPPED' });
    expect(await taskOf(joint.id)).toMatchObject({ state: 'OPENED', entities: [{ id: partner }] });
    expect([await stateOf(kept), await stateOf(partner)]).toEqual(['ORGANISED', 'SETTING_UP']);
  });

  it('ENT-06 an organisation that is dissolved before the task is over puts the firm back into setting up', async () => {
    const ids = [await firmWith(2), await firmWith(2)];
    const task = await opened(ids);
    await service.receive(established(no, [ids[0]!]), dissolved(no, ids[0]!, '2026-06-15'));
    expect(await stateOf(ids[0]!)).toBe('SETTING_UP');
    expect((await taskOf(task.id))?.state).toBe('OPENED');
  });

  it('ENT-06 open tasks follow their area when areas merge (P11)', async () => {
    const gone = '410811101202';
    await service.asSystem((tx) =>
      tx.query(
        `INSERT INTO known_area (code, level, kind, valid_from) VALUES ($1, 'GRASSROOTS', 'VILLAGE', '2015-01-01')`,
        [gone],
      ),
    );
    const task = await opened([await firmWith(3, { areaCode: gone })]);
    const over = await take('drop', await opened([await firmWith(3, { areaCode: gone })]), { reason: '外迁' });
    await service.receive(
      areaChanged({
        code: gone,
        name: '并入村',
        level: 'GRASSROOTS',
        parentCode: areas.east,
        kind: 'VILLAGE',
        validFrom: '2015-01-01',
        validTo: '2026-06-15',
        replacedBy: [areas.eastVillage],
      }),
    );
    const { rows } = await service.database.pool.query(
      'SELECT id, area_code FROM set_up_task WHERE id = ANY($1) ORDER BY area_code',
      [[task.id, over.id]],
    );
    expect(rows).toEqual([
      { id: task.id, area_code: areas.eastVillage },
      { id: over.id, area_code: gone },
    ]);
    expect((await taskOf(task.id))?.state).toBe('OPENED');
  });
});

describe('ENT-06 who may', () => {
  const yes = 'allowed';
  const no_ = 'NOT_ALLOWED';
  const none = 'NOT_FOUND';
  const everybody = (verdicts: Partial<Record<keyof typeof actors, string>>) =>
    Object.fromEntries(
      Object.entries(verdicts).map(([name, expected]) => [
        name,
        [actors[name as keyof typeof actors], expected] as const,
      ]),
    );
  accessTable(
    'ENT-06 open',
    () => firmWith(3),
    (actor, id) => service.verdict(actor, opening, { input: { way: 'SINGLE', entityIds: [id], dueOn: '2026-12-31' } }),
    everybody({
      townEast: yes,
      twoNewCounty: yes,
      countyOrg: yes,
      cityOrg: yes,
      townWest: none,
      stranger: none,
      village: no_,
      marketCounty: no_,
      instructor: no_,
      branch: no_,
      nobody: no_,
      auditor: no_,
    }),
  );
  for (const step of ['start', 'block', 'report'] as const)
    accessTable(
      `ENT-06 ${step}`,
      async () => {
        const task = await opened([await firmWith(3)]);
        return step === 'report' ? take('start', task) : task;
      },
      (actor, task) => verdict(step, task, step === 'block' ? { blocker: 'OTHER' } : {}, actor),
      everybody({
        townEast: yes,
        twoNewCounty: yes,
        countyOrg: yes,
        townWest: none,
        stranger: none,
        village: no_,
        marketCounty: no_,
        branch: no_,
        nobody: no_,
        auditor: no_,
      }),
    );
  accessTable(
    'ENT-06 drop',
    async () => opened([await firmWith(3)]),
    (actor, task) => verdict('drop', task, { reason: '外迁' }, actor),
    everybody({
      twoNewCounty: yes,
      countyOrg: yes,
      cityOrg: yes,
      townEast: no_,
      townWest: no_,
      stranger: no_,
      marketCounty: no_,
      nobody: no_,
      auditor: no_,
    }),
  );
});
