import type { CivilDate } from '@jishi/periods';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { booksOf, textOf, type Entry, type Mutation } from '../../seeds/books';
import { beginAgain, codes, cooperatives, people, twoTowns, type PersonName } from '../../seeds/two-towns';
import { villages } from '../service';

let service: TestService;
const { act, verdict, seen, drafted, submitted, reviewed, approved, approve, yearNow } = booksOf(() => service);
beforeAll(async () => {
  service = await testService(villages, twoTowns);
}, 120_000);
beforeEach(() => beginAgain(service));
afterAll(() => service.close());

const enter = (more: object) => ({
  areaCode: codes.dazhuang,
  period: '2026-01',
  kind: 'OPERATION',
  amount: '10.00',
  proof: '凭证',
  ...more,
});

describe('VIL-02 an income entry', () => {
  it('VIL-02 counts when it is approved, and not before', async () => {
    await reviewed({ amount: '300.00' });
    expect(await yearNow(2026)).toMatchObject({ total: '0.00', pending: '300.00', provisional: true, state: 'OPEN' });
    await approved({ amount: '1000.50' });
    await approved({ amount: '2000.00', kind: 'GRANT' });
    expect(await yearNow(2026)).toMatchObject({ total: '3000.50', operating: '1000.50', pending: '300.00' });
    const { annualIncome } = await service.data<{ annualIncome: { byKind: object[] } }>(
      people.vc,
      `{ annualIncome(areaCode: "${codes.dazhuang}", year: 2026) { byKind { kind amount } } }`,
    );
    expect(annualIncome.byKind).toEqual(
      expect.arrayContaining([
        { kind: 'OPERATION', amount: '1000.50' },
        { kind: 'GRANT', amount: '2000.00' },
        { kind: 'OTHER', amount: '0.00' },
      ]),
    );
  });

  it('VIL-02 counts as operating by its kind, or otherwise with a reason', async () => {
    expect(await drafted({ kind: 'GRANT' })).toMatchObject({ operating: false });
    expect(await drafted({ kind: 'LEASE' })).toMatchObject({ operating: true, operatingReason: null });
    const odd = enter({ kind: 'GRANT', operating: true });
    expect(await verdict(people.vc, 'enterIncome', odd)).toBe('OPERATING_REASON_MISSING');
    expect(await act(people.vc, 'enterIncome', { ...odd, operatingReason: '以奖代补，按产出结算' })).toMatchObject({
      operating: true,
      operatingReason: '以奖代补，按产出结算',
    });
  });

  it.each([
    ['a month that is none', { period: '2026-13' }, 'PERIOD_IS_NO_MONTH'],
    ['a month to come', { period: '2026-03' }, 'PERIOD_IN_THE_FUTURE'],
    ['nothing', { amount: '0.00' }, 'AMOUNT_NOT_POSITIVE'],
    ['less than nothing', { amount: '-5.00' }, 'AMOUNT_NOT_POSITIVE'],
    ['a dividend without its cooperative', { kind: 'COOP_SHARE' }, 'COOPERATIVE_MISSING'],
    ['a third of a fen', { amount: '0.333' }, 'INVALID_INPUT'],
    ['a village that is none', { areaCode: codes.community }, 'NOT_FOUND'],
  ])('VIL-02 takes no entry of %s', async (_, more, code) => {
    expect(await verdict(people.vc, 'enterIncome', enter(more))).toBe(code);
  });

  it('VIL-02 nobody books a dividend of a cooperative that he does not see, neither at once nor by a correction', async () => {
    const share = { kind: 'COOP_SHARE', cooperativeId: cooperatives.xiaozhuang };
    expect(await verdict(people.vc, 'enterIncome', enter(share))).toBe('NOT_FOUND');
    expect(await verdict(people.ts, 'enterIncome', enter(share))).toBe('allowed');
    const { id, version } = await drafted({ kind: 'COOP_SHARE', cooperativeId: cooperatives.dazhuang });
    const { areaCode: _, ...corrected } = enter({ id, version, ...share });
    expect(await verdict(people.vc, 'correctIncomeEntry', corrected)).toBe('NOT_FOUND');
  });

  it('VIL-02 a dividend names its cooperative, and is found by it', async () => {
    const cooperativeId = cooperatives.dazhuang;
    await approved({ kind: 'COOP_SHARE', cooperativeId });
    await drafted();
    const found = await service.data(
      people.vc,
      'query($id: ID!) { incomeEntries(filter: { cooperativeId: $id }) { totalCount nodes { kind state operating } } }',
      { id: cooperativeId },
    );
    expect(found).toEqual({
      incomeEntries: { totalCount: 1, nodes: [{ kind: 'COOP_SHARE', state: 'APPROVED', operating: true }] },
    });
  });

  it('VIL-02 is not submitted without a proof, and not reviewed by its author', async () => {
    const bare = await drafted({ proof: ' ' });
    expect(await verdict(people.vc, 'submitIncome', seen(bare))).toBe('PROOF_MISSING');
    const own = await act<Entry>(people.ts, 'enterIncome', enter({}));
    const sent = await act<Entry>(people.ts, 'submitIncome', seen(own));
    expect(await verdict(people.ts, 'reviewIncome', seen(sent))).toBe('REVIEWER_IS_AUTHOR');
    const looked = await act<Entry>(people.tsHead, 'reviewIncome', seen(sent));
    for (const who of [people.ts, people.tsHead])
      expect(await verdict(who, 'approveIncome', seen(looked))).toBe('APPROVER_TOOK_PART');
    expect(await act(people.ag, 'approveIncome', seen(looked))).toMatchObject({ state: 'APPROVED' });
  });

  it('VIL-02 is returned with a reason, before the review and after it, corrected and submitted again', async () => {
    const sent = await submitted();
    expect(await verdict(people.ts, 'returnIncome', { ...seen(sent), reason: ' ' })).toBe('INVALID_INPUT');
    const back = await act<Entry>(people.ts, 'returnIncome', { ...seen(sent), reason: '金额与发票不符' });
    expect(back.state).toBe('DRAFT');
    const input = { period: '2026-01', kind: 'OPERATION', amount: '900.00', proof: '发票002' };
    const better = await act<Entry>(people.vc, 'correctIncomeEntry', { ...seen(back), ...input });
    const again = await act<Entry>(people.vc, 'submitIncome', seen(better));
    const looked = await act<Entry>(people.ts, 'reviewIncome', seen(again));
    expect(await act(people.ag, 'returnIncome', { ...seen(looked), reason: '抽查未通过' })).toMatchObject({
      state: 'DRAFT',
    });
  });

  const everyStep: readonly Mutation[] = [
    'submitIncome',
    'discardIncome',
    'reviewIncome',
    'returnIncome',
    'approveIncome',
  ];
  it.each([
    ['draft', drafted, ['submitIncome', 'discardIncome']],
    ['submitted', submitted, ['reviewIncome', 'returnIncome']],
    ['reviewed', reviewed, ['returnIncome', 'approveIncome']],
    ['approved', approved, []],
  ] as const)('VIL-02 from %s only the steps of the table lead on', async (_, prepare, allowed) => {
    for (const step of everyStep) {
      const entry = await prepare();
      const reason = step === 'returnIncome' ? { reason: '理由' } : {};
      const by =
        step === 'approveIncome' || step === 'reviewIncome' || step === 'returnIncome' ? people.tsHead : people.vc;
      expect([step, await verdict(by, step, { ...seen(entry), ...reason })]).toEqual([
        step,
        (allowed as readonly string[]).includes(step) ? 'allowed' : 'STEP_NOT_POSSIBLE',
      ]);
    }
  });

  it('VIL-02 what is approved is not changed, and an old version is told so', async () => {
    const entry = await approved();
    const input = { period: '2026-01', kind: 'OTHER', amount: '1.00' };
    expect(await verdict(people.vc, 'correctIncomeEntry', { ...seen(entry), ...input })).toBe('ENTRY_IS_NO_DRAFT');
    expect(await verdict(people.vc, 'correctIncomeEntry', { id: entry.id, version: 1, ...input })).toBe(
      'STALE_VERSION',
    );
  });

  it('VIL-02 shows what may be done with it, and why not', async () => {
    const { id } = await submitted();
    const { incomeEntry } = await service.data<{
      incomeEntry: { actions: { step: string; allowed: boolean; reasons: { code: string }[] }[] };
    }>(people.ts, 'query($id: ID!) { incomeEntry(id: $id) { actions { step allowed reasons { code } } } }', { id });
    expect(
      Object.fromEntries(
        incomeEntry.actions.map(({ step, allowed, reasons }) => [step, allowed || reasons.map(({ code }) => code)]),
      ),
    ).toEqual({
      submit: ['STEP_NOT_POSSIBLE'],
      discard: ['STEP_NOT_POSSIBLE'],
      review: true,
      return: true,
      approve: ['STEP_NOT_POSSIBLE'],
      sendBack: ['STEP_NOT_POSSIBLE'],
    });
  });
});

