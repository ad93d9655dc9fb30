// RFC 4648, section 6, without padding.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** @param bytes a multiple of 5 bytes, which need no padding */
export function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (group) => alphabet.charAt(parseInt(group, 2)));
}

export function fromBase32(text: string): Buffer {
  const bits = text.replace(/./g, (character) => alphabet.indexOf(character).toString(2).padStart(5, '0'));
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
