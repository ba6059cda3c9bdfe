import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { BusError, type BatchHandler, type Subscriber, type Subscription, type TopicPartition } from './bus';
import { fromKafkaRecord } from './kafka-records';
import { atMost, pause, type Log } from './log';
import { slots } from './slots';

export interface GroupContext {
  readonly kafka: Kafka;
  readonly log: Log;
  /** Topics and groups carry the installation's name on the cluster. */
  readonly prefix: string;
  readonly sessionMs: number;
  /** Milliseconds without progress over waiting records after which the consumer is built anew. */
  readonly stallMs: number;
  /** Told when the supervisor builds a consumer anew. */
  readonly rebuilt?: (group: string) => void;
  /** The shared connection for questions; it is replaced after a failure. */
  ask<R>(question: (admin: Admin) => Promise<R>): Promise<R>;
}

/** A partition that this member was given. */
interface Claim extends TopicPartition {
  /** Fetched and not yet handled, in order. */
  readonly waiting: KafkaMessage[];
  readonly revoked: AbortController;
  /** True when its position is known and it is read. */
  placed: boolean;
  /** True while it is not fetched because enough is waiting. */
  full: boolean;
  fetched: number;
  next: number;
  bytes: number;
  busy: Promise<void> | undefined;
  failures: number;
  /** When it last moved, was found at its end, or its handler gave a sign of life. */
  movedAt: number;
  /** Where the group is by this member's knowledge, when what the bus says of it is not to be trusted. */
  readonly known: number | undefined;
}

/** One kafkajs consumer from its building to its end; what an old one still says is not listened to. */
interface Life {
  readonly consumer: Consumer;
  memberId: string;
  /** When the coordinator last answered. */
  heardAt: number;
  /** Milliseconds by which the clock of the day is ahead of the one that only goes on. */
  readonly clock: number;
  ended: boolean;
}

const clockNow = (): number => Date.now() - performance.now();
const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
/** Milliseconds a handler has for one batch. */
const handlingTime = 60_000;
/** Bytes of one partition that wait in this process at most, roughly. */
const waitingBytes = 1024 * 1024;

/**
 * One member of a group on Kafka. kafkajs only fetches and keeps the membership alive; handling, positions and recovery are done
 * here, because a kafkajs consumer that was fenced goes on reading and one that crashed may never come back:
 * - a partition is read from the position that the subscriber names, asked for at every assignment;
 * - no batch is handed over when the coordinator has been silent for a session, or after the partition went to another member;
 * - a consumer that crashed, is not heard of, or does not move over waiting records is thrown away and built anew.
 */
