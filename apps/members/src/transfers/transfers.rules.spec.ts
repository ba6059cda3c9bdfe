import { DomainError } from '@jishi/errors';
import { system } from '@jishi/lifecycles';
import type { TransferState } from './transfers.entities';
import {
  daysInTransit,
  lastDayOf,
  transferSteps,
  transitOverdue,
  validityOf,
  type TransferFacts,
} from './transfers.rules';

const facts: TransferFacts = {
  today: '2026-03-01',
  state: 'ISSUED',
  scope: 'INSIDE',
  validUntil: '2026-03-11',
  reissues: 0,
  receiver: { code: 'B', status: 'ACTIVE', members: 20 },
  committeeFound: true,
  anotherUnderWay: false,
  membershipEnded: false,
  memberElsewhere: false,
};
const complete = { reason: '遗失', arrivedOn: '2026-03-01', duesSettled: true } as const;

/** The state after a step, or the code of the refusal. */
function after(step: (typeof transferSteps.steps)[number], given: Partial<TransferFacts>): string {
  try {
    const may = step === 'expire' ? system : () => true;
    return transferSteps.take(step, { ...facts, ...complete, ...given }, may).to;
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
}

describe('MEM-03 the steps of a transfer', () => {
  const states: TransferState[] = ['DRAFT', 'ISSUED', 'ARRIVED', 'CLOSED', 'EXPIRED', 'REFUSED', 'CANCELLED'];
  const no = 'STEP_NOT_POSSIBLE';

  //                       DRAFT        ISSUED       ARRIVED   CLOSED EXPIRED   REFUSED CANCELLED
  it.each([
    ['issue', {}, ['ISSUED', no, no, no, no, no, no]],
    ['accept', {}, [no, 'ARRIVED', no, no, no, no, no]],
    ['refuse', {}, [no, 'REFUSED', no, no, no, no, no]],
    ['close', {}, [no, no, 'CLOSED', no, no, no, no]],
    ['closeOutside', { scope: 'OUT' }, [no, 'CLOSED', no, no, no, no, no]],
    ['expire', { today: '2026-03-12' }, [no, 'EXPIRED', no, no, no, no, no]],
    ['reissue', {}, [no, no, no, no, 'ISSUED', no, no]],
    ['cancel', {}, ['CANCELLED', 'CANCELLED', no, no, no, no, no]],
  ] as const)('MEM-03 %s leads only where the table says', (step, given, expected) => {
    expect(states.map((state) => after(step, { ...given, state }))).toEqual(expected);
  });

  it.each([
    [
      'issue',
      'no committee above approves admissions',
      { state: 'DRAFT', committeeFound: false },
      'NO_COMMITTEE_WITH_AUTHORITY',
    ],
    ['issue', 'dues are open', { state: 'DRAFT', duesSettled: false }, 'DUES_NOT_SETTLED'],
    [
      'issue',
      'the letter from outside has no number',
      { state: 'DRAFT', scope: 'IN', letterNo: null },
      'LETTER_FROM_OUTSIDE_MISSING',
    ],
    ['accept', 'the last day is over', { today: '2026-03-12' }, 'LETTER_EXPIRED'],
    ['accept', 'it is the last day', { today: '2026-03-11' }, 'ARRIVED'],
    [
      'accept',
      'the receiver is being closed',
      { receiver: { code: 'B', status: 'CLOSING', members: 20 } },
      'ORGANIZATION_NOT_ACTIVE',
    ],
    ['accept', 'the member leaves the city', { scope: 'OUT' }, 'RECEIVED_OUTSIDE'],
    ['refuse', 'no reason is given', { reason: ' ' }, 'INVALID_INPUT'],
    ['expire', 'the letter is still good', { today: '2026-03-11' }, 'LETTER_STILL_VALID'],
    ['reissue', 'it was issued again once', { state: 'EXPIRED', reissues: 1 }, 'ISSUED'],
    ['reissue', 'it was issued again twice', { state: 'EXPIRED', reissues: 2 }, 'REISSUED_TOO_OFTEN'],
    ['reissue', 'the member is under way elsewhere', { state: 'EXPIRED', anotherUnderWay: true }, 'TRANSFER_UNDER_WAY'],
    ['closeOutside', 'the receiver is in the city', {}, 'RECEIVED_INSIDE'],
    ['closeOutside', 'nobody says when he arrived', { scope: 'OUT', arrivedOn: null }, 'INVALID_INPUT'],
    [
      'closeOutside',
      'he arrived too late',
      { scope: 'OUT', arrivedOn: '2026-03-12', today: '2026-03-20' },
      'ARRIVED_OUTSIDE_VALIDITY',
    ],
  ] as const)('MEM-03 %s when %s', (step, _, given, expected) => {
    expect(after(step, given as Partial<TransferFacts>)).toBe(expected);
  });

  it('MEM-03 accepting the fifty-first member warns with the rule, the fiftieth does not', () => {
    const accept = (members: number) =>
      transferSteps.take('accept', { ...facts, receiver: { code: 'B', status: 'ACTIVE', members } }, () => true)
        .warnings;
    expect(accept(49)).toEqual([]);
    expect(accept(50)).toMatchObject([
      { code: 'RECEIVER_OVERSIZE', citation: { document: '中国共产党支部工作条例（试行）' } },
    ]);
  });

  it('MEM-03 a letter is good for ten days inside the city, thirty outside, ninety at most; the day of issue does not count', () => {
    expect(validityOf(null, 'INSIDE', '2026-03-01')).toBe(10);
    expect(validityOf(undefined, 'OUT', '2026-03-01')).toBe(30);
    expect(validityOf(90, 'INSIDE', '2026-03-01')).toBe(90);
    for (const days of [0, 91]) expect(() => validityOf(days, 'INSIDE', '2026-03-01')).toThrow(DomainError);
    expect(lastDayOf('2026-03-01', 10)).toBe('2026-03-11');
  });

  it('MEM-03 only an issued letter is in transit, overdue from the eleventh day on', () => {
    expect(daysInTransit('ISSUED', '2026-03-01', '2026-03-12')).toBe(11);
    expect(daysInTransit('ARRIVED', '2026-03-01', '2026-03-12')).toBeNull();
    expect([10, 11, null].map((days) => transitOverdue(days, '2026-03-12'))).toEqual([false, true, false]);
  });
});
