import { DomainError } from '@jishi/errors';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { CivilDate } from '@jishi/periods';
import fc from 'fast-check';
import { lifecycle, system, type Guard } from './index';

type State = 'DRAFT' | 'ISSUED' | 'ARRIVED' | 'CLOSED' | 'EXPIRED' | 'REFUSED' | 'CANCELLED';
interface Facts {
  readonly today: CivilDate;
  readonly validUntil: CivilDate | null;
  readonly receiverMembers: number;
  readonly reason?: string;
}

const letterExpired: Guard<Facts> = ({ today, validUntil }) =>
  validUntil !== null &&
  today > validUntil && {
    code: 'LETTER_EXPIRED',
    field: 'validUntil',
    wording: { zh: '介绍信有效期至{validUntil}', en: 'The letter was valid until {validUntil}' },
    citation: citationOf(ruleInForce('transfer.letter-validity', today)),
    params: { validUntil },
  };
const letterStillValid: Guard<Facts> = ({ today, validUntil }) =>
  validUntil !== null &&
  today <= validUntil && {
    code: 'LETTER_STILL_VALID',
    wording: { zh: '介绍信仍在有效期内', en: 'The letter is still valid' },
  };
const receiverWouldBeOversize: Guard<Facts> = ({ receiverMembers, today }) => {
  const ceiling = ruleInForce('org.branch.ceiling', today);
  return (
    receiverMembers + 1 > ceiling.value && {
      code: 'OVERSIZE',
      wording: { zh: '接收后超过{ceiling}人', en: 'The branch would have more than {ceiling} members' },
      params: { ceiling: ceiling.value },
    }
  );
};

const transferSteps = lifecycle<Facts, State>({
  zh: '接转',
  en: 'transfer',
  states: {
    DRAFT: { zh: '草拟', en: 'draft' },
    ISSUED: { zh: '已开信', en: 'issued' },
    ARRIVED: { zh: '已接收', en: 'arrived' },
    CLOSED: { zh: '已回执', en: 'closed' },
    EXPIRED: { zh: '逾期', en: 'expired' },
    REFUSED: { zh: '退回', en: 'refused' },
    CANCELLED: { zh: '已撤回', en: 'cancelled' },
  },
})({
  issue: { zh: '开具介绍信', en: 'issue the letter', from: 'DRAFT', to: 'ISSUED', who: 'transfers:issue' },
  accept: {
    zh: '接收',
    en: 'accept',
    from: 'ISSUED',
    to: 'ARRIVED',
    who: 'transfers:accept',
    unless: [letterExpired],
    warn: [receiverWouldBeOversize],
  },
  refuse: { zh: '退回', en: 'refuse', from: 'ISSUED', to: 'REFUSED', who: 'transfers:accept', needs: ['reason'] },
  expire: { zh: '转为逾期', en: 'expire', from: 'ISSUED', to: 'EXPIRED', who: system, unless: [letterStillValid] },
  close: { zh: '寄回回执', en: 'return the slip', from: 'ARRIVED', to: 'CLOSED', who: 'transfers:accept' },
  cancel: { zh: '撤回', en: 'cancel', from: ['DRAFT', 'ISSUED'], to: 'CANCELLED', who: 'transfers:open' },
});

