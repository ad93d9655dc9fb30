import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { type Identifiers } from '../identifiers.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

/** A key as it is kept between runs. */
export interface StoredKey {
  kid: string;
  /** PKCS #8, PEM. */
  privateKey: string;
  /** DER, base64. */
  certificate: string;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly certificate: string;
}

/** The keys of the project: the first one signs, all of them are published. */
export class SigningKeys {
  private constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
    private keys: readonly [SigningKey, ...SigningKey[]],
  ) {}

  static async open(
    stored: StoredKey[],
    identifiers: Identifiers,
    clock: EmulatorClock,
  ): Promise<SigningKeys> {
    const [first, ...rest] = stored.map(fromStored);
    return new SigningKeys(identifiers, clock, [first ?? (await newKey(identifiers, clock)), ...rest]);
  }

  get current(): { readonly kid: string } {
    return this.keys[0];
  }

  /** The public keys as the JWKS endpoint shows them, the one that signs first. */
  get published() {
    return this.keys.map(({ kid, publicKey, certificate }) => {
      const { n, e } = publicKey.export({ format: 'jwk' });
      return {
        alg: 'RS256',
        e,
        key_ops: ['verify'],
        kid,
        kty: 'RSA',
        n,
        use: 'sig',
        ...certificateMembers(certificate),
      };
    });
  }

  /** Signs with the current key: RS256, base64url. */
  sign(input: string): string {
    return sign('sha256', Buffer.from(input), this.keys[0].privateKey).toString('base64url');
  }

  /** Whether a published key of that name made the signature. */
  verify(kid: string, input: string, signature: string): boolean {
    const key = this.keys.find((one) => one.kid === kid);
    return (
      key !== undefined &&
      verify('sha256', Buffer.from(input), key.publicKey, Buffer.from(signature, 'base64url'))
    );
  }

  /**
   * Signs with a fresh key from now on. The old ones stay published, as at Stytch during a rotation;
   * with `withdrawOld` they are gone at once, as after a leak.
   */
  async rotate(options: { withdrawOld: boolean }): Promise<void> {
    const fresh = await newKey(this.identifiers, this.clock);
    this.keys = [fresh, ...(options.withdrawOld ? [] : this.keys)];
  }

  stored(): StoredKey[] {
    return this.keys.map(({ kid, privateKey, certificate }) => ({
      kid,
      privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      certificate,
    }));
  }
}

async function newKey(identifiers: Identifiers, clock: EmulatorClock): Promise<SigningKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const certificate = selfSignedCertificate({
    privateKey,
    publicKey,
    serialNumber: identifiers.serialNumber(),
    notBeforeSeconds: nowSeconds(clock),
  });
  return { kid: identifiers.id('jwk'), privateKey, publicKey, certificate: certificate.toString('base64') };
}

function fromStored({ kid, privateKey, certificate }: StoredKey): SigningKey {
  const key = createPrivateKey(privateKey);
  return { kid, privateKey: key, publicKey: createPublicKey(key), certificate };
}

// Captured keys carry no thumbprint, yet the official description requires one; whoever ignores it loses nothing.
function certificateMembers(certificate: string) {
  return {
    x5c: [certificate],
    x5tS256: createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('base64url'),
  };
}
