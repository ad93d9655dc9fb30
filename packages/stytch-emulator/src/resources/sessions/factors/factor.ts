import { isDeepStrictEqual } from 'node:util';
import { toTimestamp } from '../../../wire/json.js';
import {
  type ImpersonatedDetails,
  impersonatedDetails,
  type ImpersonatedFactor,
} from './impersonated-factor.js';
import { type MagicLinkFactor, magicLinkDetails, type MagicLinkDetails } from './magic-link-factor.js';
import { type OAuthDetails, oauthDetails, type OAuthFactor } from './oauth-factor.js';
import { type OtpDetails, otpDetails, type OtpFactor } from './otp-factor.js';
import { type PasswordFactor } from './password-factor.js';
import { type TotpDetails, totpDetails, type TotpFactor } from './totp-factor.js';

/** What a user authenticates with. Each type has a file in this folder, with its wire format. */
export type NewFactor =
  MagicLinkFactor | OtpFactor | OAuthFactor | PasswordFactor | TotpFactor | ImpersonatedFactor;

/** A factor of a session. */
export type Factor = NewFactor & {
  readonly createdAtSeconds: number;
  readonly lastAuthenticatedAtSeconds: number;
  readonly updatedAtSeconds: number;
};

/** What a response says about a factor, depending on its type. */
type FactorDetails = MagicLinkDetails & OtpDetails & OAuthDetails & TotpDetails & ImpersonatedDetails;

function detailsOf(factor: NewFactor): FactorDetails {
  switch (factor.type) {
    case 'magic_link':
      return magicLinkDetails(factor);
    case 'otp':
    case 'email_otp':
      return otpDetails(factor);
    case 'oauth':
      return oauthDetails(factor);
    case 'password':
      return {};
    case 'totp':
    case 'recovery_codes':
      return totpDetails(factor);
    case 'impersonated':
      return impersonatedDetails(factor);
  }
}

export function toFactor(factor: NewFactor, nowSeconds: number): Factor {
  return {
    ...factor,
    createdAtSeconds: nowSeconds,
    lastAuthenticatedAtSeconds: nowSeconds,
    updatedAtSeconds: nowSeconds,
  };
}

/** Whether both are, for example, codes that were sent to the same phone number by the same channel. */
export function isSameFactor(a: NewFactor, b: NewFactor): boolean {
  return (
    a.type === b.type &&
    a.deliveryMethod === b.deliveryMethod &&
    isDeepStrictEqual(detailsOf(a), detailsOf(b))
  );
}

export function factorToWire(factor: Factor) {
  return {
    ...factorToClaim(factor),
    created_at: toTimestamp(factor.createdAtSeconds),
    updated_at: toTimestamp(factor.updatedAtSeconds),
  };
}

/** A factor in a session JWT, which has no `created_at` and `updated_at`. */
export function factorToClaim(factor: Factor) {
  return {
    type: factor.type,
    delivery_method: factor.deliveryMethod,
    last_authenticated_at: toTimestamp(factor.lastAuthenticatedAtSeconds),
    ...detailsOf(factor),
  };
}
