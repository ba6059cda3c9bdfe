import { check, type Anomaly, type Evidence, type Logged } from './checker';
import { commandsOf } from './history';
import { accountTopic as topic } from './service';

const event = (key: string, version: number, command: string, n: number, offset: number): Logged => ({
  id: `${key}${version}`,
  topic,
  key,
  version,
  command,
  n,
  partition: 0,
  offset,
});

/** A run as it should be: three accepted commands, one rolled back, one cut off and found committed, one cut off and not found. */
function sound(): Evidence {
  const log = [
    event('a', 1, 'first', 0, 0),
    event('b', 1, 'second', 0, 1),
    event('a', 2, 'third', 0, 2),
    event('b', 2, 'third', 1, 3),
    event('b', 3, 'cut off', 0, 4),
  ];
  const applied = log.map(({ id, key, version }) => ({ id, key, version }));
  return {
    commands: commandsOf([
      { is: 'begin', command: 'first', events: 1 },
      { is: 'begin', command: 'refused', events: 1 },
      { is: 'end', command: 'first', outcome: 'committed' },
      { is: 'end', command: 'refused', outcome: 'rolled back' },
      { is: 'begin', command: 'second', events: 1 },
      { is: 'end', command: 'second', outcome: 'committed' },
      { is: 'begin', command: 'third', events: 2 },
      { is: 'end', command: 'third', outcome: 'committed' },
      { is: 'begin', command: 'cut off', events: 1 },
      { is: 'begin', command: 'cut off before', events: 1 },
    ]),
    written: new Map([
      ['first', 1],
      ['second', 1],
      ['third', 2],
      ['cut off', 1],
    ]),
    outbox: log,
    log,
    exactLog: true,
    effects: [
      { consumer: 'strict', topic, ordering: 'strict', applied },
      // Passed over a version that was old when it came.
      { consumer: 'newest', topic, ordering: 'latest-wins', applied: applied.filter(({ id }) => id !== 'b2') },
    ],
    comparisons: [
      { invariant: 'I6', what: 'account', source: new Map([['a', '7 v2']]), projection: new Map([['a', '7 v2']]) },
      { invariant: 'I7', what: 'total', source: new Map([['dues', '5']]), projection: new Map([['dues', '5']]) },
    ],
    end: {
      settledAfter: 2,
      settleWithin: 30,
      unpublished: 0,
      lag: 0,
      deadLetters: [],
      died: [],
      memory: [{ process: 'writer', seconds: 90, heap: [30, 40], resources: [20, 24] }],
    },
  };
}

const found = (evidence: Evidence): string[] =>
  [...new Set(check(evidence).map(({ invariant, anomaly }) => `${invariant} ${anomaly}`))].sort();

const without = (id: string) => (all: readonly Logged[]) => all.filter((record) => record.id !== id);

/** The effects of the strict consumer, changed. */
const strictly = (evidence: Evidence, change: (applied: Evidence['effects'][0]['applied']) => unknown[]): Evidence => ({
  ...evidence,
  effects: [{ ...evidence.effects[0]!, applied: change(evidence.effects[0]!.applied) as never }],
});

