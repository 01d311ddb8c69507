import { availableParallelism } from 'node:os';

const shared = {
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
  moduleNameMapper: {
    '^#(domain|guards|problems)$': '<rootDir>/libs/$1/src/index.ts',
    '^#guards/testing$': '<rootDir>/libs/guards/src/testing/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // Nest 12 is ESM-only and jest can require() native ES modules only from Node 24.9 on: node_modules is compiled too.
  transform: { '\\.(tsx?|[mc]?js)$': '<rootDir>/test/support/jest-transform.cjs' },
  transformIgnorePatterns: [],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
};

// The endpoint tests of a room run as one file, see specs-in.ts, unless a file of them is asked for by its name.
const isOneSpec = process.argv.some((argument) => /\btest\/(e2e\/[^/]+|contract)\/./.test(argument));

// What brings the database it needs runs where TEST_DATABASE_URL names none, and not once more where it does.
const ownDatabase = process.env.TEST_DATABASE_URL && !isOneSpec ? ['/test/e2e/(gateways|readme|start)/'] : [];

export default {
  // The database works while its test waits: one worker less than cores, as jest has it, is too few of two.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testSequencer: '<rootDir>/test/support/room-sequencer.cjs',
  reporters: ['default', '<rootDir>/test/support/skipped-reporter.mjs'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
      setupFilesAfterEnv: ['<rootDir>/test/support/unit-timeout.ts'],
      testRegex: '(?<!e2e)[-.]spec\\.tsx?$',
      testPathIgnorePatterns: ['e2e-spec', 'browser-spec'],
    },
    {
      ...shared,
      displayName: 'e2e',
      roots: ['<rootDir>/test'],
      setupFilesAfterEnv: ['<rootDir>/test/support/e2e-timeout.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...ownDatabase],
      testRegex: isOneSpec ? '\\.e2e-spec\\.tsx?$' : '/room\\.e2e\\.ts$',
    },
    {
      ...shared,
      displayName: 'browser',
      roots: ['<rootDir>/test/browser'],
      setupFilesAfterEnv: ['<rootDir>/test/support/e2e-timeout.ts'],
      testRegex: '\\.browser-spec\\.ts$',
    },
  ],
};
