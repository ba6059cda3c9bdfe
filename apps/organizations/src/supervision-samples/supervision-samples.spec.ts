import type { Actor } from '@jishi/access';
import { classificationChanged } from '@jishi/event-contracts';
import { accessTable, asActor, testService, type TestService } from '@jishi/testing';
import { beginAgain, codes, people, twoTowns } from '../../seeds/two-towns';
import { organizations } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

type Facts = Parameters<typeof classificationChanged>[0];
const classified = (year: number, to: Facts['to'], more: Partial<Facts> = {}) =>
  classificationChanged({
    areaCode: codes.xiaozhuang,
    year,
    from: null,
    to,
    profile: 'county-2023',
    weak: to === 'SHELL' || to === 'WEAK',
    on: `${year + 1}-01-31`,
    ...more,
  });

interface Sample {
  readonly id: string;
  readonly version: number;
}
const list = async (filter: object = {}, actor: Actor = people.co) =>
  (
    await service.data<{ supervisionSamples: { nodes: Sample[] } }>(
      actor,
      `query ($filter: SupervisionSampleFilter) { supervisionSamples(filter: $filter) { nodes {
         id version village { areaCode } area { name } reason year villageClass openedOn closedOn closedBy closedYear note
         exemption { reason until by } } } }`,
      { filter },
    )
  ).supervisionSamples.nodes;
const rows = async () =>
  (await service.database.pool.query('SELECT * FROM supervision_sample ORDER BY area_code, opened_on')).rows;

const exempt = `mutation ($input: ExemptSupervisionSampleInput!) { exemptSupervisionSample(input: $input) { supervisionSample {
  version exemption { reason until by } } } }`;
const annotate = `mutation ($input: AnnotateSupervisionSampleInput!) { annotateSupervisionSample(input: $input) { supervisionSample {
  version note } } }`;

describe('P4 weak villages are supervised', () => {
  it('P4 a village that is weak by a closed year is put on the list, and the next close takes it off', async () => {
    await service.receive(classified(2024, 'WEAK'));
    expect(await list({ open: true })).toMatchObject([
      {
        village: { areaCode: codes.xiaozhuang },
        area: { name: '小庄村' },
        reason: 'WEAK_VILLAGE',
        year: 2024,
        villageClass: 'WEAK',
        openedOn: '2025-01-31',
        closedOn: null,
        closedBy: null,
        exemption: null,
      },
    ]);
    await service.receive(classified(2025, 'REACHED', { from: 'WEAK' }));
    expect(await list({ open: true })).toEqual([]);
    expect(await list({ open: false })).toMatchObject([
      { year: 2024, villageClass: 'REACHED', closedOn: '2026-01-31', closedBy: 'CLASS', closedYear: 2025 },
    ]);
  });

  it('P4 a village below the standard only, or never weak, is not listed', async () => {
    await service.receive(classified(2024, 'BELOW'), classified(2025, 'GOOD'));
    expect(await rows()).toEqual([]);
  });

  it('P4 a shell that becomes weak stays on the list with its first year; falling back opens anew', async () => {
    await service.receive(classified(2023, 'SHELL'), classified(2024, 'WEAK'));
    expect(await list()).toMatchObject([{ year: 2023, villageClass: 'WEAK', openedOn: '2024-01-31' }]);
    await service.receive(classified(2025, 'REACHED'), classified(2026, 'WEAK', { on: '2027-01-31' }));
    expect(await list()).toMatchObject([
      { year: 2023, closedYear: 2025 },
      { year: 2026, closedOn: null },
    ]);
  });

  it('P4 the correction of an older year changes no list of today, the correction of the newest does', async () => {
    await service.receive(classified(2025, 'WEAK'));
    await service.receive(classified(2024, 'REACHED', { on: '2026-03-01' }));
    expect(await list({ open: true })).toHaveLength(1);
    await service.receive(classified(2025, 'REACHED', { on: '2026-03-02' }));
    expect(await list({ open: true })).toEqual([]);
    await service.receive(classified(2024, 'WEAK', { on: '2026-03-03' }));
    expect(await list({ open: true })).toEqual([]);
  });

  it('P4 hears an event twice and late with the same result', async () => {
    const [first, second] = [classified(2024, 'WEAK'), classified(2025, 'REACHED')];
    expect(await service.receive(first, second)).toEqual(['apply', 'apply']);
    const before = await rows();
    expect(await service.receive(first, second, first)).toEqual(['repeated', 'repeated', 'repeated']);
    expect(await rows()).toEqual(before);
    await service.receive(classified(2025, 'REACHED'));
    expect(await list({ open: true })).toEqual([]);
  });

  it('P11 a merged village leaves the list with its code and its successor stands on it; told of it late, nothing opens', async () => {
    await service.receive(classified(2024, 'WEAK'));
    await service.data(
      people.co,
      `mutation ($input: MergeAreasInput!) { mergeAreas(input: $input) { area { code } } }`,
      {
        input: { codes: [codes.xiaozhuang, codes.dazhuang], successor: { code: codes.dazhuang }, on: '2026-06-15' },
      },
    );
    const asBefore = [
      { area_code: codes.dazhuang, year: 2024, opened_on: '2026-06-15', closed_on: null },
      {
        area_code: codes.xiaozhuang,
        year: 2024,
        opened_on: '2025-01-31',
        closed_on: '2026-06-15',
        closed_by: 'AREA_MERGED',
      },
    ];
    expect(await rows()).toMatchObject(asBefore);
    await service.receive(classified(2025, 'WEAK', { on: '2026-06-15' }));
    expect(await rows()).toMatchObject(asBefore);
  });

  it('P11 a weak village that merges into one judged not weak does not put it on the list, for no close would take it off', async () => {
    await service.receive(classified(2024, 'WEAK'));
    await service.receive(classified(2024, 'REACHED', { areaCode: codes.dazhuang }));
    await service.data(
      people.co,
      `mutation ($input: MergeAreasInput!) { mergeAreas(input: $input) { area { code } } }`,
      {
        input: { codes: [codes.xiaozhuang, codes.dazhuang], successor: { code: codes.dazhuang }, on: '2026-06-15' },
      },
    );
    expect(await list({ open: true })).toEqual([]);
    expect(await rows()).toMatchObject([{ area_code: codes.xiaozhuang, closed_by: 'AREA_MERGED' }]);
  });

  it('P4 a village shows its place on the list, a page of villages in one go, and only to those who may see it', async () => {
    await service.receive(classified(2024, 'WEAK'), classified(2024, 'SHELL', { areaCode: codes.liuzhuang }));
    const villages = [codes.xiaozhuang, codes.dazhuang, codes.liuzhuang].map((areaCode) => ({
      __typename: 'Village',
      areaCode,
    }));
    const seen = async (actor: Actor) =>
      (
        await service.data<{ _entities: { supervisionSample: object | null }[] }>(
          actor,
          `query ($villages: [_Any!]!) { _entities(representations: $villages) {
             ... on Village { supervisionSample { villageClass } } } }`,
          { villages },
        )
      )._entities.map(({ supervisionSample }) => supervisionSample);
    expect(await seen(people.co)).toEqual([{ villageClass: 'WEAK' }, null, { villageClass: 'SHELL' }]);
    expect(await seen(people.ts)).toEqual([{ villageClass: 'WEAK' }, null, null]);
    expect(await seen(people.vc)).toEqual([null, null, null]);
  });

  it('X-07 lists by area, and each officer his own places', async () => {
    await service.receive(classified(2024, 'WEAK'), classified(2024, 'SHELL', { areaCode: codes.liuzhuang }));
    expect(await list({ areaCode: codes.west })).toMatchObject([{ villageClass: 'SHELL' }]);
    expect(await list({ areaCode: codes.county })).toHaveLength(2);
    expect(await list({}, people.ts)).toMatchObject([{ villageClass: 'WEAK' }]);
    expect(await list({}, people.tsByArea)).toMatchObject([{ villageClass: 'WEAK' }]);
    expect(await service.verdict(people.br, '{ supervisionSamples { nodes { id } } }')).toBe('NOT_ALLOWED');
  });
});

