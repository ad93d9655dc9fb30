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
import { Entries } from './entries.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

/** A key as it is stored. */
export interface StoredKey {
  readonly kid: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** DER, base64. */
  readonly certificate: string;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly certificate: string;
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * Key pairs of closed emulators, for the next ones in this process. Generating one takes more than a tenth of
 * a second of CPU time: most of what an emulator per test file costs. Key ids are never used twice.
 */
const releasedPairs: KeyPair[] = [];

/** The signing keys of the project. The newest key signs; all keys are published. */
export class SigningKeys {
  readonly entries = new Entries<StoredKey>(({ kid }) => kid);
  private readonly parsed = new WeakMap<StoredKey, SigningKey>();
  private readonly generatedPairs: KeyPair[] = [];
  private firstKey: Promise<void> | undefined;

  /** @param onGenerated called when the first key was generated, so that it is stored before it signs */
  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
    private readonly onGenerated: () => void,
  ) {}

  /** Resolves when there is a key. Nothing is signed, published or rotated before. */
  get ready(): Promise<void> {
    return (this.firstKey ??= this.ensureKey());
  }

  private async ensureKey(): Promise<void> {
    if (this.entries.size > 0) return;
    this.entries.set(await this.generateKey());
    this.onGenerated();
  }

  get current(): { readonly kid: string } {
    return this.signing;
  }

  /** The public keys as the JWKS endpoint returns them, the signing key first. */
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

  /** Signs with the current key. Returns the RS256 signature in base64url. */
  sign(input: string): string {
    return sign('sha256', Buffer.from(input), this.signing.privateKey).toString('base64url');
  }

  /** Whether the signature was made by the published key with this id. */
  verify(kid: string, input: string, signature: string): boolean {
    const key = this.keys.find((candidate) => candidate.kid === kid);
    return (
      key !== undefined &&
      verify('sha256', Buffer.from(input), key.publicKey, Buffer.from(signature, 'base64url'))
    );
  }

  /**
   * Generates a new signing key. The old keys stay published, as during a rotation at Stytch;
   * `withdrawOld` removes them at once, as after a leak.
   */
  async rotate(options: { withdrawOld: boolean }): Promise<void> {
    await this.ready;
    const key = await this.generateKey();
    if (options.withdrawOld) this.entries.clear();
    this.entries.set(key);
  }

  /** Lets other emulators use the key pairs. Nothing is signed afterwards. */
  release(): void {
    releasedPairs.push(...this.generatedPairs.splice(0));
  }

  /** Newest first. */
  private get keys(): SigningKey[] {
    return this.entries
      .all()
      .reverse()
      .map((stored) => this.parse(stored));
  }

  private get signing(): SigningKey {
    const [newest] = this.keys;
    if (newest === undefined) throw new Error('The project has no signing key yet.');
    return newest;
  }

  /** Parses each key once, because that takes longer than signing. */
  private parse(stored: StoredKey): SigningKey {
    let key = this.parsed.get(stored);
    if (key === undefined) this.parsed.set(stored, (key = fromStored(stored)));
    return key;
  }

  private async generateKey(): Promise<StoredKey> {
    const pair = releasedPairs.pop() ?? (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 }));
    this.generatedPairs.push(pair);
    const certificate = selfSignedCertificate({
      ...pair,
      serialNumber: this.identifiers.serialNumber(),
      notBeforeSeconds: nowSeconds(this.clock),
    });
    return {
      kid: this.identifiers.id('jwk'),
      privateKey: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      certificate: certificate.toString('base64'),
    };
  }
}

function fromStored({ kid, privateKey, certificate }: StoredKey): SigningKey {
  const key = createPrivateKey(privateKey);
  return { kid, privateKey: key, publicKey: createPublicKey(key), certificate };
}

// Keys observed at Stytch have no x5tS256, but the official OpenAPI document requires it.
function certificateMembers(certificate: string) {
  return {
    x5c: [certificate],
    x5tS256: createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('base64url'),
  };
}
