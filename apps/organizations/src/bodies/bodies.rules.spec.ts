import type { CivilDate } from '@jishi/periods';
import {
  daysLate,
  dueDate,
  refuseAppointment,
  refuseBody,
  seatsOutOfRule,
  termStateOn,
  termSteps,
  type TermFacts,
} from './bodies.rules';

const day = (text: string) => text as CivilDate;
const may = () => true;
const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { refusal?: { code: string } }).refusal?.code ?? String(error);
  }
  return 'taken';
};

describe('ORG-11 length of a term', () => {
  it.each([
    ['a village branch', 'BRANCH_COMMITTEE', 'VILLAGE', '2021-03-01', '2026-03-01'],
    ['a community committee', 'PARTY_COMMITTEE', 'COMMUNITY', '2021-03-01', '2026-03-01'],
    ['a village branch before the opinion of 2018', 'BRANCH_COMMITTEE', 'VILLAGE', '2018-03-01', '2021-03-01'],
    ['a town committee', 'PARTY_COMMITTEE', 'AREA', '2021-03-01', '2026-03-01'],
    ['a branch of a unit', 'BRANCH_COMMITTEE', 'UNIT', '2024-02-29', '2027-02-28'],
    ['a village committee', 'VILLAGE_COMMITTEE', 'VILLAGE', '2021-03-01', '2026-03-01'],
    ['a village committee before the law of 2018', 'VILLAGE_COMMITTEE', 'VILLAGE', '2018-03-01', '2021-03-01'],
    ['a board', 'BOARD', 'UNIT', '2024-01-01', '2027-01-01'],
  ] as const)('ORG-11 %s', (_, kind, host, startOn, dueOn) => {
    const due = dueDate(kind, host, day(startOn));
    expect(due.dueOn).toBe(dueOn);
    expect(due.citation.rule).toMatch(/^org\.term\./);
  });

  const term = {
    startOn: day('2021-09-01'),
    dueOn: day('2026-09-01'),
    endsOn: day('2026-09-01'),
    endedOn: null,
    extensionMonths: 0,
  };
  const extended = { ...term, endsOn: day('2027-03-01'), extensionMonths: 6 };
  it.each([
    ['more than six months before', term, '2026-02-28', 'IN_TERM', 0],
    ['six months before', term, '2026-03-01', 'DUE', 0],
    ['on its last day', term, '2026-09-01', 'DUE', 0],
    ['a day later', term, '2026-09-02', 'OVERDUE', 1],
    ['extended', extended, '2026-12-01', 'EXTENDED', 0],
    ['past the extension', extended, '2027-03-31', 'OVERDUE', 30],
    ['after the election', { ...term, endedOn: day('2026-08-01') }, '2026-10-01', 'ENDED', 0],
  ] as const)('ORG-11 a term %s', (_, dates, today, state, late) => {
    expect(termStateOn(dates, day(today))).toBe(state);
    expect(daysLate(dates, day(today))).toBe(late);
  });

  const facts: TermFacts & { state: 'DUE' } = {
    state: 'DUE',
    today: day('2026-06-15'),
    startOn: day('2021-09-01'),
    extensionMonths: 0,
    document: '东镇〔2026〕3号',
  };
  it.each([
    ['twelve months in all', { months: 12 }, 'taken'],
    ['thirteen months', { months: 13 }, 'EXTENSION_TOO_LONG'],
    ['six after seven', { months: 6, extensionMonths: 7, state: 'EXTENDED' as const }, 'EXTENSION_TOO_LONG'],
    ['no month', { months: 0 }, 'EXTENSION_NOT_POSITIVE'],
    ['without a document', { months: 3, document: ' ' }, 'INVALID_INPUT'],
    ['one that is overdue', { months: 3, state: 'OVERDUE' as const }, 'STEP_NOT_POSSIBLE'],
  ])('ORG-11 extends by %s', (_, given, verdict) => {
    expect(refused(() => termSteps.take('extendTerm', { ...facts, ...given }, may))).toBe(verdict);
  });

  it('ORG-11 does not let the clock be played by a person', () => {
    expect(refused(() => termSteps.take('lapse', facts, may))).toBe('NOT_ALLOWED');
  });
});

describe('ORG-12 bodies and posts', () => {
  it.each([
    ['BRANCH_COMMITTEE', 'BRANCH', null, undefined],
    ['PARTY_COMMITTEE', 'BRANCH', null, 'BODY_KIND_DOES_NOT_FIT'],
    ['BRANCH_COMMITTEE', 'GROUP', null, 'BODY_KIND_DOES_NOT_FIT'],
    ['VILLAGE_COMMITTEE', 'GENERAL_BRANCH', 'VILLAGE', undefined],
    ['VILLAGE_COMMITTEE', 'GENERAL_BRANCH', 'COMMUNITY', 'BODY_KIND_DOES_NOT_FIT'],
    ['VILLAGE_COMMITTEE', 'GENERAL_BRANCH', null, 'BODY_KIND_DOES_NOT_FIT'],
    ['BOARD', 'COMMITTEE', 'ENTERPRISE', undefined],
  ] as const)('ORG-12 %s of a %s with host %s', (kind, organization, host, code) => {
    expect(refuseBody(kind, organization, host)?.code).toBe(code);
  });

  const appointment = {
    bodyKind: 'BRANCH_COMMITTEE' as const,
    kind: 'SECRETARY' as const,
    from: day('2026-06-01'),
    seats: 3,
    seatsTaken: 2,
    term: { startOn: day('2024-01-01'), endsOn: day('2027-01-01') },
  };
  it.each([
    ['within the term', {}, undefined],
    ['on its first day', { from: day('2024-01-01') }, undefined],
    ['before it', { from: day('2023-12-31') }, 'OUTSIDE_TERM'],
    ['after it', { from: day('2027-01-02') }, 'OUTSIDE_TERM'],
    ['without a term', { term: null }, 'NO_TERM'],
    ['to a post of another body', { kind: 'DIRECTOR' as const }, 'POST_DOES_NOT_FIT'],
    ['when all seats are taken', { seatsTaken: 3 }, 'NO_SEAT_LEFT'],
    ['part time beside the seats', { seatsTaken: 3, kind: 'PART_TIME_MEMBER' as const }, undefined],
  ])('ORG-12 appoints %s', (_, given, code) => {
    expect(refuseAppointment({ ...appointment, ...given })?.code).toBe(code);
  });

  it.each([
    ['BRANCH', 3, 7, undefined],
    ['BRANCH', 2, 7, 'SEATS_OUT_OF_RULE'],
    ['BRANCH', 3, 6, 'COMMITTEE_NOT_NEEDED'],
    ['BRANCH', 1, 6, undefined],
    ['BRANCH', 8, null, 'SEATS_OUT_OF_RULE'],
    ['GENERAL_BRANCH', 5, null, undefined],
    ['COMMITTEE', 10, null, 'SEATS_OUT_OF_RULE'],
    ['GROUP', 10, null, undefined],
  ] as const)('ORG-12 a %s with %s seats and %s full members', (kind, seats, full, code) => {
    const warning = seatsOutOfRule(kind, seats, full, day('2026-06-15'));
    expect(warning?.code).toBe(code);
    if (warning) expect(warning.citation?.document).toBeTruthy();
  });
});
