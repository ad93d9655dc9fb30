import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { type PasswordHash } from '../users/password.js';

/** Low, because this is no production system: a hash takes milliseconds. */
const cost = { n: 1024, r: 8, p: 1 };
const saltBytes = 16;
const keyBytes = 32;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(saltBytes);
  const key = await deriveScryptKey(password, salt, keyBytes, cost);
  return { kind: 'scrypt', salt: salt.toString('base64'), key: key.toString('base64'), ...cost };
}

/** Whether the hash is that of the password. */
export async function matchesHash(hash: PasswordHash, password: string): Promise<boolean> {
  const key = Buffer.from(hash.key, 'base64');
  const salt = Buffer.from(hash.salt, 'base64');
  return timingSafeEqual(await deriveScryptKey(password, salt, key.length, hash), key);
}

function deriveScryptKey(
  password: string,
  salt: Buffer,
  keyLength: number,
  { n, r, p }: { n: number; r: number; p: number },
): Promise<Buffer> {
  // The limit of Node would refuse the cost that needs exactly that much memory.
  const maxmem = 256 * n * r;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, { N: n, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
