import { Inject, Injectable } from '@nestjs/common';
import type { HttpClient } from '../../http/http-exchange.js';
import type { StytchRevocationReason } from '../../events/stytch-event.js';
import type { Session } from '../../identity/session.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { CredentialReader } from '../read-credentials.js';
import { TokenExchange } from '../refresh/token-exchange.js';
import { isSuspended } from '../session-result.js';
import { SessionJwtVerifier } from '../verify/session-jwt-verifier.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { SessionRevocation } from './session-revocation.js';

/** Rejects the token locally after a sign-out, even if Stytch still accepts it. */
const denyTokenMs = 60_000;

export interface RevokePresentedSettings {
  readonly reason: StytchRevocationReason;
  /** Id of a session that is not revoked. */
  readonly except?: string;
  /** Whether to ask Stytch for the subject of an opaque token that is not cached. */
  readonly lookUpSubject?: boolean;
}

/** The sessions that a request presented, as far as they can be determined. */
export type PresentedSessionsResult =
  | { readonly kind: 'known'; readonly sessions: readonly Session[] }
  /** `lookUpSubject` was set, but Stytch is not available. The sessions are revoked nevertheless. */
  | { readonly kind: 'unknown' }
  /** There are only JWTs, and no signing keys to verify them. Nothing is revoked. */
  | { readonly kind: 'unverified' };

type TokenSessionResult =
  | { readonly kind: 'known'; readonly verified: VerifiedJwt }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/** Revokes the sessions that a request presents, in all of its cookies or as its bearer token. */
@Injectable()
export class PresentedSessions {
  constructor(
    private readonly credentials: CredentialReader,
    private readonly verifier: SessionJwtVerifier,
    private readonly tokens: TokenExchange,
    private readonly revocation: SessionRevocation,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Forged JWTs and malformed tokens cause no call. Never throws. */
  async revoke(client: HttpClient, settings: RevokePresentedSettings): Promise<PresentedSessionsResult> {
    const { values: tokens } = this.credentials.readTokens(client.request);
    const { values: jwts } = this.credentials.readJwts(client.request);
    const results = await this.verifier.verifyAllRefetchingKeys(jwts);
    const verified = results.flatMap((result) => ('verified' in result ? [result.verified] : []));
    if (verified.length > 0) return this.revokeVerified(verified, tokens, client, settings);

    const lacksKeys = results.some(({ kind }) => kind === 'no_keys' || kind === 'key_not_fetched');
    if (tokens.length === 0 && lacksKeys) return { kind: 'unverified' };

    const sessions = await Promise.all(tokens.map((token) => this.revokeToken(token, client, settings)));
    if (settings.lookUpSubject === true && sessions.some(({ kind }) => kind === 'unknown'))
      return { kind: 'unknown' };
    return known(sessions.flatMap((session) => (session.kind === 'known' ? [session.verified] : [])));
  }

  /**
   * Revokes the session of a JWT that was not sent in a cookie. `invalid`: it is not a session JWT of this
   * project. A forged one causes no call. Never throws.
   */
  async revokeJwt(
    jwt: string,
    client: HttpClient,
    settings: RevokePresentedSettings,
  ): Promise<PresentedSessionsResult | { readonly kind: 'invalid' }> {
    const result = await this.verifier.verifyRefetchingKeys(jwt);
    if ('verified' in result) return this.revokeVerified([result.verified], [], client, settings);
    return result.kind === 'invalid' || result.kind === 'unknown_key'
      ? { kind: 'invalid' }
      : { kind: 'unverified' };
  }

  private async revokeVerified(
    verified: readonly VerifiedJwt[],
    tokens: readonly string[],
    client: HttpClient,
    { except, reason }: RevokePresentedSettings,
  ): Promise<PresentedSessionsResult> {
    const bySessionId = new Map(verified.map((one) => [one.session.sessionId, one]));
    // The tokens belong to the same sessions, so they need no call.
    if (except === undefined || !bySessionId.has(except)) for (const token of tokens) this.denyToken(token);
    const presented = [...bySessionId.values()];
    const revocations = presented
      .filter(({ session }) => session.sessionId !== except)
      .map(({ session }) => this.revocation.revoke(session, { reason, source: client }));
    await Promise.all(revocations);
    return known(presented);
  }

  private async revokeToken(
    token: string,
    client: HttpClient,
    { except, reason, lookUpSubject = false }: RevokePresentedSettings,
  ): Promise<TokenSessionResult> {
    const result = await this.sessionOf(token, client, lookUpSubject);
    const verified = result.kind === 'known' ? result.verified : undefined;
    if (verified !== undefined && verified.session.sessionId === except) return result;
    if (verified !== undefined) await this.revocation.revoke(verified.session, { reason, source: client });
    else await this.revokeUnknownToken(token, client);
    return result;
  }

  /** The token is denied by its hash, since its session can't be. */
  private async revokeUnknownToken(token: string, client: HttpClient): Promise<void> {
    const mayCall = this.tokens.mayCall(token, client);
    this.denyToken(token);
    if (mayCall) await this.revocation.revokeToken(token);
  }

  private async sessionOf(token: string, client: HttpClient, lookUp: boolean): Promise<TokenSessionResult> {
    const cached = this.tokens.cachedSession(token);
    if (cached !== undefined) return { kind: 'known', verified: cached };
    if (!lookUp) return { kind: 'none' };
    const result = await this.tokens.authenticate(token, client);
    if (result.kind === 'signed_in') return { kind: 'known', verified: result.verified };
    // Of a suspended session, the person is not known either.
    return { kind: result.kind === 'unknown' || isSuspended(result) ? 'unknown' : 'none' };
  }

  private denyToken(token: string): void {
    this.tokens.deny(token, this.options.clock.nowMs() + denyTokenMs);
  }
}

const known = (verified: readonly VerifiedJwt[]): PresentedSessionsResult => ({
  kind: 'known',
  sessions: verified.map(({ session }) => session),
});
