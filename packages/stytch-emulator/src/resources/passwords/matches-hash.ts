import { createHash, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type PasswordHash } from './password.js';
import { matchesPhpass } from './phpass.js';

/** bcrypt ignores the rest of a password. */
const maxBcryptBytes = 72;

/** Whether the hash is that of the password. Node's slow hashes are computed in other threads. */
export async function matchesHash(hash: PasswordHash, password: string): Promise<boolean> {
  switch (hash.kind) {
    case 'scrypt': {
      const key = Buffer.from(hash.key, 'base64');
      const salt = Buffer.from(hash.salt, 'base64');
      return timingSafeEqual(await deriveScryptKey(password, salt, key.length, hash), key);
    }
    case 'pbkdf2': {
      const key = Buffer.from(hash.key, 'base64');
      const salt = Buffer.from(hash.salt, 'base64');
      const { iterations, digest } = hash;
      return timingSafeEqual(await promisify(pbkdf2)(password, salt, iterations, key.length, digest), key);
    }
    case 'digest': {
      const { algorithm, prefix, suffix, hex } = hash;
      const digest = createHash(algorithm).update(`${prefix}${password}${suffix}`).digest();
      return timingSafeEqual(digest, Buffer.from(hex, 'hex'));
    }
    case 'phpass':
      return matchesPhpass(hash.encoded, password);
    case 'bcrypt': {
      const { bcryptVerify } = await import('hash-wasm');
      const bytes = Buffer.from(password).subarray(0, maxBcryptBytes);
      return bytes.length > 0 && bcryptVerify({ password: bytes, hash: hash.encoded });
    }
    case 'argon2': {
      const { argon2Verify } = await import('hash-wasm');
      return password !== '' && argon2Verify({ password, hash: hash.encoded });
    }
  }
}

function deriveScryptKey(
  password: string,
  salt: Buffer,
  keyLength: number,
  { n, r, p }: { n: number; r: number; p: number },
): Promise<Buffer> {
  // The limit of Node would refuse the cost that needs exactly that much memory.
  const maxmem = 256 * r * (n + p);
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, { N: n, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
