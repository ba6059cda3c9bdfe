import fc from 'fast-check';
import { Pool } from 'pg';
import { afterwards, closeAll, cloudEvent, logDatabase, rowsOf, until } from '../fixtures/harness';
import { postgresLogBus } from './index';
import { dealOut, type DealtPartition } from './postgres-log-deal';

const topics = ['t'];
const partitions = (holders: readonly (string | null)[]): DealtPartition[] =>
  holders.map((member, partition) => ({ topic: 't', partition, member }));
const members = (...names: readonly string[]) => names.map((member) => ({ member, topics }));

describe('the deal', () => {
  it('leaves everything where it is when a member comes or goes, but for his share', () => {
    const before = dealOut(partitions(Array(12).fill(null)), members('b', 'd'));
    expect(before.filter((name) => name === 'b')).toHaveLength(6);
    const joined = dealOut(partitions(before as string[]), members('a', 'b', 'd'));
    expect(joined.filter((name, index) => name !== before[index])).toEqual(Array(4).fill('a'));
    const gone = dealOut(partitions(joined as string[]), members('a', 'd'));
    expect(gone.filter((name, index) => name !== joined[index] && joined[index] !== 'b')).toEqual([]);
  });

  it('gives everybody the same share, one more at most, and does not change again by itself', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'gone', null), { maxLength: 20 }),
        fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
        (holders, names) => {
          const dealt = dealOut(partitions(holders), members(...names));
          const shares = names.map((name) => dealt.filter((each) => each === name).length);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(holders.length);
          expect(dealOut(partitions(dealt as string[]), members(...names.toReversed()))).toEqual(dealt);
        },
      ),
    );
  });

  it('gives a topic only to who reads it', () => {
    const live = [
      { member: 'a', topics: ['t', 'u'] },
      { member: 'b', topics: ['u'] },
    ];
    const held = [
      { topic: 't', partition: 0, member: 'b' },
      { topic: 'u', partition: 0, member: null },
      { topic: 'v', partition: 0, member: null },
    ];
    expect(dealOut(held, live)).toEqual(['a', 'b', undefined]);
  });
});

describe('members of a group on the log', () => {
  afterEach(closeAll);
  const timing = { leaseMs: 1_000, beatMs: 100, pollMs: 200, partitions: () => 4 };

  async function seenBy(url: string, seen: string[], assigned?: (partition: number) => Promise<undefined>) {
    const bus = afterwards(await postgresLogBus({ ...timing, url }));
    return bus.subscribe(
      {
        ...{ group: 'test.deal', topics, from: 'begin' as const, checkpoint: 'external' as const },
        ...(assigned && { assigned: ({ partition }) => assigned(partition) }),
      },
      async ({ records }) => void seen.push(...records.map(({ event }) => event.id)),
    );
  }

  it('a partition that could not be given back goes to the other as soon as it can', async () => {
    const url = await logDatabase();
    const one: string[] = [];
    const two: string[] = [];
    const first = await seenBy(url, one);
    expect(first.assignments()).toHaveLength(4);
    const pool = new Pool({ connectionString: url });
    afterwards({ close: () => pool.end() });
    await pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF NEW.member IS NULL THEN RAISE EXCEPTION ''no room'' USING ERRCODE = ''53100''; END IF; RETURN NEW; END'`);
    await pool.query('CREATE TRIGGER refuse BEFORE UPDATE ON bus.claim FOR EACH ROW EXECUTE FUNCTION refuse()');
    const second = await seenBy(url, two);
    await until('two are let go', () => first.assignments().length === 2);
    expect(await rowsOf(pool, 'SELECT DISTINCT member FROM bus.claim')).toHaveLength(1);
    await pool.query('DROP TRIGGER refuse ON bus.claim');
    await until('the other has them', () => second.assignments().length === 2);
  });

  it('who waits long for one partition keeps its others, and its place in the group', async () => {
    const url = await logDatabase();
    const bus = afterwards(await postgresLogBus({ ...timing, url }));
    await bus.publish(
      't',
      Array.from({ length: 40 }, (_, index) => cloudEvent(`k${index}`, 1)),
    );
    const seen: string[] = [];
    let letGo: () => void = () => undefined;
    const waiting = new Promise<undefined>((resolve) => {
      letGo = () => resolve(undefined);
    });
    // Somebody else had the first partition and stands still in the middle of a batch.
    const member = await seenBy(url, seen, async (partition) => (partition === 0 ? waiting : undefined));
    const pool = new Pool({ connectionString: url });
    afterwards({ close: () => pool.end() });
    try {
      await until('the others are read', () => seen.length > 20 && member.assignments().length === 3);
      // Three leases long.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect(await rowsOf(pool, 'SELECT lease_until > clock_timestamp() AS lives FROM bus.member')).toEqual([
        { lives: true },
      ]);
      expect(member.assignments()).toHaveLength(3);
    } finally {
      letGo();
    }
    await until('everything is read', () => new Set(seen).size === 40);
    expect(member.assignments()).toHaveLength(4);
  });
});
