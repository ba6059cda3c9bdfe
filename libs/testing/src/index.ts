export { startTestBroker, stopTestBroker, testBrokers, type TestBroker } from './broker';
export { startTestCluster, stopTestCluster, templateDatabase, testCluster } from './cluster';
export { accessTable, asActor, testService, type Emitted, type Seed, type TestService } from './service';
