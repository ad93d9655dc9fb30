import { StytchOptionsError } from 'nestjs-stytch';
import { EmulatorError } from 'nestjs-stytch/emulator';

/** Why the demo did not start, where the person who starts it can mend that. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
}

/** The fault in words; the stack only where nobody foresaw it. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isPortTaken(error)) {
    return `Port ${error.port} on ${error.address} is taken by another process. Stop it, or set PORT to another port.`;
  }
  if (error instanceof EmulatorError && error.code === 'emulator_port_taken') {
    return `${error.message} Stop it, or set STYTCH_EMULATOR_PORT to another port.`;
  }
  const isForeseen = [StartFault, StytchOptionsError, EmulatorError].some((kind) => error instanceof kind);
  return isForeseen ? error.message : (error.stack ?? error.message);
}

function isPortTaken(error: Error): error is Error & { port: number; address: string } {
  return 'code' in error && error.code === 'EADDRINUSE';
}
