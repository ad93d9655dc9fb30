import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { selfSignedCertificate } from './self-signed-certificate.js';

describe('a self-signed certificate', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = (serialNumber: Buffer, notBefore: string) =>
    new X509Certificate(
      selfSignedCertificate({ ...keys, serialNumber, notBeforeSeconds: Date.parse(notBefore) / 1000 }),
    );

  it('is valid for ten years, on both sides of the year from which times are written with four digits', () => {
    const { validFrom, validTo } = certificate(Buffer.alloc(16, 1), '2045-06-01T12:00:00Z');
    expect(new Date(validFrom).toISOString()).toBe('2045-06-01T12:00:00.000Z');
    expect(new Date(validTo).toISOString()).toBe('2055-05-30T12:00:00.000Z');
  });

  it.each([0x00, 0x7f, 0x80, 0xff])(
    'has a serial number that is positive, when it begins with %i',
    (first) => {
      const one = certificate(Buffer.concat([Buffer.of(first), Buffer.alloc(15, 7)]), '2026-01-01T00:00:00Z');
      expect(one.serialNumber).toBe(`${(first | 0x80).toString(16).toUpperCase()}${'07'.repeat(15)}`);
      expect(one.verify(keys.publicKey)).toBe(true);
      expect(one.checkIssued(one)).toBe(true);
    },
  );
});
