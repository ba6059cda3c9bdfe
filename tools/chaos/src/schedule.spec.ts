import { scheduleOf, survivors } from './schedule';

describe('the schedule', () => {
  it('is the same for the same seed and another for another', () => {
    expect(scheduleOf(7, 3, 'kafka')).toEqual(scheduleOf(7, 3, 'kafka'));
    expect(scheduleOf(8, 3, 'kafka')).not.toEqual(scheduleOf(7, 3, 'kafka'));
  });

  it('kills five hundred times in half an hour, and never who shows what a long life costs', () => {
    const killed = scheduleOf(1, 30, 'pg').flatMap(({ fault }) => (fault.kind === 'kill' ? fault.target : []));
    expect(killed.length).toBeGreaterThanOrEqual(500);
    expect(survivors.filter((name) => killed.includes(name))).toEqual([]);
  });

  it('has every kind of fault in half an hour, those of brokers only where there are some', () => {
    const kinds = (bus: 'pg' | 'kafka') => new Set(scheduleOf(1, 30, bus).map(({ fault }) => fault.kind));
    const common = ['clock', 'crash backend', 'disk full', 'freeze', 'kill', 'stop database', 'terminate', 'wire'];
    expect([...kinds('pg')].sort()).toEqual(common);
    const ofBrokers = ['broker wire', 'freeze broker', 'kill broker', 'stop broker'];
    expect([...kinds('kafka')].sort()).toEqual([...common, ...ofBrokers].sort());
  });

  it('leaves the beginning and the end in peace', () => {
    for (const { at, fault } of scheduleOf(3, 3, 'kafka')) {
      expect(at).toBeGreaterThanOrEqual(4_000);
      expect(at + ('ms' in fault ? fault.ms : 0)).toBeLessThanOrEqual(180_000 - 11_000);
    }
  });
});
