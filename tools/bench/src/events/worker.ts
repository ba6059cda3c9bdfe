// Relay and consumer as a process of their own, as the worker of a service is: it hears of a commit only by looking.
import { deliver, type Addresses } from './services';

export type FromWorker = { readonly ready: true } | { readonly applied: readonly number[]; readonly at: number };

const tell = (message: FromWorker): void => void process.send?.(message);

async function work(addresses: Addresses): Promise<void> {
  const delivery = await deliver(addresses, (applied, at) => tell({ applied, at }));
  // Ctrl-C reaches every process of the terminal; this one ends when its parent says so or is gone.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => {
    void delivery.close().then(() => process.exit(0));
  });
  tell({ ready: true });
}

process.once('message', (addresses: Addresses) => {
  work(addresses).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
