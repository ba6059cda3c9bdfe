// The test database: one server for all tests of a checkout, templates prepared once, copies for every suite.
export { startTestCluster, stopTestCluster, testCluster, type TestCluster } from './cluster-server';
export { templateDatabase, type Clone } from './cluster-template';
