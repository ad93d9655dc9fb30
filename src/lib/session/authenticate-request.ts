import { Injectable } from '@nestjs/common';
import type { HttpClient } from '../http/http-exchange.js';
import { DenyList } from './deny/deny-list.js';
import { isPromise, whenSettled, type MaybePromise } from './maybe-promise.js';
import type { Moment } from './moment.js';
import { CredentialReader, type CandidatesResult } from './read-credentials.js';
import { JwtRefresher } from './refresh/jwt-refresher.js';
import { OutageGrace } from './refresh/outage-grace.js';
import { selectTokenResult } from './refresh/select-token-result.js';
import { TokenExchange } from './refresh/token-exchange.js';
import { StaleMarks } from './stale/stale-marks.js';
import { signedOut, unknown, type SessionResult, type SignedIn } from './session-result.js';
import { CandidateVerifier } from './verify/candidate-verifier.js';
import { ClockSkewWarning } from './verify/clock-skew-warning.js';
import { SessionJwtVerifier } from './verify/session-jwt-verifier.js';
import { SessionOwnership } from './verify/session-ownership.js';
import { UnusableJwtWarning } from './verify/unusable-jwt-warning.js';
import { isTimeChecked, type SelectedJwtResult } from './verify/select-jwt.js';
import type { VerifiedJwt } from './verify/verified-jwt.js';

const claimsConfirmedWithinSeconds = 60;

/**
 * Authenticates a request: reads its credentials, verifies JWTs locally, refreshes an expired but
 * genuine one, and exchanges the opaque token if no JWT decides.
 */
@Injectable()
export class RequestAuthenticator {
  constructor(
    private readonly credentials: CredentialReader,
    private readonly verifier: CandidateVerifier,
    private readonly jwtVerifier: SessionJwtVerifier,
    private readonly denyList: DenyList,
    private readonly ownership: SessionOwnership,
    private readonly refresher: JwtRefresher,
    private readonly tokens: TokenExchange,
    private readonly grace: OutageGrace,
    private readonly skewWarning: ClockSkewWarning,
    private readonly unusableWarning: UnusableJwtWarning,
    private readonly staleMarks: StaleMarks,
  ) {}

  /**
   * Returns a promise only if it waits for Stytch.
   * @param client its IP address is only read if an opaque token has to be looked up
   * @param maxTokenAgeSeconds a JWT that is older is refreshed; with 0, unless Stytch confirmed the session
   * within the last second
   */
  authenticate(client: HttpClient, maxTokenAgeSeconds?: number): MaybePromise<SessionResult> {
    return whenSettled(this.limitAge(this.authenticateCookies(client), maxTokenAgeSeconds), this.unlessStale);
  }

  private authenticateCookies(client: HttpClient): MaybePromise<SessionResult> {
    const { kind, values: jwts } = this.credentials.readJwts(client.request);
    if (kind === 'none') return this.exchangeToken(client, signedOut('session_missing'));
    const selected = this.verifier.verify(jwts);
    return isPromise(selected)
      ? selected.then((settled) => this.resultOf(ofAll(settled, kind), client))
      : this.resultOf(ofAll(selected, kind), client);
  }

  /**
   * Authenticates a session JWT that was not sent in a cookie. No opaque token is exchanged. Returns a
   * promise only if it waits for Stytch.
   */
  authenticateJwt(jwt: string, maxTokenAgeSeconds?: number): MaybePromise<SessionResult> {
    const result = whenSettled(this.verifier.verify([jwt]), (selected) => this.resultOf(selected, undefined));
    return whenSettled(this.limitAge(result, maxTokenAgeSeconds), this.unlessStale);
  }

  /** @param client undefined if no opaque token may be exchanged instead */
  private resultOf(selected: SelectedJwtResult, client: HttpClient | undefined): MaybePromise<SessionResult> {
    switch (selected.kind) {
      case 'valid':
        return this.ifAccepted(this.accept(selected.verified, selected.checkedAt));
      case 'expired':
        return this.refresh(selected.verified);
      case 'session_expired':
        return this.expireUnlessExtended(selected.verified);
      case 'ambiguous':
        return signedOut('session_ambiguous');
      case 'invalid':
        return signedOut('session_invalid');
      case 'unknown_key':
        // A forged JWT, or one whose key is no longer published. The token may still be valid.
        return this.exchangeToken(client, signedOut('session_invalid'), asOfAnotherProject);
      case 'unusable':
        this.unusableWarning.log(selected);
        return this.exchangeToken(client, unknown('stytch_unavailable'));
      case 'key_not_fetched':
        // The JWT may be a session, so a token that Stytch rejects does not decide.
        return this.exchangeToken(client, unknown('stytch_unavailable'), unlessSignedOut);
      case 'no_keys':
        return unknown('stytch_unavailable');
      case 'clock_untrusted':
        return unknown('clock_skew');
      case 'issued_in_future':
        this.skewWarning.log(selected.skewSeconds);
        return unknown('clock_skew');
    }
  }

  private accept(verified: VerifiedJwt, checkedAt: Moment): SessionResult {
    if (this.denyList.isDenied(verified.session)) return signedOut('session_revoked', true);
    return (
      this.refresher.renewalFor(verified, checkedAt.wallMs) ?? { kind: 'signed_in', verified, checkedAt }
    );
  }

  /** The session may have been extended since this JWT was issued: a socket keeps that of its handshake. */
  private expireUnlessExtended(expired: VerifiedJwt): SessionResult {
    if (!this.ownership.isAccepted(expired.session)) return notAccepted;
    const extended = this.refresher.newerThan(expired);
    return extended === undefined ? signedOut('session_expired', true) : this.unlessDenied(extended);
  }

