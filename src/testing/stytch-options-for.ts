import type { StytchB2BEmulator, StytchEmulator } from 'stytch-emulator';
import type { StytchCommonOptions } from '../lib/index.js';

/**
 * The options that connect an application to an emulator, of a project of either product. Both share one clock, so that
 * `emulator.clock.advance()` moves time for both. The limits on requesting links are off.
 *
 * @example
 * ```ts
 * StytchModule.forRoot({ ...stytchOptionsFor(emulator), protection: 'opt-out' })
 * ```
 */
export function stytchOptionsFor(
  emulator: StytchEmulator | StytchB2BEmulator,
): Required<
  Pick<StytchCommonOptions, 'projectId' | 'secret' | 'publicToken' | 'apiUrl' | 'appUrl' | 'clock' | 'limits'>
> {
  const { projectId, secret, publicToken, url, clock } = emulator;
  // Tests request many links from one address. A test of the limits sets them itself.
  const limits = { perAddress: false, perAddressTotal: false, perIp: false } as const;
  return { projectId, secret, publicToken, apiUrl: url, appUrl: 'http://localhost:3000', clock, limits };
}
