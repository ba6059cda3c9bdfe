import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Trouble } from './schedule';

/** A way to a server through which everything passes, and which can be troubled. */
export interface Wire {
  readonly port: number;
  /** Begins the trouble. Those that last do so until `heal`; `reset` and `truncate` hit what is connected now. */
  trouble(kind: Trouble): void;
  /** Carries everything again. What lost bytes meanwhile cannot be mended and is reset. */
  heal(): void;
  connections(): number;
  close(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  /** Undefined when the connection was accepted but leads nowhere. */
  far: Socket | undefined;
  /** Bytes were swallowed: whatever comes later would not fit. */
  broken: boolean;
  cutNext: boolean;
}

/** Milliseconds that a slow wire holds each piece of at most 64 KiB. */
const slowness = 120;

/**
 * `partition`: nothing passes and nothing is lost, as when the network retransmits. `black hole`: bytes vanish, both ends stay open.
 * `half open`: the server's end is gone, the client's end stays open and silent. `slow`: every piece is late. `reset`: both ends are
 * reset. `truncate`: half of the next answer, then a reset.
 */
export async function openWire(to: () => number): Promise<Wire> {
  const pairs = new Set<Pair>();
  let now: Trouble | undefined;

  const server = createServer((near) => {
    const pair: Pair = { near, far: undefined, broken: false, cutNext: false };
    pairs.add(pair);
    near.on('error', () => near.destroy());
    near.on('close', () => ended(pair));
    if (now === 'partition') return;
    if (now === 'black hole' || now === 'half open') swallow(pair);
    else lead(pair);
  });

  /** Connects the far end and lets bytes pass. */
  function lead(pair: Pair): void {
    const { near } = pair;
    const far = connect(to(), '127.0.0.1');
    pair.far = far;
    far.setNoDelay(true);
    near.setNoDelay(true);
    far.on('error', (error: NodeJS.ErrnoException) => {
      far.destroy();
      if (error.code !== 'ECONNREFUSED') return;
      reset(pair);
      refuse();
    });
    far.on('close', () => {
      if (pair.broken) return;
      near.destroySoon();
    });
    pass(pair, near, far, false);
    pass(pair, far, near, true);
  }

  function pass(pair: Pair, from: Socket, into: Socket, answers: boolean): void {
    const write = (piece: Buffer) => {
      if (into.destroyed) return;
      if (into.write(piece)) return;
      from.pause();
      into.once('drain', () => {
        if (now !== 'partition') from.resume();
      });
    };
    from.on('data', (piece) => {
      if (now === 'black hole') pair.broken = true;
      if (pair.broken) return;
      if (pair.cutNext && answers) {
        pair.broken = true;
        into.write(piece.subarray(0, Math.floor(piece.length / 2)), () => reset(pair));
      } else if (now === 'slow') {
        from.pause();
        setTimeout(() => {
          write(piece);
          if (now !== 'partition') from.resume();
        }, slowness);
      } else write(piece);
    });
  }

  function swallow(pair: Pair): void {
    pair.broken = true;
    pair.near.resume();
  }

  function reset({ near, far }: Pair): void {
    if (!near.destroyed) near.resetAndDestroy();
    if (far && !far.destroyed) far.resetAndDestroy();
  }

  function ended(pair: Pair): void {
    // The far end hears nothing of it through a wire that carries nothing.
    if (now === 'black hole' && pair.far && !pair.far.destroyed) return;
    pairs.delete(pair);
    pair.far?.destroySoon();
  }

  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  let closed = false;

  /** Takes no connections while the server takes none: a client must see it as refused, not as taken and ended. */
  function refuse(): void {
    if (!server.listening) return;
    server.close();
    const look = () => {
      if (closed) return;
      const probe = connect(to(), '127.0.0.1');
      probe.on('error', () => setTimeout(look, 50));
      probe.on('connect', () => {
        probe.destroy();
        if (!closed) listen(port).catch(() => setTimeout(look, 50));
      });
    };
    setTimeout(look, 50);
  }

  function heal(): void {
    const before = now;
    now = undefined;
    for (const pair of [...pairs]) {
      if (pair.broken || pair.near.destroyed) {
        reset(pair);
        pairs.delete(pair);
      } else if (before === 'partition') {
        if (!pair.far) lead(pair);
        pair.near.resume();
        pair.far?.resume();
      }
    }
  }

  return {
    port,
    trouble(kind) {
      heal();
      if (kind === 'reset') for (const pair of pairs) reset(pair);
      else if (kind === 'truncate') for (const pair of pairs) pair.cutNext = true;
      else now = kind;
      for (const pair of pairs) {
        if (kind === 'partition') {
          pair.near.pause();
          pair.far?.pause();
        }
        if (kind === 'half open') {
          swallow(pair);
          pair.far?.resetAndDestroy();
        }
      }
    },
    heal,
    connections: () => pairs.size,
    async close() {
      closed = true;
      for (const pair of pairs) reset(pair);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
