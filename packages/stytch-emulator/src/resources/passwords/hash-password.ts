import { randomBytes, scryptSync } from 'node:crypto';
import { type PasswordHash } from './password.js';

/** Low, because this is no production system: a hash takes milliseconds. */
const cost = { n: 1024, r: 8, p: 1 };
const saltBytes = 16;
const keyBytes = 32;

export function hashPassword(password: string): PasswordHash {
  const salt = randomBytes(saltBytes);
  const key = scryptSync(password, salt, keyBytes, { N: cost.n, r: cost.r, p: cost.p });
  return { kind: 'scrypt', salt: salt.toString('base64'), key: key.toString('base64'), ...cost };
}
