import config from './jest.config.mjs';

/**
 * The specs that need redis-server. They run one at a time: each starts several processes, and waits for servers and
 * instances that notice failures by time.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['<rootDir>/test/redis/**/*.spec.ts'],
  maxWorkers: 1,
  // Failovers and restarts under load take their time on a slow machine. This ends only what hangs.
  testTimeout: 300_000,
  // node-redis 6.3.1 never ends the client of a subscription that is connecting when its Sentinel client is destroyed:
  // it tries to reach the master that has failed, which would keep the process running.
  forceExit: true,
};