describe('VIL-02 counter-entries and closed quarters', () => {
  const reversal = (entry: Entry, more: object = {}) => ({
    entryId: entry.id,
    period: '2026-02',
    proof: '更正单',
    ...more,
  });

  it('VIL-02 an approved entry is corrected by a counter-entry, at most by what is left of it', async () => {
    const entry = await approved({ amount: '1000.00' });
    const back = await act<Entry>(people.vc, 'reverseIncome', reversal(entry, { amount: '400.00' }));
    expect(back).toMatchObject({ amount: '-400.00', state: 'DRAFT', reversalOf: { id: entry.id }, operating: true });
    expect(await yearNow(2026)).toMatchObject({ total: '1000.00' });
    await approve(back);
    expect(await yearNow(2026)).toMatchObject({ total: '600.00', operating: '600.00' });
    expect(await verdict(people.vc, 'reverseIncome', reversal(entry, { amount: '600.01' }))).toBe('REVERSAL_TOO_LARGE');
    expect(await verdict(people.vc, 'reverseIncome', reversal(back))).toBe('REVERSAL_OF_REVERSAL');
    expect(await verdict(people.vc, 'reverseIncome', reversal(await reviewed()))).toBe('ENTRY_NOT_APPROVED');
    await approve(await act<Entry>(people.vc, 'reverseIncome', reversal(entry)));
    expect(await yearNow(2026)).toMatchObject({ total: '0.00' });
    expect(await verdict(people.vc, 'reverseIncome', reversal(entry))).toBe('AMOUNT_NOT_POSITIVE');
  });

  it('VIL-02 two counter-entries at the same moment do not take more than there is', async () => {
    const entry = await approved({ amount: '1000.00' });
    const both = await Promise.all(
      [people.vc, people.ts].map((who) => verdict(who, 'reverseIncome', reversal(entry, { amount: '700.00' }))),
    );
    expect(both.sort()).toEqual(['REVERSAL_TOO_LARGE', 'allowed']);
  });

  it('VIL-02 a closed quarter takes nothing for its months; corrections count in an open month', async () => {
    const entry = await approved({ amount: '500.00' });
    const pending = await submitted();
    service.on('2026-04-05' as CivilDate);
    const close = async (quarter: number) => ({ ...seen(await yearNow(2026)), quarter });
    expect(await verdict(people.ts, 'closeIncomeQuarter', await close(2))).toBe('QUARTER_OUT_OF_ORDER');
    expect(await verdict(people.ts, 'closeIncomeQuarter', await close(1))).toBe('ENTRIES_UNFINISHED');
    await act(people.ts, 'returnIncome', { ...seen(pending), reason: '撤回' });
    await act(people.vc, 'discardIncome', { id: pending.id, version: pending.version + 1 });
    expect(await act(people.ts, 'closeIncomeQuarter', await close(1))).toMatchObject({ closedQuarters: 1 });
    expect(await verdict(people.ts, 'closeIncomeQuarter', await close(2))).toBe('QUARTER_NOT_OVER');
    expect(await verdict(people.vc, 'enterIncome', enter({ period: '2026-03' }))).toBe('QUARTER_CLOSED');
    expect(await verdict(people.vc, 'reverseIncome', reversal(entry))).toBe('QUARTER_CLOSED');
    const next = await act<Entry>(people.vc, 'enterIncome', enter({ period: '2026-04' }));
    const moved = { ...seen(next), period: '2026-02', kind: 'OPERATION', amount: '10.00' };
    expect(await verdict(people.vc, 'correctIncomeEntry', moved)).toBe('QUARTER_CLOSED');
    await approve(await act<Entry>(people.vc, 'reverseIncome', reversal(entry, { period: '2026-04' })));
    expect(await yearNow(2026)).toMatchObject({ total: '0.00' });
  });
});

