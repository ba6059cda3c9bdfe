import { connect } from 'node:net';

/** What a broker says about its cluster. */
export interface Answer {
  readonly clusterId: string;
  /** The nodes that take requests now, in order of their numbers, and where clients of this listener are to find them. */
  readonly nodes: readonly { readonly id: number; readonly address: string }[];
}

const metadata = { key: 3, version: 2 };
const correlation = 7;

/** Length, key, version, correlation, client's name, and no topics. */
function request(): Buffer {
  const name = Buffer.from('jishi');
  const body = Buffer.alloc(10);
  body.writeInt16BE(metadata.key, 0);
  body.writeInt16BE(metadata.version, 2);
  body.writeInt32BE(correlation, 4);
  body.writeInt16BE(name.length, 8);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + name.length + 4);
  return Buffer.concat([length, body, name, Buffer.alloc(4)]);
}

function read(frame: Buffer): Answer {
  let at = 4;
  const number = (): number => frame.readInt32BE((at += 4) - 4);
  const text = (): string => {
    const length = frame.readInt16BE((at += 2) - 2);
    return length < 0 ? '' : frame.toString('utf8', at, (at += length));
  };
  const nodes: { id: number; address: string }[] = [];
  for (let left = number(); left > 0; left -= 1) {
    nodes.push({ id: number(), address: `${text()}:${number()}` });
    text(); // rack
  }
  return { clusterId: text(), nodes: nodes.toSorted((a, b) => a.id - b.id) };
}

/**
 * Asks a broker on this machine which cluster it belongs to, in Kafka's own protocol (Metadata, version 2). Null when it does
 * not answer within `patience` milliseconds or what answers is no Kafka.
 */
export function ask(port: number, patience = 2_000): Promise<Answer | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer: Answer | null): void => {
      socket.destroy();
      resolve(answer);
    };
    let got = Buffer.alloc(0);
    socket.setTimeout(patience, () => end(null));
    // Refused or cut: to the caller the same as silence.
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    socket.on('connect', () => socket.write(request()));
    socket.on('data', (piece: Buffer) => {
      got = Buffer.concat([got, piece]);
      if (got.length < 4 || got.length < 4 + got.readInt32BE(0)) return;
      const frame = got.subarray(4);
      try {
        end(frame.readInt32BE(0) === correlation ? read(frame) : null);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        end(null);
      }
    });
  });
}
