import { toBase32 } from './base32.js';

/** Generates ids, tokens and secrets in Stytch's formats. */
export interface Identifiers {
  /** An id such as `user-test-00000000-0000-4000-8000-000000000000`, from its type (`user`). */
  id(type: string): string;
  /** A session or magic link token: 44 characters of base64url. */
  token(): string;
  /** A one-time passcode of 6 digits. */
  passcode(): string;
  /** The secret of an authenticator app: 20 bytes in base32. */
  totpSecret(): string;
  /** A recovery code such as `a1b2-c3d4-e5f6`. */
  recoveryCode(): string;
  /**
   * A project secret: `secret-test-` and 36 characters, the last of which is `=`. It starts with
   * `emulator-`, so that an application in production can refuse it.
   */
  secret(): string;
  /** The secret of a webhook endpoint: `whsec_` and 32 bytes in base64. */
  webhookSecret(): string;
  /** The id of a webhook, as Svix assigns it: `msg_` and 27 letters and digits. */
  webhookMessageId(): string;
  /** The serial number of a certificate, 16 bytes. */
  serialNumber(): Buffer;
}

/** @param randomBytes source of randomness; `randomBytes` of `node:crypto` outside tests */
export function createIdentifiers(randomBytes: (size: number) => Buffer): Identifiers {
  return {
    id: (type) => `${type}-test-${uuid4(randomBytes(16))}`,
    token: () => randomBytes(33).toString('base64url'),
    passcode: () => String(randomBytes(6).readUIntBE(0, 6) % 1_000_000).padStart(6, '0'),
    totpSecret: () => toBase32(randomBytes(20)),
    recoveryCode: () => toRecoveryCode(randomBytes(12)),
    secret: () => `secret-test-emulator-${randomBytes(19).toString('base64url')}=`,
    webhookSecret: () => `whsec_${randomBytes(32).toString('base64')}`,
    webhookMessageId: () => `msg_${[...randomBytes(27)].map((byte) => (byte % 36).toString(36)).join('')}`,
    serialNumber: () => randomBytes(16),
  };
}

function uuid4(random: Buffer): string {
  const bytes = Buffer.from(random);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function toRecoveryCode(random: Buffer): string {
  const characters = [...random].map((byte) => (byte % 36).toString(36)).join('');
  return characters.replace(/^(.{4})(.{4})(.{4})$/, '$1-$2-$3');
}
