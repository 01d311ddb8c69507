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

export default {
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
      testRegex: '\\.e2e-spec\\.tsx?$',
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
