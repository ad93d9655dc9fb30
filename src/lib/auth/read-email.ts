import { domainToASCII } from 'node:url';
import type { RefusalCode } from '../errors/refusal.js';

/** Maximum sizes in octets (RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3, without the angle brackets). */
const maxLength = 254;
const maxLocalPartLength = 64;
/** Invisible characters make two spellings of an address look the same, and U+202E reverses what follows. */
const invisible = /[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
/** Words without whitespace, control characters or specials, separated by single dots. Linear time. */
const localPartPattern = /^[^\s@.\p{Cc}<>(),;:\\"[\]]+(\.[^\s@.\p{Cc}<>(),;:\\"[\]]+)*$/u;
/** Two or more labels of letters, digits, hyphens and underscores, in any script. */
const domainPattern = /^[\p{L}\p{M}\p{N}_-]+(\.[\p{L}\p{M}\p{N}_-]+)+$/u;

export type EmailResult =
  | { readonly kind: 'valid'; readonly value: string }
  | { readonly kind: 'invalid'; readonly code: Extract<RefusalCode, 'email_missing' | 'email_invalid'> };

/** Reads an email address as a client sent it. */
export function readEmail(value: unknown): EmailResult {
  if (value === undefined || value === null || value === '')
    return { kind: 'invalid', code: 'email_missing' };
  if (typeof value !== 'string') return { kind: 'invalid', code: 'email_invalid' };
  const email = value.trim();
  return !invisible.test(value) && isAddress(email)
    ? { kind: 'valid', value: email }
    : { kind: 'invalid', code: 'email_invalid' };
}

/** Delivery is the real validation. This keeps out what no mail server would accept. */
function isAddress(email: string): boolean {
  if (Buffer.byteLength(email) > maxLength) return false;
  const [localPart, domain] = partsOf(email);
  return (
    Buffer.byteLength(localPart) <= maxLocalPartLength &&
    localPartPattern.test(localPart) &&
    domainPattern.test(domain) &&
    domainToASCII(domain) !== ''
  );
}

/** The parts before and after the last @. */
export function partsOf(email: string): [localPart: string, domain: string] {
  const at = email.lastIndexOf('@');
  return [email.slice(0, Math.max(0, at)), email.slice(at + 1)];
}
