// Stops the PostgreSQL that the tests of this checkout started.
import { stopTestCluster } from '@jishi/testing';

void stopTestCluster().then((stopped) => {
  process.exitCode = stopped ? 0 : 1;
});
