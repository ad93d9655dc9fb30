import type { StytchModuleOptions } from '../lib/index.js';
import type { StytchEmulator } from '../emulator/index.js';

/**
 * The options that point an application at an emulator and put both on one clock, so that
 * `emulator.clock.advance(…)` moves time for the two together. The limits on asking for links are off.
 *
 * @example
 * ```ts
 * StytchModule.forRoot({ ...stytchOptionsFor(emulator), protection: 'opt-out' })
 * ```
 */
export function stytchOptionsFor(
  emulator: StytchEmulator,
): Required<Pick<StytchModuleOptions, 'projectId' | 'secret' | 'apiUrl' | 'appUrl' | 'clock' | 'limits'>> {
  const { projectId, secret, url, clock } = emulator;
  // Tests ask for many links from one address; what tests the limits sets them.
  const limits = { perAddress: false, perIp: false } as const;
  return { projectId, secret, apiUrl: url, appUrl: 'http://localhost:3000', clock, limits };
}
