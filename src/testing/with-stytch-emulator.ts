import type { StytchEmulator, StytchEmulatorOptions } from 'stytch-emulator';
import { importEmulator } from './import-emulator.js';

/**
 * Starts an emulator, passes it to `run`, and closes it when `run` has returned or thrown. Needs the
 * package `stytch-emulator`.
 *
 * @throws {Error} if `stytch-emulator` is not installed
 *
 * @example
 * ```ts
 * await withStytchEmulator(async (emulator) => {
 *   const { projectId, secret, url } = emulator;
 *   // Start the application with these values.
 * });
 * ```
 */
export async function withStytchEmulator<T>(
  run: (emulator: StytchEmulator) => Promise<T>,
  options: StytchEmulatorOptions = {},
): Promise<T> {
  const { startStytchEmulator } = await importEmulator();
  const emulator = await startStytchEmulator(options);
  try {
    return await run(emulator);
  } finally {
    await emulator.close();
  }
}
