import { createHmac } from 'node:crypto';
import { fromBase32 } from '../../../base32.js';

const stepSeconds = 30;

/** The time step of a moment (RFC 6238). */
export function stepAt(atSeconds: number): number {
  return Math.floor(atSeconds / stepSeconds);
}

/** The code of a time step: 6 digits, by HMAC-SHA-1 (RFC 4226). */
export function codeOfStep(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const number = mac.readUInt32BE(mac.readUInt8(19) & 0x0f) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** The step of a code, which may be the previous or the next one; undefined if the code is wrong. */
export function stepOfCode(secret: string, code: string, atSeconds: number): number | undefined {
  const current = stepAt(atSeconds);
  return [current, current - 1, current + 1].find((step) => codeOfStep(secret, step) === code);
}
