import type { RefusalCode } from '../errors/refusal.js';

/** Maximum length of an email address (RFC 5321 section 4.5.3.1.3, without the angle brackets). */
const maxLength = 254;
/** Exactly one @, no whitespace or control characters. Linear time. Delivery is the real validation. */
const addressPattern = /^[^\s@\p{Cc}<>(),;:\\"[\]]+@[^\s@\p{Cc}<>(),;:\\"[\]]+$/u;

export type EmailResult =
  | { readonly kind: 'valid'; readonly email: string }
  | { readonly kind: 'invalid'; readonly code: Extract<RefusalCode, 'email_missing' | 'email_invalid'> };

/** Reads the email address from a parsed body of any shape. */
export function readEmail(body: unknown): EmailResult {
  const value = fieldOf(body, 'email');
  if (value === undefined || value === null || value === '')
    return { kind: 'invalid', code: 'email_missing' };
  if (typeof value !== 'string') return { kind: 'invalid', code: 'email_invalid' };
  const email = value.trim();
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const isAddress = email.length <= maxLength && addressPattern.test(email) && /^[^.].*\.[^.]+$/.test(domain);
  return isAddress ? { kind: 'valid', email } : { kind: 'invalid', code: 'email_invalid' };
}

type FieldName = 'email' | 'return_to' | 'token' | 'nonce' | 'everywhere';

/** Reads one own field of a parsed body of any shape. */
export function fieldOf(body: unknown, name: FieldName): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined;
}
