import { contractOf, topics } from '@jishi/event-contracts';
import type { CivilDate } from '@jishi/periods';
import { loadedCounty, type LoadedCounty } from '../../city/fixtures/loaded-county';
import { kinds, main } from './snapshots';
import type { Screen } from './screen';

jest.setTimeout(600_000);

let county: LoadedCounty;
beforeAll(async () => {
  county = await loadedCounty('2026-11-21' as CivilDate);
});
afterAll(() => county.drop());

/** What a command printed. */
async function asked(...given: string[]): Promise<{ exit: number; text: string }> {
  const lines: string[] = [];
  const screen: Screen = { line: (line) => void lines.push(line), progress: () => undefined };
  const exit = await main(given, screen);
  return { exit, text: lines.join('\n') };
}
const at = (service: string): string[] => ['--database-url', county.urlOf(service), '--rate', '1000000'];

/** Requests and acknowledgements: what they ask for is done or not, there is nothing to say again. */
const withoutState = /\.erasure$/;

describe('every kind of aggregate', () => {
  it('can be said again, and what somebody follows in any case', () => {
    const silent = kinds().filter(({ snapshot, topic }) => !snapshot && !withoutState.test(topic));
    expect(silent.map(({ topic }) => topic)).toEqual([]);
    expect(kinds().map(({ topic }) => topic)).toEqual(topics());
  });

  it('is declared by its owner', () => {
    for (const { snapshot, owner } of kinds())
      for (const { contract } of snapshot?.told ?? []) expect(contract.type.split('.')[0]).toBe(owner);
  });

  it.each(kinds().flatMap(({ topic, owner, snapshot }) => (snapshot ? [[topic, owner] as const] : [])))(
    '%s is told whole, each aggregate once, every payload as its contract says',
    async (topic, owner) => {
      const one = owner as Parameters<LoadedCounty['ask']>[0];
      const before = Number(await county.one(one, 'SELECT coalesce(max(seq), 0) FROM outbox'));
      expect(await asked(topic, ...at(owner))).toMatchObject({ exit: 0 });
      const rows = await county.ask(
        one,
        `SELECT type, key, data, snapshot FROM outbox WHERE seq > $1 AND topic = $2 ORDER BY seq`,
        [before, topic],
      );
      const [run] = await county.ask(one, 'SELECT total::float8, written::float8 FROM snapshot_run WHERE topic = $1', [
        topic,
      ]);
      expect(run).toEqual({ total: rows.length, written: rows.length });
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      for (const { type, key, data, snapshot } of rows) {
        const event = contractOf(String(type))?.(data as never);
        expect([event?.key, snapshot]).toEqual([key, true]);
      }
      await county.ask(one, 'DELETE FROM outbox WHERE seq > $1', [before]);
    },
  );

  it('that the demonstration holds is not told empty', async () => {
    const told = async (topic: string, owner: string) =>
      Number(await county.one(owner as never, 'SELECT written FROM snapshot_run WHERE topic = $1', [topic]));
    for (const topic of [
      'members.person',
      'members.transfer',
      'organizations.post',
      'organizations.term',
      'grids.matter',
    ])
      expect(await told(topic, topic.split('.')[0]!)).toBeGreaterThan(100);
    for (const topic of [
      'villages.village',
      'villages.income',
      'grids.grid',
      'grids.community',
      'grids.quarter',
      'grids.provider',
    ])
      expect(await told(topic, topic.split('.')[0]!)).toBeGreaterThan(0);
  });
});

describe('events:snapshot', () => {
  it('lists every kind with its owner, its followers and what it lacks', async () => {
    const { exit, text } = await asked('--list');
    expect(exit).toBe(0);
    for (const topic of topics()) expect(text).toContain(topic);
    expect(text).toMatch(/members\.member +members +recorded\.v1 +.*villages\.known-members/);
    expect(text).toContain('没有带完整现状的事件');
  });

  it('has clear words for a kind that is none, and for a wrong rate', async () => {
    await expect(asked('members.cat')).rejects.toThrow('没有“members.cat”这一类');
    await expect(asked('villages.erasure')).rejects.toThrow('不能发布快照');
    await expect(asked('members.member', '--rate', 'fast')).rejects.toThrow('--rate');
    expect(await asked()).toMatchObject({ exit: 2 });
    expect(await asked('--help')).toMatchObject({ exit: 0, text: expect.stringContaining('快照') });
  });

  it('says who asked, in the events', async () => {
    await asked('villages.village', '--by', '王敏', ...at('villages'));
    expect(await county.one('villages', 'SELECT actor FROM outbox ORDER BY seq DESC LIMIT 1')).toBe('operator:王敏');
  });
});