export async function joinKafkaGroup(bus: GroupContext, to: Subscription, handler: BatchHandler): Promise<Subscriber> {
  const { log, sessionMs, stallMs } = bus;
  const { group, batch: most = 200 } = to;
  const groupId = `${bus.prefix}.${group}`;
  const topicOnKafka = (topic: string) => `${bus.prefix}.${topic}`;
  const topicHere = (topic: string) => topic.slice(bus.prefix.length + 1);
  const claims = new Map<string, Claim>();
  const paused = new Set<string>();
  const stopping = new AbortController();
  const slot = slots(to.concurrency ?? 4);
  let life: Life | undefined;
  let tellPlaced: () => void = () => undefined;
  const firstPlaced = new Promise<void>((resolve) => {
    tellPlaced = resolve;
  });

  const live = (): Life => {
    if (!life || life.ended) throw new BusError('retriable', `${group}: no consumer at the moment`);
    return life;
  };
  const on = (claim: TopicPartition) => ({ topic: topicOnKafka(claim.topic), partitions: [claim.partition] });

  // --- assignment ---------------------------------------------------------------------------------------------------------

  function assign(of: Life, memberId: string, assignment: Readonly<Record<string, readonly number[]>>): void {
    const wanted = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic: topicHere(topic), partition })),
    );
    const names = new Set(wanted.map(nameOf));
    // Who kept his member id took part in every generation, so nobody else had what he still has. Another id means: thrown out.
    const stayed = of.memberId === memberId;
    of.memberId = memberId;
    for (const claim of [...claims.values()]) if (!stayed || !names.has(nameOf(claim))) revoke(claim);
    const fresh: Claim[] = [];
    for (const partition of wanted) {
      const kept = claims.get(nameOf(partition));
      // kafkajs forgets how far it fetched at every generation.
      if (kept?.placed) seekTo(of, kept);
      else if (!kept) fresh.push(claimOf(partition));
    }
    begin(of, fresh);
  }

  function claimOf({ topic, partition }: TopicPartition, known?: number): Claim {
    return {
      known,
      topic,
      partition,
      waiting: [],
      revoked: new AbortController(),
      placed: false,
      full: false,
      fetched: 0,
      next: 0,
      bytes: 0,
      busy: undefined,
      failures: 0,
      movedAt: performance.now(),
    };
  }

  function begin(of: Life, fresh: readonly Claim[]): void {
    for (const claim of fresh) {
      claims.set(nameOf(claim), claim);
      of.consumer.pause([on(claim)]);
    }
    void placeSafely(of, fresh).then(tellPlaced);
  }

  function revoke(claim: Claim): void {
    claim.revoked.abort();
    claim.waiting.length = 0;
    claims.delete(nameOf(claim));
    dirty.delete(claim);
  }

  async function placeSafely(of: Life, fresh: readonly Claim[]): Promise<void> {
    const open = () => fresh.filter((claim) => !claim.placed && !claim.revoked.signal.aborted);
    for (let wait = 100; open().length > 0 && !of.ended; wait = Math.min(wait * 2, 5_000)) {
      try {
        await place(of, open());
      } catch (error) {
        log.warn({ group, err: error, wait }, 'the position of partitions could not be found, trying again');
        await pause(wait, stopping.signal);
      }
    }
  }

  /** Finds where each partition is to be read from, and begins to read it. */
  async function place(of: Life, fresh: readonly Claim[]): Promise<void> {
    const topics = [...new Set(fresh.map(({ topic }) => topicOnKafka(topic)))];
    const committed = await bus.ask((admin) => admin.fetchOffsets({ groupId, topics }));
    for (const topic of topics) {
      const bounds = await bus.ask((admin) => admin.fetchTopicOffsets(topic));
      const told = committed.find((answer) => answer.topic === topic)?.partitions ?? [];
      for (const claim of fresh.filter((candidate) => topicOnKafka(candidate.topic) === topic)) {
        const bound = bounds.find(({ partition }) => partition === claim.partition);
        if (!bound) throw new BusError('retriable', `${nameOf(claim)} is not on the cluster`);
        const group = Number(told.find(({ partition }) => partition === claim.partition)?.offset ?? -1);
        await placeOne(of, claim, { low: Number(bound.low), high: Number(bound.high), group });
      }
    }
  }

  async function placeOne(
    of: Life,
    claim: Claim,
    { low, high, group: committed }: { readonly low: number; readonly high: number; readonly group: number },
  ): Promise<void> {
    const { topic, partition } = claim;
    const usual = claim.known ?? (committed >= 0 ? committed : to.from === 'begin' ? low : high);
    const wanted = (await to.assigned?.({ topic, partition }, { first: low, end: high })) ?? usual;
    if (claim.revoked.signal.aborted || of.ended) return;
    if (wanted < low) {
      log.warn({ group, topic, partition, wanted, first: low }, 'records are gone before the group read them');
      to.lost?.({ topic, partition }, wanted, low);
    }
    // Behind the end: the topic was made anew or its brokers lost records. What it has now is read.
    if (wanted > high) log.error({ group, topic, partition, wanted, end: high }, 'the topic is shorter than it was');
    const start = wanted < low || wanted > high ? low : wanted;
    claim.next = start;
    claim.fetched = start;
    claim.placed = true;
    claim.movedAt = performance.now();
    seekTo(of, claim);
    of.consumer.resume([on(claim)]);
    if (start !== committed) tell(claim);
  }

  function seekTo(of: Life, claim: Claim): void {
    of.consumer.seek({
      topic: topicOnKafka(claim.topic),
      partition: claim.partition,
      offset: String(claim.fetched),
    });
  }

  // --- fetched records ----------------------------------------------------------------------------------------------------

  async function fetched(of: Life, { batch, isStale, isRunning }: EachBatchPayload): Promise<void> {
    if (of.ended || of !== life || isStale() || !isRunning()) return;
    const claim = claims.get(nameOf({ topic: topicHere(batch.topic), partition: batch.partition }));
    if (!claim?.placed) return;
    const messages = batch.messages.filter(({ offset }) => Number(offset) >= claim.fetched);
    const [first] = messages;
    if (!first) return;
    if (Number(first.offset) !== claim.fetched) {
      // Retention took what came next, or the batch is of an older position: the position is looked up, not guessed. For the
      // first, kafkajs has moved the group to the oldest record and would say nothing of what is gone.
      log.warn(
        { group, topic: claim.topic, partition: claim.partition, expected: claim.fetched },
        'records are missing, asking anew',
      );
      void reassign(claim, true);
      return;
    }
    for (const message of messages) {
      claim.waiting.push(message);
      claim.bytes += sizeOf(message);
    }
    claim.fetched = Number(messages.at(-1)?.offset) + 1;
    if (claim.bytes > waitingBytes && !claim.full) {
      claim.full = true;
      of.consumer.pause([on(claim)]);
    }
    work(claim);
  }

  const sizeOf = ({ value }: KafkaMessage): number => (value?.length ?? 0) + 500;

  /** Handles what waits, one batch after the other. */
  function work(claim: Claim): void {
    claim.busy ??= workOff(claim).finally(() => {
      claim.busy = undefined;
      // Something may have come between the last look and now.
      if (mayWork(claim)) work(claim);
    });
  }

  const mayWork = (claim: Claim): boolean =>
    claim.waiting.length > 0 && !claim.revoked.signal.aborted && !stopping.signal.aborted && !paused.has(nameOf(claim));

  async function workOff(claim: Claim): Promise<void> {
    while (mayWork(claim)) {
      const wait = await slot(() => handleNext(claim));
      if (wait > 0) await pause(wait, AbortSignal.any([claim.revoked.signal, stopping.signal]));
    }
  }

  /** Handles one batch; returns the milliseconds to wait before the next try. */
  async function handleNext(claim: Claim): Promise<number> {
    const { topic, partition, revoked } = claim;
    const of = life;
    if (!mayWork(claim) || !of) return 0;
    // Silent for a session: others may have these partitions by now, whatever was fetched before. The next word of the coordinator
    // says whether they are still this member's; `watch` does not wait for it for ever.
    if (performance.now() - of.heardAt > sessionMs) return 50;
    const messages = claim.waiting.slice(0, most);
    const last = messages.at(-1);
    if (!last) return 0;
    claim.movedAt = performance.now();
    try {
      const records = messages.map((message) => ({
        topic,
        partition,
        offset: Number(message.offset),
        event: fromKafkaRecord(message),
      }));
      await handler({
        topic,
        partition,
        records,
        signal: revoked.signal,
        deadline: Date.now() + handlingTime,
        async heartbeat() {
          claim.movedAt = performance.now();
        },
      });
    } catch (error) {
      if (revoked.signal.aborted) return 0;
      if (error instanceof BusError && error.kind === 'fenced') {
        log.warn({ group, topic, partition, err: error }, 'the partition was taken over, asking for it anew');
        void reassign(claim);
        return 0;
      }
      claim.failures += 1;
      const wait = Math.min(50 * 2 ** claim.failures, 5_000);
      log.warn({ group, topic, partition, err: error, wait }, 'a batch failed and comes again');
      return wait;
    }
    if (revoked.signal.aborted) return 0;
    claim.waiting.splice(0, messages.length);
    claim.bytes -= messages.reduce((sum, message) => sum + sizeOf(message), 0);
    claim.next = Number(last.offset) + 1;
    claim.failures = 0;
    claim.movedAt = performance.now();
    if (claim.full && claim.bytes < waitingBytes / 2 && !of.ended) {
      claim.full = false;
      of.consumer.resume([on(claim)]);
    }
    tell(claim);
    if (to.checkpoint === 'bus') await atMost(5_000, committing);
    return 0;
  }

  // --- positions on the bus -----------------------------------------------------------------------------------------------

  const dirty = new Set<Claim>();
  let committing: Promise<void> | undefined;

  function tell(claim: Claim): void {
    dirty.add(claim);
    committing ??= commitDirty().finally(() => {
      committing = undefined;
    });
  }

  async function commitDirty(): Promise<void> {
    // The subscriber's own transaction is the truth then; the group's position only shows how far it is.
    if (to.checkpoint === 'external') await pause(50, stopping.signal);
    for (let wait = 100; dirty.size > 0; wait = Math.min(wait * 2, 2_000)) {
      const mine = [...dirty].filter(({ revoked }) => !revoked.signal.aborted);
      dirty.clear();
      if (mine.length === 0) return;
      try {
        await live().consumer.commitOffsets(
          mine.map(({ topic, partition, next }) => ({
            topic: topicOnKafka(topic),
            partition,
            offset: String(next),
          })),
        );
      } catch (error) {
        log.warn({ group, err: error }, 'the group could not be told its position, trying again');
        for (const claim of mine) if (!claim.revoked.signal.aborted) dirty.add(claim);
        // Who leaves tries once more, after this one.
        if (stopping.signal.aborted) return;
        await pause(wait, stopping.signal);
      }
    }
  }

  async function reassign(claim: Claim, missing = false): Promise<void> {
    if (claims.get(nameOf(claim)) !== claim) return;
    revoke(claim);
    await atMost(handlingTime, claim.busy);
    const of = life;
    if (of && !of.ended && !claims.has(nameOf(claim))) begin(of, [claimOf(claim, missing ? claim.next : undefined)]);
  }

  // --- supervision --------------------------------------------------------------------------------------------------------

  /** Throws a consumer away; the supervisor builds another. */
  function end(of: Life): void {
    if (of.ended) return;
    of.ended = true;
    for (const claim of [...claims.values()]) revoke(claim);
    regroup.abort();
    const gone = of.consumer
      .disconnect()
      .catch((error: unknown) => log.info({ group, err: error }, 'a consumer was already gone'))
      .finally(() => leaving.delete(gone));
    leaving.add(gone);
  }

  let regroup = new AbortController();
  const leaving = new Set<Promise<void>>();

  async function build(): Promise<Life> {
    const consumer = bus.kafka.consumer({
      groupId,
      sessionTimeout: sessionMs,
      rebalanceTimeout: Math.max(sessionMs, 30_000),
      heartbeatInterval: Math.floor(sessionMs / 4),
      maxBytesPerPartition: 256 * 1024,
      maxBytes: 2 * 1024 * 1024,
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      // Coming back is the supervisor's work: kafkajs does it for some errors and stays away for others.
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
    });
    const of: Life = { consumer, memberId: '', heardAt: performance.now(), clock: clockNow(), ended: false };
    consumer.on(consumer.events.HEARTBEAT, () => {
      of.heardAt = performance.now();
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      of.heardAt = performance.now();
      if (!of.ended) assign(of, payload.memberId, payload.memberAssignment);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!of.ended) log.warn({ group, err: payload.error }, 'the consumer crashed and is built anew');
      end(of);
    });
    try {
      await consumer.connect();
      // From the beginning, should kafkajs ever choose by itself; where to read is looked up for each partition.
      await consumer.subscribe({ topics: to.topics.map(topicOnKafka), fromBeginning: true });
      life = of;
      await consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: (payload) => fetched(of, payload),
      });
      return of;
    } catch (error) {
      end(of);
      throw error;
    }
  }

  async function supervise(): Promise<void> {
    let wait = 100;
    for (let first = true; !stopping.signal.aborted; first = false) {
      regroup = new AbortController();
      const changed = AbortSignal.any([regroup.signal, stopping.signal]);
      const started = performance.now();
      if (!first) bus.rebuilt?.(group);
      try {
        const of = await build();
        while (!changed.aborted) {
          await pause(Math.min(2_000, stallMs / 4), changed);
          // A cluster that does not answer says nothing of this consumer. Another one beside it would share its partitions.
          if (!changed.aborted)
            await watch(of).catch((error: unknown) => log.info({ group, err: error }, 'the cluster was not heard'));
        }
      } catch (error) {
        log.warn({ group, err: error, wait }, 'the group could not be joined, trying again');
      }
      if (performance.now() - started > 60_000) wait = 100;
      await pause(wait, stopping.signal);
      wait = Math.min(wait * 2, 5_000);
    }
  }

  /** Looks for what kafkajs does not notice: a silent coordinator, a partition that is not fetched, a handler that never ends. */
  async function watch(of: Life): Promise<void> {
    const now = performance.now();
    if (now - of.heardAt > Math.max(3 * sessionMs, 20_000)) {
      log.warn({ group }, 'the coordinator is not heard of, the consumer is built anew');
      return end(of);
    }
    if (clockNow() < of.clock - 1_000) {
      log.warn({ group }, 'the clock was set back, kafkajs would send no heartbeat until it has caught up');
      return end(of);
    }
    const still = [...claims.values()].filter(
      (claim) => claim.placed && now - claim.movedAt > stallMs && !paused.has(nameOf(claim)),
    );
    const stuck = still.find((claim) => claim.busy && claim.failures === 0 && now - claim.movedAt > 2 * handlingTime);
    if (stuck) {
      log.error({ group, topic: stuck.topic, partition: stuck.partition }, 'a handler does not end, reading anew');
      return end(of);
    }
    const idle = still.filter((claim) => !claim.busy);
    for (const topic of new Set(idle.map((claim) => claim.topic))) {
      const bounds = await bus.ask((admin) => admin.fetchTopicOffsets(topicOnKafka(topic)));
      for (const claim of idle.filter((candidate) => candidate.topic === topic)) {
        const high = Number(bounds.find(({ partition }) => partition === claim.partition)?.high ?? 0);
        if (high > claim.fetched && !claim.revoked.signal.aborted) {
          log.warn({ group, topic, partition: claim.partition }, 'records wait and are not fetched, reading anew');
          return end(of);
        }
        claim.movedAt = performance.now();
      }
    }
  }

  const supervising = supervise();
  // A cluster that is away does not keep the service from starting: the supervisor goes on trying.
  await atMost(5_000, firstPlaced);

  let closing: Promise<void> | undefined;
  async function leave(drainMs: number): Promise<void> {
    stopping.abort();
    const held = [...claims.values()];
    await atMost(drainMs, Promise.all(held.map((claim) => claim.busy)));
    await atMost(5_000, committing);
    if (dirty.size > 0) await atMost(5_000, commitDirty());
    for (const claim of held) revoke(claim);
    if (life && !life.ended) {
      life.ended = true;
      await atMost(10_000, life.consumer.disconnect());
    }
    await supervising;
    await atMost(5_000, Promise.all(leaving));
  }

  return {
    assignments: () =>
      [...claims.values()].filter(({ placed }) => placed).map(({ topic, partition }) => ({ topic, partition })),
    pause(partition) {
      paused.add(nameOf(partition));
    },
    resume(partition) {
      paused.delete(nameOf(partition));
      const claim = claims.get(nameOf(partition));
      if (claim && mayWork(claim)) work(claim);
    },
    async reassign(partition) {
      const claim = claims.get(nameOf(partition));
      if (claim) await reassign(claim);
    },
    close({ drainMs = 10_000 } = {}) {
      closing ??= leave(drainMs);
      return closing;
    },
  };
}
