import { randomUUID } from 'node:crypto';
import {
  BusError,
  type BatchHandler,
  type BusRecord,
  type Subscriber,
  type Subscription,
  type TopicPartition,
} from './bus';
import type { CloudEvent } from './cloud-event';
import { atMost, pause } from './log';
import type { LogContext } from './postgres-log';
import { dealOut } from './postgres-log-deal';

/** A partition that this member reads. */
interface Claim extends TopicPartition {
  readonly epoch: number;
  next: number;
  /** What the bus has been told. */
  told: number;
  busy: Promise<void> | undefined;
  failures: number;
  notBefore: number;
  readonly revoked: AbortController;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
/** Milliseconds a handler has for one batch. */
const handlingTime = 60_000;

/**
 * One member of a group. Members write a lease; the partitions are dealt out over the live members, and each computes the same
 * deal. Who holds a partition that is dealt to another ends its batch and gives it back; a partition whose holder's lease is over
 * may be taken. Every taking raises the epoch, on which an old holder's commit fails.
 */
export async function joinGroup(bus: LogContext, to: Subscription, handler: BatchHandler): Promise<Subscriber> {
  const { pool, log } = bus;
  const { group, topics, batch: most = 200 } = to;
  const member = randomUUID();
  const claims = new Map<string, Claim>();
  const paused = new Set<string>();
  const stopping = new AbortController();
  let wake = new AbortController();
  let regroup = new AbortController();
  let lastBeat = -Infinity;
  let slots = to.concurrency ?? 4;
  const waiting: (() => void)[] = [];

  for (const topic of topics) await bus.ensureTopic(topic);
  await pool.query(
    `INSERT INTO bus.claim (group_name, topic, partition, next_offset)
     SELECT $1, topic, partition, CASE WHEN $3 THEN first_offset ELSE next_offset END
     FROM bus.partition WHERE topic = ANY($2) ORDER BY topic, partition ON CONFLICT DO NOTHING`,
    [group, topics, to.from === 'begin'],
  );
  const stopListening = bus.listen((channel, name) => {
    if (channel === 'records' && (name === '' || topics.includes(name))) wake.abort();
    if (channel === 'group' && name === group) regroup.abort();
  });
  const announce = () => pool.query(`SELECT pg_notify('jishi_group', $1)`, [group]);

  /** Renews the lease; what follows from a lapse shows in the epochs at the next deal. */
  async function renew(): Promise<void> {
    const begun = performance.now();
    const entered = await pool.query<{ fresh: boolean }>({
      name: 'renew',
      text: `WITH gone AS (
         DELETE FROM bus.member WHERE group_name = $1 AND member <> $2 AND lease_until < clock_timestamp()
       )
       INSERT INTO bus.member (group_name, member, topics, lease_until)
       VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
       ON CONFLICT (group_name, member) DO UPDATE SET lease_until = excluded.lease_until RETURNING xmax = 0 AS fresh`,
      values: [group, member, topics, bus.leaseMs / 1_000],
    });
    // Before the new lease covers what the old one no longer did.
    revokeWhenLapsed();
    lastBeat = begun;
    if (entered.rows[0]?.fresh) await announce();
  }

  /** Once the lease was over, even for a moment, others may have taken everything that this member held. The next deal drops it. */
  function revokeWhenLapsed(): void {
    if (performance.now() - lastBeat <= bus.leaseMs) return;
    for (const { revoked } of claims.values()) revoked.abort();
  }
  const held = (): Claim[] => [...claims.values()].filter(({ revoked }) => !revoked.signal.aborted);

  /** Looks at the group, gives back what is dealt to others and takes what is dealt to this member. */
  async function deal(): Promise<void> {
    const { rows: live } = await pool.query<{ member: string; topics: string[] }>({
      name: 'members',
      text: `SELECT member, topics FROM bus.member WHERE group_name = $1 AND lease_until > clock_timestamp() ORDER BY member`,
      values: [group],
    });
    const { rows } = await pool.query<TopicPartition & { member: string | null; epoch: string | number }>({
      name: 'claims',
      // Of all topics of the group: a member of another release may read others, and must come to the same deal.
      text: 'SELECT topic, partition, member, epoch FROM bus.claim WHERE group_name = $1 ORDER BY topic, partition',
      values: [group],
    });
    const alive = new Set(live.map((other) => other.member));
    const dealt = dealOut(rows, live);
    const wanted = rows.filter((_, index) => dealt[index] === member);
    const wantedNames = new Set(wanted.map(nameOf));
    const leaving = rows.flatMap((row) => {
      const mine = claims.get(nameOf(row));
      // Giving it back failed: it would be nobody's as long as this member lives.
      if (!mine) return row.member === member && !wantedNames.has(nameOf(row)) ? giveBack(row) : [];
      const lost = row.member !== member || Number(row.epoch) !== mine.epoch || mine.revoked.signal.aborted;
      if (lost) return drop(mine, false);
      return wantedNames.has(nameOf(row)) ? [] : drop(mine, true);
    });
    await Promise.all(leaving);
    // At once: a holder who stands still in the middle of a batch keeps who asks for its place waiting.
    await Promise.all(
      wanted.map(async (row) => {
        const free = row.member === null || row.member === member || !alive.has(row.member);
        if (free && !claims.has(nameOf(row)) && !stopping.signal.aborted) await take(row);
      }),
    );
  }

  async function giveBack({
    topic,
    partition,
    epoch,
  }: TopicPartition & { readonly epoch: string | number }): Promise<void> {
    await pool.query(
      `UPDATE bus.claim SET member = NULL WHERE group_name = $1 AND topic = $2 AND partition = $3 AND member = $4 AND epoch = $5`,
      [group, topic, partition, member, epoch],
    );
    await announce();
  }

  async function take({ topic, partition }: TopicPartition): Promise<void> {
    const { rows } = await pool.query<Readonly<Record<'epoch' | 'next' | 'first' | 'end', string | number>>>(
      `UPDATE bus.claim c SET member = $4, epoch = c.epoch + 1
       FROM bus.partition p WHERE p.topic = c.topic AND p.partition = c.partition
         AND c.group_name = $1 AND c.topic = $2 AND c.partition = $3
         AND (c.member IS NULL OR c.member = $4 OR NOT EXISTS (SELECT 1 FROM bus.member m
           WHERE m.group_name = $1 AND m.member = c.member AND m.lease_until > clock_timestamp()))
       RETURNING c.epoch, c.next_offset AS next, p.first_offset AS first, p.next_offset AS "end"`,
      [group, topic, partition, member],
    );
    const [row] = rows;
    if (!row) return;
    const first = Number(row.first);
    const wanted = (await to.assigned?.({ topic, partition }, { first, end: Number(row.end) })) ?? Number(row.next);
    if (wanted < first) {
      log.warn({ group, topic, partition, wanted, first }, 'records are gone before the group read them');
      to.lost?.({ topic, partition }, wanted, first);
    }
    // Behind the end: the log was restored to an earlier moment. What it has now is read.
    const end = Number(row.end);
    if (wanted > end) log.error({ group, topic, partition, wanted, end }, 'the topic is shorter than it was');
    const next = wanted < first || wanted > end ? first : wanted;
    const claim: Claim = {
      topic,
      partition,
      epoch: Number(row.epoch),
      next,
      told: Number(row.next),
      busy: undefined,
      failures: 0,
      notBefore: 0,
      revoked: new AbortController(),
    };
    await tell(claim);
    claims.set(nameOf(claim), claim);
    wake.abort();
  }

  /** Ends the batch that runs, then gives the partition back or, when it is another's already, only forgets it. */
  async function drop(claim: Claim, backToGroup: boolean): Promise<void> {
    claim.revoked.abort();
    claims.delete(nameOf(claim));
    await atMost(bus.leaseMs / 2, claim.busy);
    if (!backToGroup) return;
    await tell(claim);
    await giveBack(claim);
  }

  async function tell(claim: Claim): Promise<void> {
    const { next } = claim;
    if (claim.told === next) return;
    const { rowCount } = await pool.query({
      name: 'tell',
      text: `UPDATE bus.claim SET next_offset = $6
             WHERE group_name = $1 AND topic = $2 AND partition = $3 AND member = $4 AND epoch = $5`,
      values: [group, claim.topic, claim.partition, member, claim.epoch, next],
    });
    if (!rowCount) throw new BusError('fenced', `${group} ${nameOf(claim)}: epoch ${claim.epoch} is over`);
    claim.told = next;
  }

  async function fetch(idle: readonly Claim[]): Promise<Map<Claim, BusRecord[]>> {
    const { rows } = await pool.query<{
      place: number;
      record_offset: string | number;
      attributes: Omit<CloudEvent, 'data'>;
      data: unknown;
    }>({
      name: 'fetch',
      text: `SELECT w.place, r.record_offset, r.attributes, r.data
             FROM unnest($1::text[], $2::integer[], $3::bigint[]) WITH ORDINALITY AS w (topic, partition, next, place)
             CROSS JOIN LATERAL (
               SELECT record_offset, attributes, data FROM bus.record
               WHERE topic = w.topic AND partition = w.partition AND record_offset >= w.next
               ORDER BY record_offset LIMIT $4) r
             ORDER BY w.place, r.record_offset`,
      values: [idle.map((c) => c.topic), idle.map((c) => c.partition), idle.map((c) => c.next), most],
    });
    const found = new Map<Claim, BusRecord[]>();
    for (const row of rows) {
      const claim = idle[Number(row.place) - 1];
      if (!claim) continue;
      const { topic, partition } = claim;
      const event: CloudEvent = { ...row.attributes, data: row.data };
      const records = found.get(claim);
      const record = { topic, partition, offset: Number(row.record_offset), event };
      if (records) records.push(record);
      else found.set(claim, [record]);
    }
    return found;
  }

  async function handle(claim: Claim, records: readonly BusRecord[]): Promise<void> {
    const { topic, partition, revoked } = claim;
    const last = records.at(-1);
    if (!last) return;
    await slot();
    try {
      if (revoked.signal.aborted || performance.now() - lastBeat > bus.leaseMs) return;
      const deadline = Date.now() + handlingTime;
      await handler({ topic, partition, records, signal: revoked.signal, deadline, heartbeat: renew });
      if (revoked.signal.aborted) return;
      claim.next = last.offset + 1;
      claim.failures = 0;
      if (to.checkpoint === 'bus') await tell(claim);
    } catch (error) {
      if (error instanceof BusError && error.kind === 'fenced') {
        log.warn({ group, topic, partition, err: error }, 'the partition was taken over, asking for it anew');
        revoked.abort();
        claims.delete(nameOf(claim));
        regroup.abort();
      } else if (!revoked.signal.aborted) {
        claim.failures += 1;
        const wait = Math.min(50 * 2 ** claim.failures, 5_000);
        claim.notBefore = performance.now() + wait;
        log.warn({ group, topic, partition, err: error, wait }, 'a batch failed and comes again');
      }
    } finally {
      slots += 1;
      waiting.shift()?.();
    }
  }

  /** Waits until fewer than `concurrency` handlers run. */
  async function slot(): Promise<void> {
    while (slots === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    slots -= 1;
  }

  let dealing: Promise<void> | undefined;
  function dealSafely(): Promise<void> {
    dealing ??= deal()
      .catch((error: unknown) => log.warn({ group, err: error }, 'the group could not be looked at'))
      .finally(() => {
        dealing = undefined;
      });
    return dealing;
  }
  const renewSafely = (): Promise<void> =>
    renew().catch((error: unknown) => log.warn({ group, err: error }, 'the lease could not be renewed'));

  async function readForEver(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      const now = performance.now();
      revokeWhenLapsed();
      const open = held().filter((claim) => !claim.busy && !paused.has(nameOf(claim)));
      const idle = open.filter((claim) => claim.notBefore <= now);
      let wait = Math.min(bus.pollMs, ...open.filter((c) => c.notBefore > now).map((c) => c.notBefore - now));
      if (idle.length > 0) {
        try {
          for (const [claim, records] of await fetch(idle)) {
            // Paused or lost while the records were on their way: they are fetched again when it is time.
            if (paused.has(nameOf(claim)) || claim.revoked.signal.aborted) continue;
            if (records[0]?.offset !== claim.next) {
              // Retention took what came next: the position is asked for anew, which says what is lost.
              await drop(claim, false);
              regroup.abort();
              continue;
            }
            claim.busy = handle(claim, records).finally(() => {
              claim.busy = undefined;
              wake.abort();
            });
          }
          if (to.checkpoint === 'external')
            for (const claim of held()) if (idle.includes(claim) && claim.told !== claim.next) await tell(claim);
        } catch (error) {
          log.warn({ group, err: error }, 'records could not be fetched, trying again');
          if (error instanceof BusError && error.kind === 'fenced') regroup.abort();
          wait = Math.min(wait, 200);
        }
      }
      await pause(wait, wake.signal);
    }
  }

  async function beatForEver(): Promise<void> {
    while (!stopping.signal.aborted) {
      regroup = new AbortController();
      await renewSafely();
      // Not waited for: a deal may take longer than the lease, which would cost this member all that it has.
      void dealSafely();
      await pause(bus.beatMs, regroup.signal);
    }
  }

  await renewSafely();
  const running = Promise.all([readForEver(), beatForEver()]);
  await atMost(bus.leaseMs, dealSafely());

  let closing: Promise<void> | undefined;
  async function leave(drainMs: number): Promise<void> {
    stopping.abort();
    wake.abort();
    regroup.abort();
    stopListening();
    await running;
    await dealing;
    const mine = held();
    await atMost(drainMs, Promise.all(mine.map((claim) => claim.busy)));
    try {
      await Promise.all(mine.map((claim) => drop(claim, true)));
      await pool.query('DELETE FROM bus.member WHERE group_name = $1 AND member = $2', [group, member]);
      await announce();
    } catch (error) {
      log.warn({ group, err: error }, 'left without saying so; the lease ends by itself');
    }
  }

  return {
    assignments: () => held().map(({ topic, partition }) => ({ topic, partition })),
    pause(partition) {
      paused.add(nameOf(partition));
    },
    resume(partition) {
      paused.delete(nameOf(partition));
      wake.abort();
    },
    async reassign(partition) {
      const claim = claims.get(nameOf(partition));
      if (!claim) return;
      await drop(claim, false);
      await dealing;
      await dealSafely();
    },
    close({ drainMs = 10_000 } = {}) {
      closing ??= leave(drainMs);
      return closing;
    },
  };
}
