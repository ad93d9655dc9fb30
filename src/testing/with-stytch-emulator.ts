import { startStytchEmulator, type StytchEmulator, type StytchEmulatorOptions } from '../emulator/index.js';

/**
 * Runs something against an emulator of its own, which is closed whatever happens.
 *
 * @example
 * ```ts
 * await withStytchEmulator(async (emulator) => {
 *   const { projectId, secret, url } = emulator;
 *   // start the application with them …
 * });
 * ```
 */
export async function withStytchEmulator<T>(
  run: (emulator: StytchEmulator) => Promise<T>,
  options: StytchEmulatorOptions = {},
): Promise<T> {
  const emulator = await startStytchEmulator(options);
  try {
    return await run(emulator);
  } finally {
    await emulator.close();
  }
}
