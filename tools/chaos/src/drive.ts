import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresLogBus, kafkaBus, type EventBus } from '@jishi/event-delivery';
import type { Run } from '../../bench/src/command';
import { startBrokers, type Brokers } from './brokers';
import { check, type Evidence, type Memory, type Violation } from './checker';
import * as found from './evidence';
import { executor } from './faults';
import { startFleet, type Fleet } from './fleet';
import { openHistory, type Command, type History } from './history';
import type { Place } from './leftovers';
import { kafkaPrefix, type Assignment, type FromChild } from './messages';
import { makeDatabases, startServer, type Server } from './postgres';
import { applications, recoveriesOf, type Applications, type Disruption, type Recoveries } from './recovery';
import { everyProcess, nameOf, processes, survivors, type BusKind, type Planned } from './schedule';
import { Account, callerAt, machineTime, moved, open, sides, topics } from './service';
import { settle, settleWithin, urlsOf } from './settle';
import { openWire, type Wire } from './wire';

export interface Plan {
  readonly seed: number;
  readonly minutes: number;
  readonly bus: BusKind;
  /** Events a second. */
  readonly rate: number;
  readonly schedule: readonly Planned[];
  readonly history: string;
  /** Megabytes of the database's own disk. */
  readonly disk: number;
}

export interface Result {
  readonly seconds: number;
  readonly kills: number;
  readonly others: ReadonlyMap<string, number>;
  readonly leftOut: ReadonlyMap<string, number>;
  readonly commands: number;
  readonly unknown: number;
  readonly events: number;
  readonly effects: number;
  readonly recoveries: Recoveries;
  readonly latencies: Float64Array;
  readonly settledAfter: number;
  readonly memory: readonly Memory[];
  readonly violations: readonly Violation[];
}

export const partitions = 4;
const accountCount = 300;

