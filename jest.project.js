// One jest configuration for every project; Nx runs it with the project's folder as working directory.
const path = require('node:path');

module.exports = {
  testEnvironment: 'node',
  rootDir: process.cwd(),
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fixtures/'],
  setupFiles: ['reflect-metadata'],
  // Copying a prepared database takes seconds when every core is busy.
  testTimeout: 30_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: { '^@jishi/(.*)$': path.join(__dirname, 'libs/$1/src/index.ts') },
  cacheDirectory: path.join(__dirname, '.nx/jest'),
};
