import { emptyObject, frozenCopy, isObject, readTimestampMs, type Claims, type Writable } from './claims.js';
import type { AuthenticationFactor } from './session.js';

/** Stytch's types, from its OpenAPI description. */
const knownTypes: ReadonlySet<string> = new Set([
  'magic_link',
  'otp',
  'email_otp',
  'oauth',
  'password',
  'totp',
  'webauthn',
  'recovery_codes',
  'crypto',
  'signature_challenge',
  'sso',
  'imported',
  'impersonated',
  'trusted_auth_token',
]);

const noFactors: readonly AuthenticationFactor[] = Object.freeze([]);

/**
 * The factors of a session claim. They do not decide whose session it is, so a new type or a missing
 * detail must not sign anybody out.
 */
export function readAuthenticationFactors(value: unknown): readonly AuthenticationFactor[] {
  return Array.isArray(value) ? Object.freeze(value.filter(isObject).map(readFactor)) : noFactors;
}

function readFactor(claim: Claims): AuthenticationFactor {
  const { type, delivery_method, last_authenticated_at } = claim;
  const factor = emptyObject<AuthenticationFactor>();
  factor.type = typeof type === 'string' ? type : 'unknown';
  if (typeof delivery_method === 'string') factor.deliveryMethod = delivery_method;
  if (!Number.isNaN(readTimestampMs(last_authenticated_at))) {
    factor.lastAuthenticatedAt = last_authenticated_at as string;
  }
  if (knownTypes.has(factor.type)) addVerifiedContact(factor, claim);
  // Whether an unknown type verifies an address is unknown too.
  else factor.claim = frozenCopy(claim);
  return Object.freeze(factor);
}

function addVerifiedContact(factor: Writable<AuthenticationFactor>, claim: Claims): void {
  const { email_factor, phone_number_factor } = claim;
  const emailAddress = isObject(email_factor) ? email_factor['email_address'] : undefined;
  const phoneNumber = isObject(phone_number_factor) ? phone_number_factor['phone_number'] : undefined;
  if (typeof emailAddress === 'string') factor.emailAddress = emailAddress;
  if (typeof phoneNumber === 'string') factor.phoneNumber = phoneNumber;
}

/** The most recently verified email address. */
export function verifiedEmail(factors: readonly AuthenticationFactor[]): string | undefined {
  let latest: AuthenticationFactor | undefined;
  for (const factor of factors) {
    if (factor.emailAddress === undefined) continue;
    if (latest === undefined || authenticatedAtMs(factor) > authenticatedAtMs(latest)) latest = factor;
  }
  return latest?.emailAddress;
}

/** A factor without a time counts as the oldest. */
const authenticatedAtMs = ({ lastAuthenticatedAt }: AuthenticationFactor) =>
  lastAuthenticatedAt === undefined ? -Infinity : Date.parse(lastAuthenticatedAt);