const facts = { today: '2026-03-01', validUntil: '2026-03-31', receiverMembers: 30 } as const;
const everything = () => true;
const refusalOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return { kind: error.kind, ...error.refusal };
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('a lifecycle', () => {
  it('MEM-03 takes a step that the table lists and the rules allow', () => {
    expect(transferSteps.take('accept', { ...facts, state: 'ISSUED' }, everything)).toEqual({
      to: 'ARRIVED',
      warnings: [],
    });
  });

  it('MEM-03 the last day of the letter still counts, the next day is refused with field and citation', () => {
    const onDay = (today: CivilDate) => () =>
      transferSteps.take('accept', { ...facts, today, state: 'ISSUED' }, everything);
    expect(onDay('2026-03-31')().to).toBe('ARRIVED');
    expect(refusalOf(onDay('2026-04-01'))).toMatchObject({
      kind: 'RULE_BROKEN',
      code: 'LETTER_EXPIRED',
      field: 'validUntil',
      citation: { rule: 'transfer.letter-validity' },
    });
  });

  it('MEM-03 warns, but does not refuse, when the receiving branch would pass its ceiling', () => {
    const taken = transferSteps.take('accept', { ...facts, receiverMembers: 50, state: 'ISSUED' }, everything);
    expect(taken.warnings.map(({ code }) => code)).toEqual(['OVERSIZE']);
  });

  it('forbids a step from a state the table does not list, naming the current state in Chinese', () => {
    const refusal = refusalOf(() => transferSteps.take('accept', { ...facts, state: 'CLOSED' }, everything));
    expect(refusal).toMatchObject({
      kind: 'RULE_BROKEN',
      code: 'STEP_NOT_POSSIBLE',
      params: { state: 'CLOSED', step: 'accept' },
    });
    expect(refusal.wording.zh).toBe('接转现在是“已回执”，不能接收；只有“已开信”时可以');
    expect(refusal.wording.en).toBe('The transfer is now "closed"; to accept it must be "issued"');
  });

  it('says NOT_ALLOWED before anything about the state', () => {
    expect(refusalOf(() => transferSteps.take('accept', { ...facts, state: 'CLOSED' }, () => false))).toMatchObject({
      kind: 'NOT_ALLOWED',
      params: { permission: 'transfers:accept' },
    });
  });

  it('keeps the clock’s steps from people, and from the clock as long as a fact stands against them', () => {
    const late = { ...facts, today: '2026-04-01', state: 'ISSUED' } as const;
    expect(refusalOf(() => transferSteps.take('expire', late, everything)).kind).toBe('NOT_ALLOWED');
    expect(transferSteps.take('expire', late, system).to).toBe('EXPIRED');
    expect(refusalOf(() => transferSteps.take('expire', { ...late, today: '2026-03-31' }, system)).code).toBe(
      'LETTER_STILL_VALID',
    );
  });

  it('asks for the facts a step needs; blanks are no reason', () => {
    const refuse = (reason?: string) => () =>
      transferSteps.take('refuse', { ...facts, reason, state: 'ISSUED' }, everything);
    expect(refusalOf(refuse('  '))).toMatchObject({
      kind: 'INVALID_INPUT',
      field: 'reason',
      wording: { zh: '退回必须填写理由' },
    });
    expect(refuse('与本支部无隶属关系')().to).toBe('REFUSED');
  });

  it('offers every step of a person, with all reasons against it', () => {
    const late = { ...facts, today: '2026-04-01', state: 'ISSUED' } as const;
    const offers = transferSteps.offer(late, (permission) => permission === 'transfers:open');
    expect(offers.map(({ step, allowed, refusals }) => [step, allowed, refusals.map(({ code }) => code)])).toEqual([
      ['issue', false, ['NOT_ALLOWED', 'STEP_NOT_POSSIBLE']],
      ['accept', false, ['NOT_ALLOWED', 'LETTER_EXPIRED']],
      ['refuse', false, ['NOT_ALLOWED']],
      ['close', false, ['NOT_ALLOWED', 'STEP_NOT_POSSIBLE']],
      ['cancel', true, []],
    ]);
    expect(offers.find(({ step }) => step === 'refuse')?.needs).toEqual(['reason']);
  });

  it('knows no other step or state, at compile time and at run time', () => {
    // @ts-expect-error the table has no such step
    expect(() => transferSteps.take('teleport', { ...facts, state: 'DRAFT' }, everything)).toThrow(
      'no step "teleport"',
    );
    const words = { zh: '门', en: 'door', states: { OPEN: { zh: '开', en: 'open' } } };
    expect(() =>
      // @ts-expect-error no such state
      lifecycle<object, 'OPEN'>(words)({ shut: { zh: '关', en: 'shut', from: 'OPEN', to: 'SHUT', who: 'door:shut' } }),
    ).toThrow('speaks of the state "SHUT"');
  });

  it('takes "*" for any open state, never for a final one', () => {
    const state = (zh: string, en: string) => ({ zh, en });
    const member = lifecycle<object, 'PROBATIONARY' | 'FULL' | 'LEFT' | 'DECEASED'>({
      zh: '党员',
      en: 'member',
      states: {
        PROBATIONARY: state('预备', 'probationary'),
        FULL: state('正式', 'full'),
        LEFT: state('出党', 'left'),
        DECEASED: state('死亡', 'deceased'),
      },
    })({
      confirm: { zh: '转正', en: 'confirm', from: 'PROBATIONARY', to: 'FULL', who: 'members:confirm' },
      leave: { zh: '出党', en: 'leave', from: 'FULL', to: 'LEFT', who: 'members:depart' },
      die: { zh: '登记死亡', en: 'record the death', from: '*', to: 'DECEASED', who: 'members:depart' },
    });
    expect(member.take('die', { state: 'FULL' }, everything).to).toBe('DECEASED');
    expect(refusalOf(() => member.take('die', { state: 'LEFT' }, everything)).code).toBe('STEP_NOT_POSSIBLE');
    expect(refusalOf(() => member.take('die', { state: 'DECEASED' }, everything)).code).toBe('STEP_NOT_POSSIBLE');
    expect(member.isFinal('LEFT')).toBe(true);
    expect(member.isFinal('FULL')).toBe(false);
  });

  it('draws itself', () => {
    expect(transferSteps.diagram()).toContain('  ISSUED --> ARRIVED : 接收 (transfers accept)');
    expect(transferSteps.diagram('en').split('\n')).toEqual(
      expect.arrayContaining([
        'stateDiagram-v2',
        '  state "issued" as ISSUED',
        '  ISSUED --> EXPIRED : expire (system)',
        '  CLOSED --> [*]',
      ]),
    );
  });

  it('no sequence of steps reaches a state, or passes an arrow, outside the table', () => {
    const arrows = new Set(
      transferSteps
        .diagram()
        .split('\n')
        .flatMap((line) => /^ {2}(\w+) --> (\w+) :/.exec(line)?.slice(1).join('>') ?? []),
    );
    const attempt = fc.record({
      step: fc.constantFrom(...transferSteps.steps),
      bySystem: fc.boolean(),
      today: fc.constantFrom<CivilDate>('2026-03-01', '2026-03-31', '2026-04-01'),
      reason: fc.constantFrom(undefined, '', '理由'),
      permissions: fc.subarray(['transfers:issue', 'transfers:accept', 'transfers:open']),
    });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 12 }), (attempts) => {
        let state: State = 'DRAFT';
        for (const { step, bySystem, today, reason, permissions } of attempts) {
          const may = bySystem ? system : (permission: string) => permissions.includes(permission);
          const now = { ...facts, today, reason, state };
          const offered = transferSteps.offer(now, may).find((offer) => offer.step === step)?.allowed ?? bySystem;
          try {
            const { to } = transferSteps.take(step, now, may);
            expect(offered).toBe(true);
            expect(arrows).toContain(`${state}>${to}`);
            expect(transferSteps.isFinal(state)).toBe(false);
            state = to;
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
            expect(['NOT_ALLOWED', 'RULE_BROKEN', 'INVALID_INPUT']).toContain(error.kind);
          }
        }
      }),
    );
  });
});
