import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A sign-in that was started in a browser. */
export interface SignInState {
  /** Name of the method. */
  readonly method: string;
  /** At random. What is sent by one start is counted by it. */
  readonly id: string;
  /** Wall time. */
  readonly startedAtMs: number;
  /** The email address or phone number that something was sent to. */
  readonly recipient?: string;
  /** What the method keeps for its next step. */
  readonly sealed?: string;
  /** Id of the session that the sign-in adds a factor to. */
  readonly addToSessionId?: string;
  /** Slug or id of the organization to sign in to. */
  readonly organization?: string;
  /** Whether it continues an incomplete sign-in, whose intermediate session the browser has. */
  readonly isContinued?: true;
}

/** All states have the same length, so that the cookie says nothing about the recipient. */
const plainBytes = 864;
const [ivBytes, tagBytes] = [12, 16];

/** Length of an encrypted state, in characters of base64url. */
export const encryptedStateLength = Math.ceil(((ivBytes + tagBytes + plainBytes) * 4) / 3);

/**
 * Encrypts what a browser keeps of a sign-in (AES-256-GCM), so that it can neither be read nor changed. The
 * key is derived from the secret, and so the same in all processes of the application.
 */
export class SignInStates {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'nestjs-stytch sign-in state', 32));
  }

  /** @param codeVerifier what the state belongs to: it can't be decrypted with another one */
  encrypt(state: SignInState, codeVerifier: string): string {
    const plain = Buffer.alloc(plainBytes, ' ');
    const json = Buffer.from(JSON.stringify(state));
    if (json.length > plainBytes)
      throw new RangeError('What a sign-in method seals must be up to 128 bytes.');
    json.copy(plain);
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(codeVerifier));
    const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
  }

  /** Undefined if this application did not encrypt it, for this code verifier. */
  decrypt(encrypted: string, codeVerifier: string): SignInState | undefined {
    const bytes = Buffer.from(encrypted, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(codeVerifier))
      .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
      return JSON.parse(plain.toString()) as SignInState;
    } catch {
      return undefined;
    }
  }
}
