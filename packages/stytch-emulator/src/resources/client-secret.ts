import { createHash, timingSafeEqual } from 'node:crypto';
import { refuse } from '../wire/api-error.js';

/** The secret of a client, which is only shown when it is created. */
export interface ClientSecret {
  /** SHA-256, in hexadecimal. */
  readonly hash: string;
  readonly lastFour: string;
}

export function hashSecret(secret: string): ClientSecret {
  return { hash: digest(secret).toString('hex'), lastFour: secret.slice(-4) };
}

/** Whether a secret is that of the client. Both secrets are accepted while the client rotates its secret. */
export function isSecretOf(
  client: { secret: ClientSecret | null; nextSecret: ClientSecret | null },
  secret: string,
): boolean {
  return [client.secret, client.nextSecret].some(
    (stored) => stored !== null && timingSafeEqual(Buffer.from(stored.hash, 'hex'), digest(secret)),
  );
}

/**
 * The secret of an imported client. What Stytch's entropy requirement is, is not documented: here, five
 * different characters.
 *
 * @throws {ApiError} `insecure_m2m_client_secret`, `client_secret_too_long`
 */
export function checkImportedSecret(secret: string): string {
  if (secret.length > maxSecretLength) {
    refuse(
      400,
      'client_secret_too_long',
      `client_secret must not be longer than ${maxSecretLength} characters.`,
    );
  }
  if (!isSecureSecret(secret)) {
    refuse(
      400,
      'insecure_m2m_client_secret',
      'client_secret must have at least 8 characters, 5 of them different.',
    );
  }
  return secret;
}

export function isSecureSecret(secret: string): boolean {
  return secret.length >= 8 && secret.length <= maxSecretLength && new Set(secret).size >= 5;
}

const maxSecretLength = 256;

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
