/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  // Applications of their own, run from the packed tarball by test/package/run.mjs.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/package/'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // The sources name their imports as Node will see them (./x.js); Jest reads the .ts beside it.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
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
  modulePathIgnorePatterns: ['<rootDir>/test/package/', '<rootDir>/dist/'],
  reporters: ['default', '<rootDir>/test/support/closing-reporter.mjs'],
  maxWorkers: 2,
  // No test asserts speed: this ends only what hangs.
  testTimeout: 30_000,
};
