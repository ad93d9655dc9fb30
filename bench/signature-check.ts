import { generateKeyPairSync, sign, verify } from 'node:crypto';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** As long as the signed part of a session JWT without custom claims. */
const signedBytes = Buffer.alloc(900, 'a');
const signature = sign('RSA-SHA256', signedBytes, privateKey);

/** Checks an RS256 signature this many times. */
export function checkSignature(times: number): void {
  for (let time = 0; time < times; time += 1) verify('RSA-SHA256', signedBytes, publicKey, signature);
}
