import { isObject, readTimestampMs, type Claims, type Writable } from './claims.js';
import type { AuthenticationFactor } from './session.js';

/** The factors of a session claim; `undefined` if the list or a factor in it is malformed. */
export function readAuthenticationFactors(value: unknown): readonly AuthenticationFactor[] | undefined {
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  const factors = value.map(readFactor);
  return factors.every((factor) => factor !== undefined) ? Object.freeze(factors) : undefined;
}

function readFactor(claim: Claims): AuthenticationFactor | undefined {
  const { type, delivery_method, last_authenticated_at, email_factor, phone_number_factor } = claim;
  if (
    typeof type !== 'string' ||
    typeof delivery_method !== 'string' ||
    Number.isNaN(readTimestampMs(last_authenticated_at))
  ) {
    return undefined;
  }
  const emailAddress = isObject(email_factor) ? email_factor['email_address'] : undefined;
  const phoneNumber = isObject(phone_number_factor) ? phone_number_factor['phone_number'] : undefined;
  const factor: Writable<AuthenticationFactor> = {
    type,
    deliveryMethod: delivery_method,
    lastAuthenticatedAt: last_authenticated_at as string,
  };
  if (typeof emailAddress === 'string') factor.emailAddress = emailAddress;
  if (typeof phoneNumber === 'string') factor.phoneNumber = phoneNumber;
  return Object.freeze(factor);
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

const authenticatedAtMs = ({ lastAuthenticatedAt }: AuthenticationFactor) => Date.parse(lastAuthenticatedAt);