describe('VIL-02 who does what with an entry', () => {
  const all = (verdicts: Readonly<Partial<Record<PersonName, string>>>) =>
    Object.fromEntries(
      Object.entries(verdicts).map(([name, expected]) => [name, [people[name as PersonName], expected] as const]),
    );
  const step =
    (name: Mutation, more: object = {}) =>
    (actor: (typeof people)[PersonName], entry: Entry) =>
      service.verdict(actor, textOf(name), { input: { ...seen(entry), ...more } });
  const [yes, no, none] = ['allowed', 'NOT_ALLOWED', 'NOT_FOUND'];

  accessTable(
    'VIL-02 enter',
    async () => enter({}),
    (actor, input) => verdict(actor, 'enterIncome', input),
    all({
      vc: yes,
      ts: yes,
      tsHead: yes,
      ag: no,
      co: no,
      vcNext: none,
      stranger: none,
      un: no,
      br: no,
      auditor: no,
      nobody: no,
    }),
  );
  accessTable(
    'VIL-02 submit',
    () => drafted(),
    step('submitIncome'),
    all({ vc: yes, ts: yes, ag: no, co: no, vcNext: none, stranger: none, auditor: no, nobody: no }),
  );
  accessTable(
    'VIL-02 discard',
    () => drafted(),
    step('discardIncome'),
    all({ vc: yes, ts: yes, ag: no, co: no, vcNext: none, stranger: none, nobody: no }),
  );
  accessTable(
    'VIL-02 correct',
    () => drafted(),
    step('correctIncomeEntry', { period: '2026-02', kind: 'LEASE', amount: '5.00' }),
    all({ vc: yes, ts: yes, ag: no, co: no, vcNext: none, stranger: none, nobody: no }),
  );
  accessTable(
    'VIL-02 review',
    () => submitted(),
    step('reviewIncome'),
    all({ ts: yes, tsHead: yes, vc: no, ag: no, co: no, stranger: none, nobody: no }),
  );
  accessTable(
    'VIL-02 return what was submitted',
    () => submitted(),
    step('returnIncome', { reason: '理由' }),
    all({ ts: yes, ag: no, vc: no, co: no, stranger: none, otherAg: none, nobody: no }),
  );
  accessTable(
    'VIL-02 return what was reviewed',
    () => reviewed(),
    step('returnIncome', { reason: '理由' }),
    all({ ag: yes, tsHead: yes, vc: no, co: no, stranger: none, otherAg: none, nobody: no }),
  );
  accessTable(
    'VIL-02 approve',
    () => reviewed(),
    step('approveIncome'),
    all({ ag: yes, tsHead: yes, vc: no, co: no, stranger: none, otherAg: none, auditor: no, nobody: no }),
  );
  accessTable(
    'VIL-02 reverse',
    () => approved(),
    (actor, { id }) => verdict(actor, 'reverseIncome', { entryId: id, period: '2026-02', proof: '更正单' }),
    all({ vc: yes, ts: yes, ag: no, co: no, vcNext: none, stranger: none, nobody: no }),
  );
});
