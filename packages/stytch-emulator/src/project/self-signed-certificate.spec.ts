import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { selfSignedCertificate } from './self-signed-certificate.js';

describe('selfSignedCertificate', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = (serialNumber: Buffer, notBefore: string) =>
    new X509Certificate(
      selfSignedCertificate({ ...keys, serialNumber, notBeforeSeconds: Date.parse(notBefore) / 1000 }),
    );

  it('is valid for ten years, whether its dates are encoded as UTCTime or GeneralizedTime', () => {
    const { validFrom, validTo } = certificate(Buffer.alloc(16, 1), '2045-06-01T12:00:00Z');
    expect(new Date(validFrom).toISOString()).toBe('2045-06-01T12:00:00.000Z');
    expect(new Date(validTo).toISOString()).toBe('2055-05-30T12:00:00.000Z');
  });

  it.each([0x00, 0x7f, 0x80, 0xff])(
    'has a positive serial number when the first random byte is %i',
    (first) => {
      const one = certificate(Buffer.concat([Buffer.of(first), Buffer.alloc(15, 7)]), '2026-01-01T00:00:00Z');
      expect(one.serialNumber).toBe(`${(first | 0x80).toString(16).toUpperCase()}${'07'.repeat(15)}`);
      expect(one.verify(keys.publicKey)).toBe(true);
      expect(one.checkIssued(one)).toBe(true);
    },
  );
});
