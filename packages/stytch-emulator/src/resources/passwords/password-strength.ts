import { refuse } from '../../wire/api-error.js';
import { isBreached } from './breached-passwords.js';

export interface PasswordStrength {
  /** From 0 to 4, by zxcvbn. */
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly isBreached: boolean;
  /** Whether the password may be set. */
  readonly isValid: boolean;
  readonly warning: string;
  readonly suggestions: readonly string[];
}

const minScore = 3;

// zxcvbn takes a time that grows faster than the length.
const maxEstimatedCharacters = 100;

/** Rates a password by the default policy of Stytch: zxcvbn and breach detection. */
export async function checkStrength(password: string, email?: string): Promise<PasswordStrength> {
  // Loads its dictionaries, which takes longer than the start of the emulator.
  const { default: zxcvbn } = await import('zxcvbn');
  const { score, feedback } = zxcvbn(
    password.slice(0, maxEstimatedCharacters),
    email === undefined ? [] : [email],
  );
  const breached = isBreached(password);
  return { score, isBreached: breached, isValid: score >= minScore && !breached, ...feedback };
}

/** @throws {ApiError} `weak_password`, `breached_password` */
export async function requireStrongPassword(password: string, email: string): Promise<void> {
  const { score, isBreached } = await checkStrength(password, email);
  if (score < minScore) {
    refuse(400, 'weak_password');
  }
  if (isBreached) refuse(400, 'breached_password');
}
