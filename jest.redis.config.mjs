import config from './jest.config.mjs';

/**
 * The specs that need redis-server.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['<rootDir>/test/redis/**/*.spec.ts'],
};
