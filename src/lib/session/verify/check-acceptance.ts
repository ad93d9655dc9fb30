import type { Claims } from '../../identity/claims.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { JwtTimes } from './verify-signature.js';

/** Stytch's session JWTs live 5 minutes. Longer-lived JWTs are rejected. */
export const maxJwtLifetimeSeconds = 15 * 60;

/**
 * A token of this project that the options do not accept: a configuration problem, not a reason to sign
 * the person out.
 */
export interface UnusableJwt {
  readonly kind: 'unusable';
  readonly claim: 'iss' | 'aud' | 'lifetime' | 'size';
  /** The audiences or the issuer, or a number of seconds or bytes. */
  readonly given: string | number | readonly string[];
}

export type AcceptanceResult =
  | { readonly kind: 'accepted' }
  | UnusableJwt
  /** Malformed, or of another Stytch project. */
  | { readonly kind: 'invalid' };

const accepted = { kind: 'accepted' } as const;
const invalid = { kind: 'invalid' } as const;

/** Checks issuer, audience and lifetime. What identifies another project takes precedence. */
export function checkAcceptance(
  { iss, aud }: Claims,
  { issuedAtSeconds, expiresAtSeconds }: JwtTimes,
  maxLifetimeSeconds: number,
  { jwt }: Pick<ResolvedOptions, 'jwt'>,
): AcceptanceResult {
  const issuer = checkIssuer(iss, jwt.issuers);
  const audience = checkAudience(aud, jwt.audiences);
  const lifetime = checkLifetime(expiresAtSeconds - issuedAtSeconds, maxLifetimeSeconds);
  if (issuer.kind === 'invalid' || audience.kind === 'invalid' || lifetime.kind === 'invalid') return invalid;
  if (issuer.kind === 'unusable') return issuer;
  return audience.kind === 'unusable' ? audience : lifetime;
}

/** Stytch's own issuers name the project. Others are custom domains. */
function checkIssuer(iss: unknown, issuers: ReadonlySet<string>): AcceptanceResult {
  if (typeof iss !== 'string' || iss === '') return invalid;
  if (issuers.has(iss)) return accepted;
  return iss.startsWith('stytch.com/') ? invalid : { kind: 'unusable', claim: 'iss', given: iss };
}

const projectId = /^project-(?:test|live)-/;

function checkAudience(aud: unknown, audiences: ReadonlySet<string>): AcceptanceResult {
  const given: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!given.every((audience) => typeof audience === 'string')) return invalid;
  if (given.some((audience) => audiences.has(audience))) return accepted;
  const isOfAnotherProject = given.every((audience) => projectId.test(audience));
  return isOfAnotherProject ? invalid : { kind: 'unusable', claim: 'aud', given };
}

function checkLifetime(seconds: number, maxSeconds: number): AcceptanceResult {
  if (seconds <= 0) return invalid;
  return seconds <= maxSeconds ? accepted : { kind: 'unusable', claim: 'lifetime', given: seconds };
}
