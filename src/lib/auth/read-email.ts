import type { RefusalCode } from '../errors/refusal.js';

/** RFC 5321 section 4.5.3.1.3 leaves 254 characters for an address. */
const maxLength = 254;
/** One @, no blanks or controls, a dot in the domain. Linear; whether mail arrives is the real test. */
const addressPattern = /^[^\s@\p{Cc}<>(),;:\\"[\]]+@[^\s@\p{Cc}<>(),;:\\"[\]]+$/u;

export type EmailResult =
  | { readonly kind: 'valid'; readonly email: string }
  | { readonly kind: 'invalid'; readonly code: Extract<RefusalCode, 'email_missing' | 'email_invalid'> };

/** The address to sign in with, out of whatever the platform's parser made of the body. */
export function readEmail(body: unknown): EmailResult {
  const given = fieldOf(body, 'email');
  if (given === undefined || given === null || given === '')
    return { kind: 'invalid', code: 'email_missing' };
  if (typeof given !== 'string') return { kind: 'invalid', code: 'email_invalid' };
  const email = given.trim();
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const isAddress = email.length <= maxLength && addressPattern.test(email) && /^[^.].*\.[^.]+$/.test(domain);
  return isAddress ? { kind: 'valid', email } : { kind: 'invalid', code: 'email_invalid' };
}

type FieldName = 'email' | 'return_to' | 'token' | 'nonce' | 'everywhere';

/** One named field of a parsed body; nothing else of it is looked at. */
export function fieldOf(body: unknown, name: FieldName): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined;
}
