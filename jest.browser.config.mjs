import config from './jest.config.mjs';

/**
 * The specs that need Chromium.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['<rootDir>/test/**/*.browser.spec.ts', '<rootDir>/packages/*/test/**/*.browser.spec.ts'],
};