describe('the checker of a run', () => {
  it('finds nothing in a sound one', () => {
    expect(check(sound())).toEqual([]);
  });

  const doctored: readonly [invariant: string, anomaly: Anomaly, how: string, (evidence: Evidence) => Evidence][] = [
    [
      'I1',
      'lost',
      'an accepted command whose event is not on the bus',
      (run) => ({ ...run, log: without('b3')(run.log) }),
    ],
    [
      'I1',
      'lost',
      'a command that was cut off, is in the database and has no event',
      (run) => ({ ...run, log: without('b3')(run.log), outbox: without('b3')(run.outbox as Logged[]) }),
    ],
    [
      'I1',
      'lost',
      'an accepted command that the database has forgotten',
      (run) => ({ ...run, written: new Map([...run.written].filter(([id]) => id !== 'second')) }),
    ],
    [
      'I1',
      'lost',
      'an answer to an event that is not on the bus',
      (run) => ({ ...run, outbox: [...run.outbox, { id: 'answer', topic: 'receipts', key: 'a', version: 1 }] }),
    ],
    [
      'I2',
      'aborted read',
      'an event of a command that was rolled back',
      (run) => ({ ...run, log: [...run.log, event('a', 3, 'refused', 0, 5)] }),
    ],
    [
      'I2',
      'aborted read',
      'an event of a command that was cut off and is not in the database',
      (run) => ({ ...run, log: [...run.log, event('a', 3, 'cut off before', 0, 5)] }),
    ],
    [
      'I2',
      'aborted read',
      'rows of a command that was rolled back',
      (run) => ({ ...run, written: new Map([...run.written, ['refused', 1]]) }),
    ],
    [
      'I2',
      'from nowhere',
      'a record that no outbox has',
      (run) => ({ ...run, log: [...run.log, { ...event('a', 3, '', 0, 5), command: undefined }] }),
    ],
    ['I3', 'gap', 'a consumer that went on over a gap', (run) => strictly(run, (all) => all.toSpliced(3, 1))],
    [
      'I3',
      'inversion',
      'a consumer that applied the older one later',
      (run) => strictly(run, (all) => [all[0], all[3], all[1], all[2], all[4]]),
    ],
    [
      'I3',
      'inversion',
      'a consumer of the newest that went back',
      (run) => ({
        ...run,
        effects: run.effects.map((effects) => ({ ...effects, applied: effects.applied.toReversed() })),
      }),
    ],
    [
      'I3',
      'inversion',
      'a bus that turned two events of an aggregate round',
      (run) => ({
        ...run,
        log: [run.log[2]!, run.log[1]!, run.log[0]!, run.log[3]!, run.log[4]!].map((record, offset) => ({
          ...record,
          offset,
        })),
      }),
    ],
    ['I4', 'duplicate', 'an event with two effects', (run) => strictly(run, (all) => [...all, all[4]])],
    ['I4', 'lost', 'an event without an effect', (run) => strictly(run, (all) => all.slice(0, 4))],
    [
      'I4',
      'lost',
      'a consumer of the newest that stayed behind',
      (run) => ({ ...run, effects: [{ ...run.effects[1]!, applied: run.effects[1]!.applied.slice(0, 3) }] }),
    ],
    [
      'I4',
      'from nowhere',
      'an effect of an event that nobody emitted',
      (run) => strictly(run, (all) => [...all, { id: 'x', key: 'a', version: 3 }]),
    ],
    ['I5', 'hole', 'an offset that is missing', (run) => ({ ...run, log: without('b1')(run.log) })],
    [
      'I5',
      'duplicate',
      'an event twice in a log that drops repetitions',
      (run) => ({ ...run, log: [...run.log, { ...run.log[4]!, offset: 5 }] }),
    ],
    [
      'I6',
      'divergence',
      'a row that differs',
      (run) => ({ ...run, comparisons: [{ ...run.comparisons[0]!, projection: new Map([['a', '8 v2']]) }] }),
    ],
    [
      'I6',
      'divergence',
      'a row too many',
      (run) => ({ ...run, comparisons: [{ ...run.comparisons[0]!, source: new Map() }] }),
    ],
    [
      'I7',
      'divergence',
      'a total that differs',
      (run) => ({ ...run, comparisons: [{ ...run.comparisons[1]!, projection: new Map() }] }),
    ],
    ['I11', 'not settled', 'records that nobody read', (run) => ({ ...run, end: { ...run.end, lag: 1 } })],
    ['I11', 'not settled', 'events not published', (run) => ({ ...run, end: { ...run.end, unpublished: 1 } })],
    ['I11', 'not settled', 'a long way back', (run) => ({ ...run, end: { ...run.end, settledAfter: 31 } })],
    ['I11', 'not settled', 'dead letters', (run) => ({ ...run, end: { ...run.end, deadLetters: ['strict a v3'] } })],
    ['I11', 'ended by itself', 'a process that died', (run) => ({ ...run, end: { ...run.end, died: ['relay-1'] } })],
    [
      'I11',
      'leak',
      'a heap that grows',
      (run) => ({ ...run, end: { ...run.end, memory: [{ ...run.end.memory[0]!, heap: [30, 60] }] } }),
    ],
    [
      'I11',
      'leak',
      'connections that stay',
      (run) => ({ ...run, end: { ...run.end, memory: [{ ...run.end.memory[0]!, resources: [20, 60] }] } }),
    ],
  ];

  it.each(doctored)('%s %s: %s', (invariant, anomaly, _, doctor) => {
    expect(found(doctor(sound()))).toContain(`${invariant} ${anomaly}`);
  });

  it('lets a bus without a memory of ids hold an event twice, in any place after its first', () => {
    const run = sound();
    const log = [...run.log, { ...run.log[0]!, offset: 5 }, { ...run.log[2]!, offset: 6 }];
    expect(check({ ...run, log, exactLog: false })).toEqual([]);
  });
});
