import { type KeyObject, sign } from 'node:crypto';

// A minimal X.509 certificate (RFC 5280). Stytch publishes one with each key (x5c), and Node can parse
// certificates but not create them. DER encodes each value as tag, length and content.

/** A self-signed certificate in DER for an RSA key, valid for ten years. */
export function selfSignedCertificate(of: {
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** 16 bytes. */
  serialNumber: Buffer;
  notBeforeSeconds: number;
}): Buffer {
  const toBeSigned = sequence(
    integer(of.serialNumber),
    sha256WithRsa,
    issuer,
    sequence(time(of.notBeforeSeconds), time(of.notBeforeSeconds + tenYearsSeconds)),
    issuer,
    of.publicKey.export({ format: 'der', type: 'spki' }),
  );
  return sequence(toBeSigned, sha256WithRsa, bitString(sign('sha256', toBeSigned, of.privateKey)));
}

const tenYearsSeconds = 10 * 365 * 24 * 3600;

// Encoded object identifiers: 1.2.840.113549.1.1.11 (sha256WithRSAEncryption) and 2.5.4.3 (commonName).
const sha256WithRsa = sequence(
  der(0x06, Buffer.from('2a864886f70d01010b', 'hex')),
  der(0x05, Buffer.alloc(0)),
);
const commonName = der(0x06, Buffer.from('550403', 'hex'));
const issuer = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from('Stytch emulator')))));

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

// The leading zero byte makes the number positive; setting the high bit makes the encoding minimal.
function integer(bytes: Buffer): Buffer {
  const positive = Buffer.from(bytes);
  positive.writeUInt8(positive.readUInt8(0) | 0x80, 0);
  return der(0x02, Buffer.concat([Buffer.of(0), positive]));
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), bytes]));
}

// RFC 5280, section 4.1.2.5: UTCTime through 2049, GeneralizedTime (four-digit year) from 2050.
function time(atSeconds: number): Buffer {
  const digits = new Date(atSeconds * 1000).toISOString().replace(/\.\d+|[-:T]/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
}

function der(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes);
  const hex = bytes.toString(16);
  const digits = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | digits.length), digits]);
}
