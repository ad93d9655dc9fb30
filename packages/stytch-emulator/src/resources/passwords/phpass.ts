import { createHash, timingSafeEqual } from 'node:crypto';

// The portable hash of phpass (openwall.com/phpass), as WordPress used it: iterated MD5, in a different base64.
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function matchesPhpass(encoded: string, password: string): boolean {
  const salt = encoded.slice(4, 12);
  let digest = md5(Buffer.from(salt + password));
  for (let round = 0; round < 2 ** phpassRoundsLog2(encoded); round += 1) {
    digest = md5(Buffer.concat([digest, Buffer.from(password)]));
  }
  return timingSafeEqual(Buffer.from(encode(digest)), Buffer.from(encoded.slice(12)));
}

/** The base 2 logarithm of the number of rounds. */
export function phpassRoundsLog2(encoded: string): number {
  return alphabet.indexOf(encoded.charAt(3));
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

/** Three bytes become four characters, the least significant bits first. */
function encode(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes.subarray(at, at + 3);
    const value = group.reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
    for (let index = 0; index <= group.length; index += 1) {
      text += alphabet.charAt(Math.floor(value / 64 ** index) % 64);
    }
  }
  return text;
}
