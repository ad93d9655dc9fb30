import { type KeyObject, sign } from 'node:crypto';

// The smallest X.509 certificate there is (RFC 5280): Stytch publishes one with each key (x5c), and Node can
// read certificates but not make them. DER is tag, length, content; what is needed of it fits on this page.

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
    sequence(utcTime(of.notBeforeSeconds), utcTime(of.notBeforeSeconds + tenYearsSeconds)),
    issuer,
    of.publicKey.export({ format: 'der', type: 'spki' }),
  );
  return sequence(toBeSigned, sha256WithRsa, bitString(sign('sha256', toBeSigned, of.privateKey)));
}

const tenYearsSeconds = 10 * 365 * 24 * 3600;

// Object identifiers in their encoded form: 1.2.840.113549.1.1.11 and 2.5.4.3.
const sha256WithRsa = sequence(
  der(0x06, Buffer.from('2a864886f70d01010b', 'hex')),
  der(0x05, Buffer.alloc(0)),
);
const commonName = der(0x06, Buffer.from('550403', 'hex'));
const issuer = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from('Stytch emulator')))));

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

// A leading zero byte keeps the number positive, and a first byte that is never zero keeps it minimal.
function integer(bytes: Buffer): Buffer {
  const positive = Buffer.from(bytes);
  positive.writeUInt8(positive.readUInt8(0) | 0x80, 0);
  return der(0x02, Buffer.concat([Buffer.of(0), positive]));
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(0), bytes]));
}

// From 2050 on RFC 5280 wants another type of time, with four digits for the year.
function utcTime(atSeconds: number): Buffer {
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