const elsewhere = asActor('another-county', { role: 'CO', area: '410821' });

describe('X-07 remarks', () => {
  const listed = async (): Promise<Sample> => {
    await service.receive(classified(2024, 'WEAK'));
    return (await list())[0]!;
  };

  it('X-07 an exempted village stays on the list, shows the exemption until its last day, and still leaves by the figures', async () => {
    const { id, version } = await listed();
    const input = { id, version, reason: '书记刚到任', until: '2026-12-31' };
    expect(await service.data(people.co, exempt, { input })).toMatchObject({
      exemptSupervisionSample: {
        supervisionSample: {
          exemption: { reason: '书记刚到任', until: '2026-12-31', by: people.co.account },
        },
      },
    });
    expect(await service.verdict(people.co, exempt, { input })).toBe('STALE_VERSION');
    expect(await list({ open: true })).toHaveLength(1);
    service.on('2027-01-01');
    expect(await list()).toMatchObject([{ exemption: null }]);
    await service.receive(classified(2025, 'REACHED', { on: '2027-01-31' }));
    expect(await service.verdict(people.co, exempt, { input: { id, reason: '理由' } })).toBe('SAMPLE_CLOSED');
  });

  it('X-07 a note is kept, and its author is in the audit trail', async () => {
    const { id } = await listed();
    expect(await service.verdict(people.co, annotate, { input: { id, note: ' ' } })).toBe('REASON_MISSING');
    await service.data(people.co, annotate, { input: { id, note: '已约谈包村干部' } });
    expect(await list()).toMatchObject([{ note: '已约谈包村干部' }]);
    const { rows: trail } = await service.database.pool.query(
      `SELECT actor FROM audit_entry WHERE entity = 'supervision_sample' AND entity_id = $1 AND action = 'UPDATE'`,
      [id],
    );
    expect(trail).toEqual([{ actor: people.co.id }]);
  });

  const who = {
    'county organisation department': [people.co, 'allowed'],
    'city organisation department': [people.cityCo, 'allowed'],
    'organisation department of another county': [elsewhere, 'NOT_FOUND'],
    'its town': [people.ts, 'NOT_ALLOWED'],
    'another town': [people.stranger, 'NOT_ALLOWED'],
    village: [people.vc, 'NOT_ALLOWED'],
    auditor: [people.auditor, 'NOT_ALLOWED'],
    nobody: [people.nobody, 'NOT_ALLOWED'],
  } as const;
  accessTable(
    'X-07 who may exempt a village from the draw',
    listed,
    (actor, { id }) => service.verdict(actor, exempt, { input: { id, reason: '理由' } }),
    who,
  );
  accessTable(
    'X-07 who may note something about a village on the list',
    listed,
    (actor, { id }) => service.verdict(actor, annotate, { input: { id, note: '备注' } }),
    who,
  );
});