  private refresh(expired: VerifiedJwt): MaybePromise<SessionResult> {
    if (this.denyList.isDenied(expired.session)) return signedOut('session_revoked', true);
    if (!this.ownership.isAccepted(expired.session)) return notAccepted;
    return whenSettled(this.refresher.refresh(expired), (result) =>
      this.ifAccepted(this.unlessDenied(keepingNewerCookies(this.grace.apply(result, expired), expired))),
    );
  }

  private exchangeToken(
    client: HttpClient | undefined,
    withoutToken: SessionResult,
    interpret = (result: SessionResult): SessionResult => result,
  ): MaybePromise<SessionResult> {
    if (client === undefined) return withoutToken;
    const { kind, values: tokens } = this.credentials.readTokens(client.request);
    const [token, ...others] = tokens;
    if (token === undefined) return withoutToken;
    return whenSettled(this.jwtVerifier.ensureTrustedClock(), (isTrusted) => {
      if (!isTrusted) return unknown('clock_skew');
      const result =
        others.length === 0
          ? this.tokens.authenticate(token, client)
          : this.exchangeAll(tokens, kind, client);
      return whenSettled(result, (settled) => this.unlessDenied(interpret(this.ifAccepted(settled))));
    });
  }

  private async exchangeAll(
    tokens: readonly string[],
    kind: CandidatesResult['kind'],
    client: HttpClient,
  ): Promise<SessionResult> {
    const results = await Promise.all(tokens.map(async (token) => this.tokens.authenticate(token, client)));
    const result = selectTokenResult(results.map((one) => this.ifAccepted(this.unlessDenied(one))));
    if (kind !== 'too_many' || result.kind === 'unknown') return result;
    // One of the tokens that were left out may be of another session.
    return signedOut(result.kind === 'signed_in' ? 'session_ambiguous' : result.code);
  }

  /**
   * The session with the claims that Stytch confirmed within the last minute: for a decision that claims
   * which have changed since could turn around. Returns a promise only if it waits for Stytch.
   */
  confirmClaims(signedIn: SignedIn): MaybePromise<SessionResult> {
    const confirmed = this.refreshOlderThan(0, signedIn, claimsConfirmedWithinSeconds);
    return whenSettled(confirmed, this.unlessStale);
  }

  private limitAge(
    result: MaybePromise<SessionResult>,
    maxTokenAgeSeconds: number | undefined,
  ): MaybePromise<SessionResult> {
    if (maxTokenAgeSeconds === undefined) return result;
    return whenSettled(result, (settled) =>
      settled.kind === 'signed_in' ? this.refreshOlderThan(maxTokenAgeSeconds, settled) : settled,
    );
  }

  /**
   * The last step, whatever the credential was: a JWT that was issued before a change of its subject or their
   * organization is refreshed, and its cookie replaced. There is no grace period. A property, so that no closure
   * is created per request.
   */
  private readonly unlessStale = (result: SessionResult): MaybePromise<SessionResult> => {
    if (result.kind !== 'signed_in' || !this.staleMarks.isStale(result.verified)) return result;
    return whenSettled(this.refresher.refreshStale(result.verified), (refreshed) =>
      this.ifAccepted(this.unlessDenied(refreshed)),
    );
  };

  /** There is no grace period: a session that Stytch can't confirm now is unknown. */
  private refreshOlderThan(
    maxTokenAgeSeconds: number,
    signedIn: SignedIn,
    confirmedWithinSeconds?: number,
  ): MaybePromise<SessionResult> {
    if (signedIn.confirmedNow === true) return signedIn;
    const { verified } = signedIn;
    const refreshed = this.refresher.refreshOlderThan(maxTokenAgeSeconds, verified, confirmedWithinSeconds);
    if (refreshed === undefined) return signedIn;
    return whenSettled(refreshed, (younger) =>
      this.ifAccepted(this.unlessDenied(keepingNewerCookies(younger, verified))),
    );
  }

  /** With `session.accept: 'own'`, the session may be one that another application started. */
  private ifAccepted(result: SessionResult): SessionResult {
    return result.kind === 'signed_in' && !this.ownership.isAccepted(result.verified.session)
      ? notAccepted
      : result;
  }

  /** The session may have been revoked while the call was in flight, or since it was cached. */
  private unlessDenied(result: SessionResult): SessionResult {
    return result.kind === 'signed_in' && this.denyList.isDenied(result.verified.session)
      ? signedOut('session_revoked', true)
      : result;
  }
}

/** The cookies stay: the other application may use cookies of the same name and domain. */
const notAccepted = signedOut('session_not_accepted');

/**
 * Stytch responds to a token of another project as to a revoked one. Beside a JWT that this project did
 * not sign, such a token is taken for one of that other project, whose cookies stay.
 */
const asOfAnotherProject = (result: SessionResult): SessionResult =>
  result.kind === 'signed_out' && result.code === 'session_revoked' ? signedOut('session_invalid') : result;

const unlessSignedOut = (result: SessionResult): SessionResult =>
  result.kind === 'signed_out' ? unknown('stytch_unavailable') : result;

/** One of the JWTs that were left out may be of another session. */
const ofAll = (selected: SelectedJwtResult, kind: CandidatesResult['kind']): SelectedJwtResult =>
  kind === 'too_many' && isTimeChecked(selected) ? { kind: 'ambiguous' } : selected;

/** Cookies only move forward: a JWT that is no newer than the browser's does not replace it. */
function keepingNewerCookies(result: SessionResult, presented: VerifiedJwt): SessionResult {
  if (result.kind !== 'signed_in' || result.renewed === undefined) return result;
  const { verified } = result;
  return verified.issuedAtSeconds > presented.issuedAtSeconds ? result : { kind: 'signed_in', verified };
}
