import { setTimeout as sleep } from 'node:timers/promises';
import type { Brokers } from './brokers';
import type { Fleet } from './fleet';
import type { Server } from './postgres';
import type { Fault } from './schedule';
import type { Wire } from './wire';

/** Everything that a fault can hit. */
export interface World {
  readonly fleet: Fleet;
  readonly server: Server;
  /** The way of each process to the database. */
  readonly wires: ReadonlyMap<string, Wire>;
  readonly brokers: Brokers | undefined;
}

/** What became of a fault: undefined when it happened, why it did not otherwise. */
export type LeftOut = string | undefined;

/** A server that is too busy to be asked is not a failure of the run. */
const notReached = (error: unknown): string =>
  `the server could not be asked: ${error instanceof Error ? error.message : String(error)}`;

/** Carries faults out; `pause` is a sleep that ends early when the run is stopped. */
export function executor({ fleet, server, wires, brokers }: World, pause: (ms: number) => Promise<void>) {
  const busy = new Set<string>();

  /** One trouble at a time for one thing. */
  async function alone(what: string, work: () => Promise<LeftOut>): Promise<LeftOut> {
    if (busy.has(what)) return `${what} is in trouble already`;
    busy.add(what);
    try {
      return await work();
    } finally {
      busy.delete(what);
    }
  }

  async function troubleWire(wire: Wire | undefined, fault: Extract<Fault, { kind: 'wire' | 'broker wire' }>) {
    if (!wire) return 'there is no such wire';
    wire.trouble(fault.trouble);
    await pause(fault.ms);
    wire.heal();
    return undefined;
  }

  const onDatabase = (work: () => Promise<LeftOut>): Promise<LeftOut> => alone('the database', work);

  const onBrokers = async (work: (brokers: Brokers) => Promise<LeftOut>): Promise<LeftOut> =>
    brokers ? alone('a broker', () => work(brokers)) : 'this run has no brokers';

  async function fillDisk(ms: number): Promise<LeftOut> {
    if (!server.fillDisk) return 'a disk of its own for the database is only mounted for root on Linux';
    const giveBack = server.fillDisk();
    await pause(ms);
    giveBack();
    await server.ensure();
    return undefined;
  }

  return async function carryOut(fault: Fault): Promise<LeftOut> {
    switch (fault.kind) {
      case 'kill':
        return fleet.kill(fault.target) ? undefined : 'it does not run';
      case 'freeze': {
        const thaw = fleet.freeze(fault.target);
        if (!thaw) return 'it does not run';
        await pause(fault.ms);
        thaw();
        return undefined;
      }
      case 'wire':
        return alone(`wire of ${fault.target}`, () => troubleWire(wires.get(fault.target), fault));
      case 'clock':
        fleet.send(fault.target, { is: 'clock', offset: fault.minutes * 60_000 });
        return undefined;
      case 'terminate':
        return onDatabase(() => server.terminate(fault.share, fault.seed).then(() => undefined, notReached));
      case 'crash backend':
        return onDatabase(async () => {
          const hit = await server.crashBackend(fault.seed).catch(notReached);
          await sleep(200);
          await server.ensure();
          return hit === true ? undefined : hit || 'nobody was connected';
        });
      case 'stop database':
        return onDatabase(async () => {
          await server.stop(fault.signal);
          await pause(fault.ms);
          await server.ensure();
          return undefined;
        });
      case 'disk full':
        return onDatabase(() => fillDisk(fault.ms));
      case 'kill broker':
      case 'stop broker':
      case 'freeze broker':
        return onBrokers(async (all) => {
          const nodes = fault.node === 0 ? all.ids : [fault.node];
          const back = await Promise.all(nodes.map((node) => all.down(node, fault.kind)));
          await pause(fault.ms);
          await Promise.all(back.map((undo) => undo()));
          return undefined;
        });
      case 'broker wire':
        return onBrokers((all) => troubleWire(all.wire(fault.node), fault));
    }
  };
}
