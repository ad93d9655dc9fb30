/** What Stytch calls its things in their ids. */
export type IdPrefix =
  | 'project'
  | 'user'
  | 'email'
  | 'phone-number'
  | 'embeddable-magic-link'
  | 'session'
  | 'jwk'
  | 'request-id'
  | 'public-token'
  | 'message';

/** Makes everything that must be unguessable or unique, in Stytch's formats. */
export interface Identifiers {
  /** For example `user-test-` and a random UUID. */
  id(prefix: IdPrefix): string;
  /** A session or magic link token: 44 characters of base64url. */
  token(): string;
  /** A project secret: `secret-test-` and 36 characters, the last of them `=`. */
  secret(): string;
  /** The serial number of a certificate: 16 bytes. */
  serialNumber(): Buffer;
}

/** @param randomBytes where the randomness comes from: `randomBytes` of node:crypto outside tests */
export function createIdentifiers(randomBytes: (size: number) => Buffer): Identifiers {
  return {
    id: (prefix) => `${prefix}-test-${uuid4(randomBytes(16))}`,
    token: () => randomBytes(33).toString('base64url'),
    secret: () => `secret-test-${randomBytes(26).toString('base64url')}=`,
    serialNumber: () => randomBytes(16),
  };
}

function uuid4(random: Buffer): string {
  const bytes = Buffer.from(random);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
