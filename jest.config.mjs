/** @type {import('jest').Config} */
export default {
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/test/**/*.spec.ts',
    '<rootDir>/packages/*/src/**/*.spec.ts',
    '<rootDir>/packages/*/test/**/*.spec.ts',
    // jest.browser.config.mjs runs these.
    '!**/*.browser.spec.ts',
    // jest.processes.config.mjs runs these.
    '!**/*.process.spec.ts',
    // jest.redis.config.mjs runs these.
    '!**/test/redis/**',
  ],
  // Applications that test/package/run.mjs runs with the packed tarballs.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/package/'],
  testEnvironment: '<rootDir>/test/support/one-realm-environment.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  // Checks all requests and responses of emulators against Stytch's OpenAPI documents.
  setupFilesAfterEnv:
    (process.env.STYTCH_OPENAPI ?? process.env.STYTCH_SDK_OPENAPI) === undefined
      ? []
      : ['<rootDir>/packages/stytch-emulator/test/contract/setup.ts'],
  // Sources import ./x.js, the name after compilation; Jest reads ./x.ts.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [],
  transform: {
    // Packages, and those of this repository as they are published.
    '/(node_modules|dist/esm)/.+\\.[cm]?js$': '<rootDir>/test/support/native-packages.cjs',
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/test/package/', '<rootDir>/dist/', '<rootDir>/packages/[^/]+/dist/'],
  reporters: ['default', '<rootDir>/test/support/closing-reporter.mjs'],
  maxWorkers: 2,
  // No test asserts speed: this ends only what hangs, also on a slow machine.
  testTimeout: 120_000,
  // Node takes up to a second to free the memory of a worker that ran many files. If it takes longer, a handle is open.
  workerGracefulExitTimeout: 5_000,
};