/** Starts everything, does what the schedule says while commands are written, and checks what came of it. */
export async function drive(run: Run, plan: Plan, place: Place): Promise<Result> {
  const begun = performance.now();
  let runBegan = begun;
  const elapsed = () => performance.now() - runBegan;
  const history = openHistory(plan.history, elapsed);
  run.afterwards(() => history.close());
  const { seed, minutes, bus, rate, schedule } = plan;
  history.write({ is: 'run', seed, minutes, bus, rate, schedule });

  run.progress('servers start');
  const server = await startServer(place.postgres, plan.disk);
  run.afterwards(() => server.close());
  if (!server.fillDisk) run.print('The disk cannot be filled here (needs root on Linux): that fault is left out.');
  await makeDatabases(server, [...sides, ...(bus === 'pg' ? ['bus'] : [])]);
  const brokers = bus === 'kafka' ? await startBrokers(place.kafka, (line) => run.progress(line)) : undefined;
  if (brokers) {
    run.afterwards(() => brokers.close());
    await brokers.makeTopics(
      topics.map((topic) => `${kafkaPrefix}.${topic}`),
      partitions,
    );
  }
  const commands = new Map<string, Command>();
  const accounts = await openAccounts(server, commands, history);

  const seen = applications();
  const live = await startProcesses(run, plan, place, { server, brokers, accounts, commands, history, seen });
  run.progress('processes start');
  await live.fleet.allReady();
  runBegan = performance.now();

  const disruptions = await carryOutAll(run, plan, { ...live, server, brokers, history, commands, seen });
  const restBegan = performance.now();
  await live.rest();
  const direct = await directBus(bus, server, brokers);
  const lastFault = disruptions.reduce((last, { to }) => Math.max(last, to), 0);
  const { unpublished, lag } = await settle(run, server, direct);
  const drained = performance.now() - restBegan;
  const settledAfter = Math.max(lastFault > 0 ? seen.recoveredAfter(lastFault) : 0, drained) / 1_000;
  const seconds = elapsed() / 1_000;
  const memory = await live.measureAgain();
  await live.fleet.close();

  run.progress('checking');
  const urls = urlsOf(server);
  const outboxes = await Promise.all(sides.map((side) => found.outboxIn(urls[side])));
  const log = bus === 'pg' ? await found.logIn(server.url('bus')) : await found.logThrough(direct);
  await direct.close();
  const effects = (await Promise.all(sides.map((side) => found.effectsIn(urls[side], side)))).flat();
  const evidence: Evidence = {
    commands,
    written: await found.writtenIn(urls.owner),
    outbox: outboxes.flat(),
    log,
    exactLog: bus === 'pg',
    effects,
    comparisons: await found.comparisonsOf(urls),
    end: {
      settledAfter,
      settleWithin: settleWithin(),
      unpublished,
      lag,
      deadLetters: await found.deadLettersIn(urls),
      died: live.died,
      memory,
    },
  };
  const unknown = [...commands].filter(([, { outcome }]) => outcome === 'unknown');
  noteFound(history, evidence, new Set(unknown.map(([id]) => id)));
  const violations = check(evidence);
  for (const { invariant, text } of violations) history.write({ is: 'violation', invariant, text });

  return {
    seconds,
    kills: disruptions.filter(({ kind }) => kind === 'kill').length,
    others: countBy(disruptions.map(({ kind }) => kind).filter((kind) => kind !== 'kill')),
    leftOut: countBy(live.leftOut),
    commands: commands.size,
    unknown: unknown.length,
    events: evidence.outbox.length,
    effects: effects.reduce((sum, { applied }) => sum + applied.length, 0),
    recoveries: recoveriesOf(disruptions, seen),
    latencies: seen.latencies(),
    settledAfter,
    memory,
    violations,
  };
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Makes both services' tables and the accounts, in commands like any other. */
async function openAccounts(server: Server, commands: Map<string, Command>, history: History): Promise<string[]> {
  const reader = await open(server.url('reader'), 'reader', 2);
  await reader.migrate();
  await reader.close();
  const owner = await open(server.url('owner'), 'owner', 2);
  await owner.migrate();
  const ids = Array.from({ length: accountCount }, () => randomUUID());
  for (let at = 0; at < ids.length; at += 50) {
    const some = ids.slice(at, at + 50);
    const command = `opening.${at}`;
    history.write({ is: 'begin', command, events: some.length });
    await owner.transact(callerAt(new Date()), async (tx) => {
      for (const [n, id] of some.entries()) {
        await tx.insert(Account, { id, balance: 100 });
        await tx.query('INSERT INTO movement (command, n, account, kind, amount) VALUES ($1, $2, $3, $4, $5)', [
          ...[command, n, id, 'grant', 100],
        ]);
        tx.emit(moved(id, { command, n, kind: 'grant', amount: 100, balance: 100, at: machineTime() }));
      }
    });
    commands.set(command, { outcome: 'committed', events: some.length });
    history.write({ is: 'end', command, outcome: 'committed' });
  }
  await owner.close();
  return ids;
}

interface Live {
  readonly fleet: Fleet;
  readonly wires: ReadonlyMap<string, Wire>;
  readonly died: string[];
  readonly leftOut: string[];
  /** Writers end what they have begun. */
  rest(): Promise<void>;
  measureAgain(): Promise<Memory[]>;
}

async function startProcesses(
  run: Run,
  plan: Plan,
  place: Place,
  {
    server,
    brokers,
    accounts,
    commands,
    history,
    seen,
  }: {
    readonly server: Server;
    readonly brokers: Brokers | undefined;
    readonly accounts: readonly string[];
    readonly commands: Map<string, Command>;
    readonly history: History;
    readonly seen: Applications;
  },
): Promise<Live> {
  const wires = new Map<string, Wire>();
  for (const name of everyProcess) {
    const wire = await openWire(() => server.port);
    wires.set(name, wire);
    run.afterwards(() => wire.close());
  }
  const through = (name: string, database: string): string => {
    const url = new URL(server.url(database));
    url.port = String(wires.get(name)?.port);
    return url.toString();
  };
  const assign = (name: string, life: number): Assignment => ({
    name,
    seed: `${plan.seed} ${name} ${life}`,
    owner: through(name, 'owner'),
    reader: through(name, 'reader'),
    bus: brokers ? { kind: 'kafka', brokers: brokers.addresses } : { kind: 'pg', url: through(name, 'bus') },
    partitions,
    rate: plan.rate / processes.writers.length,
    accounts,
  });
  const died: string[] = [];
  const resting = new Set<string>();
  const early = new Map<string, { heap: number; resources: number }>();

  function heard(name: string, message: FromChild): void {
    if (message.is === 'begun') {
      commands.set(message.command, { outcome: 'unknown', events: message.events });
      history.write({ is: 'begin', command: message.command, events: message.events });
    } else if (message.is === 'done') {
      const { command, outcome, why } = message;
      const known = commands.get(command);
      if (known) known.outcome = outcome;
      history.write({ is: 'end', command, outcome, ...(why !== undefined && { why }) });
    } else if (message.is === 'applied') seen.heard(message.lane, message.emitted, message.at);
    else if (message.is === 'resting') resting.add(name);
    else if (message.is === 'failed') history.write({ is: 'note', text: `${name} could not start: ${message.why}` });
    else if (message.is === 'ready' && survivors.includes(name)) void measureSoon(name);
  }
  async function measureSoon(name: string): Promise<void> {
    await sleep(10_000, undefined, { signal: run.signal }).catch(() => undefined);
    const measured = await fleet.measure(name);
    if (measured) early.set(name, measured);
  }

  const fleet = startFleet({
    names: everyProcess,
    assign,
    logs: place.logs,
    heard,
    started: (name, pid) => history.write({ is: 'started', process: name, pid }),
    ended: (name, pid, how) => history.write({ is: 'ended', process: name, pid, how }),
    died: (name, how) => died.push(`${name} ended with ${how} at ${machineTime().toFixed(0)}`),
    changed: (pids) => place.note(pids),
  });
  run.afterwards(() => fleet.close());
  return {
    fleet,
    wires,
    died,
    leftOut: [],
    async rest() {
      for (const name of processes.writers) fleet.send(name, { is: 'rest' });
      const end = performance.now() + 60_000;
      while (!processes.writers.every((name) => resting.has(name)) && performance.now() < end) await sleep(20);
      for (const name of processes.writers)
        if (!resting.has(name)) died.push(`${name} did not end its commands within a minute`);
    },
    async measureAgain() {
      const memory: Memory[] = [];
      for (const name of survivors) {
        const [atStart, atEnd] = [early.get(name), await fleet.measure(name)];
        // A survivor may have been started anew all the same, by itself: then this says nothing of a long life.
        if (!atStart || !atEnd || atEnd.seconds < 30) continue;
        memory.push({
          process: name,
          seconds: atEnd.seconds,
          heap: [atStart.heap, atEnd.heap],
          resources: [atStart.resources, atEnd.resources],
        });
      }
      return memory;
    },
  };
}

/** Carries the schedule out; resolves when the minutes are over and the last fault is. */
async function carryOutAll(
  run: Run,
  plan: Plan,
  world: Live & {
    readonly server: Server;
    readonly brokers: Brokers | undefined;
    readonly history: History;
    readonly commands: ReadonlyMap<string, Command>;
    readonly seen: Applications;
  },
): Promise<Disruption[]> {
  const { history, server, brokers, wires, commands } = world;
  const { signal } = run;
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);
  const carryOut = executor(world, pause);
  const disruptions: Disruption[] = [];
  const running = new Map<Planned, string>();
  const failures: unknown[] = [];
  const works: Promise<void>[] = [];
  const began = performance.now();
  let told = 0;

  async function one(planned: Planned): Promise<void> {
    const { fault } = planned;
    running.set(planned, 'target' in fault ? `${fault.target} ${nameOf(fault)}` : nameOf(fault));
    history.write({ is: 'fault', fault });
    const from = machineTime();
    try {
      const why = await carryOut(fault);
      if (why === undefined) disruptions.push({ kind: nameOf(fault), from, to: machineTime() });
      else world.leftOut.push(nameOf(fault));
      history.write(why === undefined ? { is: 'over', fault } : { is: 'left out', fault, why });
    } catch (error) {
      failures.push(error);
    } finally {
      running.delete(planned);
    }
  }

  const progress = () => {
    const slowest = world.seen.slowest(machineTime());
    const behind = slowest && slowest.ms > 2_000 ? `  ${slowest.lane} ${(slowest.ms / 1_000).toFixed(0)} s behind` : '';
    if (behind) history.write({ is: 'note', text: behind.trim() });
    const seconds = (performance.now() - began) / 1_000;
    const kills = disruptions.filter(({ kind }) => kind === 'kill').length;
    let events = 0;
    for (const { outcome, events: some } of commands.values()) if (outcome === 'committed') events += some;
    const now = [...running.values()].join(', ');
    run.progress(
      `${seconds.toFixed(0).padStart(5)} s  ${kills} kills  ${disruptions.length - kills} other faults  ` +
        `${events} events (${(events / Math.max(seconds, 1)).toFixed(0)}/s)${behind}${now && `  now: ${now}`}`,
    );
    told = seconds;
  };
  const telling = setInterval(progress, 5_000);
  run.afterwards(() => clearInterval(telling));
  for (const planned of plan.schedule) {
    await pause(Math.max(0, planned.at - (performance.now() - began)));
    if (signal.aborted || failures.length > 0) break;
    works.push(one(planned));
  }
  await Promise.all(works);
  for (const wire of wires.values()) wire.heal();
  if (failures.length > 0) throw failures[0];
  signal.throwIfAborted();
  await server.ensure();
  await brokers?.ensure();
  await pause(Math.max(0, plan.minutes * 60_000 - (performance.now() - began)));
  signal.throwIfAborted();
  clearInterval(telling);
  if (told > 0) progress();
  return disruptions;
}

async function directBus(kind: BusKind, server: Server, brokers: Brokers | undefined): Promise<EventBus> {
  if (kind === 'pg') return postgresLogBus({ url: server.url('bus'), partitions: () => partitions });
  return kafkaBus({ brokers: brokers?.direct ?? [], clientId: 'chaos-driver', prefix: kafkaPrefix });
}

/** For who reads the history: what the database has of each command, those that were cut off first of all. */
function noteFound(history: History, { outbox }: Evidence, unknown: ReadonlySet<string>): void {
  const byCommand = new Map<string, { id: string; key: string; version: number }[]>();
  for (const { command, id, key, version } of outbox) {
    if (command === undefined) continue;
    const events = byCommand.get(command);
    if (events) events.push({ id, key, version });
    else byCommand.set(command, [{ id, key, version }]);
  }
  for (const command of unknown) if (!byCommand.has(command)) history.write({ is: 'found', command, events: [] });
  for (const [command, events] of byCommand) history.write({ is: 'found', command, events });
}
