import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { CredentialKind } from '../identity/credential-kind.js';
import type { Client } from '../identity/client.js';
import type { Session } from '../identity/session.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { RequestAuthenticator } from './authenticate-request.js';
import { whenSettled, type MaybePromise } from './maybe-promise.js';
import { readBearer } from './read-bearer.js';
import {
  unknown,
  type SessionResult,
  type SessionUnknown,
  type SignedIn,
  type SignedOut,
} from './session-result.js';
import { StaleMarks } from './stale/stale-marks.js';
import { AccessTokenVerifier, type AccessTokenResult } from './verify/access-token-verifier.js';
import { claimsSession } from './verify/claims-session.js';
import { ClockSkewWarning } from './verify/clock-skew-warning.js';
import { UnusableJwtWarning } from './verify/unusable-jwt-warning.js';
import type { VerifiedAccessToken } from './verify/verified-access-token.js';

/** What the bearer token of a request proves. */
export type BearerResult = BearerAuthenticated | BearerRefused | SessionUnknown;

export type BearerAuthenticated =
  | { readonly kind: 'authenticated'; readonly principal: Session; readonly signedIn: SignedIn }
  | { readonly kind: 'authenticated'; readonly principal: Client; readonly signedIn?: undefined };

/** 401 if the handler requires authentication. */
export interface BearerRefused {
  readonly kind: 'refused';
  readonly code: SignedOut['code'] | 'token_missing' | 'token_invalid' | 'token_expired';
}

/** The kinds of credentials that a handler accepts. */
export type AcceptedCredentials = ReadonlySet<CredentialKind>;

const refused = (code: BearerRefused['code']): BearerRefused => ({ kind: 'refused', code });

/**
 * Authenticates a request by its bearer token. Cookies are not read. Opaque tokens are not accepted: they
 * cannot be verified locally, so that each made-up one would cost a call.
 */
@Injectable()
export class BearerAuthenticator {
  constructor(
    private readonly sessions: RequestAuthenticator,
    private readonly accessTokens: AccessTokenVerifier,
    private readonly skewWarning: ClockSkewWarning,
    private readonly unusableWarning: UnusableJwtWarning,
    private readonly staleMarks: StaleMarks,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Returns a promise only if it waits for Stytch, and `undefined` if the request has no bearer token and
   * cookies are accepted. A token that is refused does not fall back to cookies.
   *
   * @param maxTokenAgeSeconds the JWT of a session that is older is refreshed; an older access token is
   * refused, since only its client can get a new one
   */
  authenticate(
    request: IncomingMessage,
    accepted: AcceptedCredentials,
    maxTokenAgeSeconds?: number,
  ): MaybePromise<BearerResult> | undefined {
    const bearer = readBearer(request);
    switch (bearer.kind) {
      case 'none':
        return accepted.has('cookie') ? undefined : refused('token_missing');
      case 'malformed':
        return refused('token_invalid');
      case 'token':
        return isForSessions(bearer.token, accepted)
          ? whenSettled(this.sessions.authenticateJwt(bearer.token, maxTokenAgeSeconds), bearerResultOf)
          : whenSettled(this.accessTokens.verify(bearer.token), (result) =>
              this.ofClient(result, accepted, maxTokenAgeSeconds),
            );
    }
  }

  private ofClient(
    result: AccessTokenResult,
    accepted: AcceptedCredentials,
    maxTokenAgeSeconds = Infinity,
  ): BearerResult {
    const client = clientIn(result);
    if (client !== undefined && !isAccepted(client, accepted)) return refused('token_invalid');
    switch (result.kind) {
      case 'valid':
        if (this.staleMarks.isOfDeleted(result.verified)) return refused('token_invalid');
        return this.isOlder(result.verified, maxTokenAgeSeconds)
          ? refused('token_expired')
          : { kind: 'authenticated', principal: result.verified.client };
      case 'expired':
        return refused('token_expired');
      case 'invalid':
      case 'unknown_key':
        return refused('token_invalid');
      case 'unusable':
        this.unusableWarning.log(result, 'access token');
        return unknown('stytch_unavailable');
      case 'key_not_fetched':
      case 'no_keys':
        return unknown('stytch_unavailable');
      case 'issued_in_future':
        this.skewWarning.log(result.skewSeconds);
        return unknown('clock_skew');
      case 'clock_untrusted':
        return unknown('clock_skew');
    }
  }

  /** With a maximum of 0, every access token is older. */
  private isOlder({ validFromSeconds }: VerifiedAccessToken, maxTokenAgeSeconds: number): boolean {
    const ageSeconds = this.options.clock.nowMs() / 1000 - validFromSeconds;
    return maxTokenAgeSeconds === 0 || ageSeconds > maxTokenAgeSeconds;
  }
}

/** Whose token it is; `undefined` unless it is genuine. */
function clientIn(result: AccessTokenResult): Client | undefined {
  if ('verified' in result) return result.verified.client;
  return result.kind === 'unusable' ? result.client : undefined;
}

const isAccepted = ({ kind }: Client, accepted: AcceptedCredentials): boolean =>
  accepted.has(kind === 'm2m_client' ? 'm2m' : 'connected-app');

/** Which verifier checks a token. Only if both are possible, what the token claims to be selects one. */
function isForSessions(token: string, accepted: AcceptedCredentials): boolean {
  if (!accepted.has('bearer')) return false;
  return (!accepted.has('m2m') && !accepted.has('connected-app')) || claimsSession(token);
}

/** What a session JWT proves as a bearer token. */
export function bearerResultOf(result: SessionResult): BearerResult {
  switch (result.kind) {
    case 'signed_in':
      return { kind: 'authenticated', principal: result.verified.session, signedIn: result };
    case 'signed_out':
      return refused(result.code === 'session_invalid' ? 'token_invalid' : result.code);
    case 'unknown':
      return result;
  }
}
