import config from './jest.config.mjs';

/**
 * The specs that start processes of their own: the demo, the emulator's command, applications that receive signals,
 * compilers.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['<rootDir>/test/**/*.process.spec.ts', '<rootDir>/packages/*/test/**/*.process.spec.ts'],
};
