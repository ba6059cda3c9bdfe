import { openPlatform } from './in-one-process';
import { services } from './services';
import { start } from './start';

// `npm start`: the whole platform in one process, with PostgreSQL as its only child.
void start(async ({ installation, log, health, clock, onShutdown }) => {
  const platform = await openPlatform({ installation, services, log, clock, health });
  onShutdown('platform', () => platform.close());
  return {
    settled: (withinMs) => platform.settled(withinMs),
    listen: (port) => platform.gateway.listen({ host: '127.0.0.1', port }),
  };
});
