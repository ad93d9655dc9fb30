import { StytchOptionsError } from 'nestjs-stytch';
import { EmulatorError } from 'stytch-emulator';

/** A configuration mistake that prevents startup. The message says how to fix it. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The message of a known startup failure, or the stack of an unexpected one. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isPortInUse(error)) {
    return `Port ${error.port} on ${error.address} is already in use. Stop the process that uses it, or set PORT to another port.`;
  }
  if (error instanceof EmulatorError && error.code === 'emulator_port_taken') {
    return `${error.message} Stop the process that uses it, or set STYTCH_EMULATOR_PORT to another port.`;
  }
  const isKnown = [StartupError, StytchOptionsError, EmulatorError].some((kind) => error instanceof kind);
  return isKnown ? error.message : (error.stack ?? error.message);
}

function isPortInUse(error: Error): error is Error & { port: number; address: string } {
  return 'code' in error && error.code === 'EADDRINUSE';
}
