import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWire, type Wire } from './wire';

/** Answers every word with the same word, and knows which of its connections are still there. */
async function echo(): Promise<{ server: Server; port: number; ends: Set<Socket> }> {
  const ends = new Set<Socket>();
  const server = createServer((socket) => {
    ends.add(socket);
    socket.on('data', (word) => void socket.write(word));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => ends.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, ends };
}

interface Client {
  readonly socket: Socket;
  heard(): string;
  closed(): boolean;
}

async function client(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (piece) => (heard += piece.toString()));
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return { socket, heard: () => heard, closed: () => socket.destroyed };
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('waited in vain');
    await sleep(5);
  }
}

describe('a wire', () => {
  let far: Awaited<ReturnType<typeof echo>>;
  let wire: Wire;
  let one: Client;
  beforeEach(async () => {
    far = await echo();
    wire = await openWire(() => far.port);
    one = await client(wire.port);
    one.socket.write('a');
    await until(() => one.heard() === 'a');
  });
  afterEach(async () => {
    one.socket.destroy();
    await wire.close();
    for (const end of far.ends) end.destroy();
    far.server.close();
  });

  it('partition: holds everything back and loses nothing', async () => {
    wire.trouble('partition');
    one.socket.write('b');
    const late = await client(wire.port);
    late.socket.write('x');
    await sleep(100);
    expect([one.heard(), late.heard(), far.ends.size]).toEqual(['a', '', 1]);
    wire.heal();
    await until(() => one.heard() === 'ab' && late.heard() === 'x');
    late.socket.destroy();
  });

  it('black hole: swallows bytes while both ends stay open, and resets what lost some', async () => {
    wire.trouble('black hole');
    one.socket.write('b');
    await sleep(100);
    expect([one.heard(), one.closed(), far.ends.size]).toEqual(['a', false, 1]);
    wire.heal();
    await until(() => one.closed() && far.ends.size === 0);
    const next = await client(wire.port);
    next.socket.write('c');
    await until(() => next.heard() === 'c');
    next.socket.destroy();
  });

  it('black hole: the server does not hear that a client has gone', async () => {
    wire.trouble('black hole');
    one.socket.destroy();
    await sleep(100);
    expect(far.ends.size).toBe(1);
    wire.heal();
    await until(() => far.ends.size === 0);
  });

  it('half open: the server is rid of the client, who hears nothing', async () => {
    wire.trouble('half open');
    one.socket.write('b');
    await until(() => far.ends.size === 0);
    expect([one.heard(), one.closed()]).toEqual(['a', false]);
    wire.heal();
    await until(() => one.closed());
  });

  it('slow: everything comes, late and in order', async () => {
    wire.trouble('slow');
    const begun = performance.now();
    for (const word of ['b', 'c', 'd']) one.socket.write(word);
    await until(() => one.heard() === 'abcd');
    expect(performance.now() - begun).toBeGreaterThan(200);
  });

  it('reset: ends what is connected and carries what comes after', async () => {
    wire.trouble('reset');
    await until(() => one.closed() && far.ends.size === 0);
    const next = await client(wire.port);
    next.socket.write('c');
    await until(() => next.heard() === 'c');
    expect(one.heard()).toBe('a');
    next.socket.destroy();
  });

  it('truncate: half of an answer, then the end', async () => {
    wire.trouble('truncate');
    one.socket.write('0123456789');
    await until(() => one.closed());
    expect(one.heard()).toBe('a01234');
  });

  it('refuses while the server is away, and carries again when it is back', async () => {
    for (const end of far.ends) end.destroy();
    await new Promise((resolve) => far.server.close(resolve));
    const code = async () => {
      const socket = connect(wire.port, '127.0.0.1');
      const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
        socket.on('error', resolve);
        socket.on('close', () => resolve(undefined));
      });
      return error?.code;
    };
    // The first finds out.
    await code();
    expect(await code()).toBe('ECONNREFUSED');
    far.server.listen(far.port, '127.0.0.1');
    for (let heard = ''; heard !== 'c'; await sleep(20)) {
      const next = await client(wire.port).catch(() => undefined);
      next?.socket.write('c');
      await sleep(50);
      heard = next?.heard() ?? '';
      next?.socket.destroy();
    }
  });

  it('closes as its ends close', async () => {
    one.socket.end();
    await until(() => wire.connections() === 0);
    await until(() => far.ends.size === 0);
    expect(one.heard()).toBe('a');
  });
});
