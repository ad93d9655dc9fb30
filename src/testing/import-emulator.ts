import type * as emulator from 'stytch-emulator';

/** Imports `stytch-emulator`, an optional peer dependency. */
export async function importEmulator(): Promise<typeof emulator> {
  try {
    return await import('stytch-emulator');
  } catch (error) {
    if (!isMissingPackage(error)) throw error;
    throw new Error(
      'withStytchEmulator() needs the package stytch-emulator, which is not installed. Install it with: npm i -D stytch-emulator',
      { cause: error },
    );
  }
}

/** Whether the package itself was not found, as opposed to something that it imports. */
function isMissingPackage(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  // ERR_MODULE_NOT_FOUND from import(), MODULE_NOT_FOUND from require() and from Jest.
  return /MODULE_NOT_FOUND$/.test(String(code)) && /['"]stytch-emulator['"]/.test(String(message));
}
