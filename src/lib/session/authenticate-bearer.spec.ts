import type { IncomingMessage } from 'node:http';
import {
  connectedAppClaims,
  m2mClaims,
  newSigningKey,
  signToken,
} from '../../../test/support/session-tokens.js';
import { verifiedJwt } from '../../../test/support/verified-jwt.js';
import type { Client } from '../identity/client.js';
import { clientFromClaims } from '../identity/client-from-claims.js';
import type { CredentialKind } from '../identity/credential-kind.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { BearerAuthenticator } from './authenticate-bearer.js';
import type { RequestAuthenticator } from './authenticate-request.js';
import { signedOut, unknown, type SessionResult } from './session-result.js';
import type { AccessTokenResult, AccessTokenVerifier } from './verify/access-token-verifier.js';
import type { StaleMarks } from './stale/stale-marks.js';
import type { ClockSkewWarning } from './verify/clock-skew-warning.js';
import type { UnusableJwtWarning } from './verify/unusable-jwt-warning.js';
import type { VerifiedAccessToken } from './verify/verified-access-token.js';

const nowSeconds = 1_800_000_000;
const of = { projectId: 'project-test-1', nowSeconds };
const key = newSigningKey();
const verifiedOf = (claims: object): VerifiedAccessToken => ({
  token: 'token',
  client: clientFromClaims(claims as Record<string, unknown>) as Client,
  keyId: key.kid,
  key: key.publicKey,
  validFromSeconds: nowSeconds,
  expiresAtSeconds: nowSeconds + 3600,
});
const [m2m, app] = [verifiedOf(m2mClaims(of)), verifiedOf(connectedAppClaims(of))];
const accessToken = signToken(key, m2mClaims(of));
const withSession = signToken(key, { ...m2mClaims(of), 'https://stytch.com/session': null });

describe('the authentication of a bearer token', () => {
  let session: SessionResult;
  let client: AccessTokenResult;
  let isDeleted: boolean;
  let calls: unknown[];
  let authenticator: BearerAuthenticator;
  beforeEach(() => {
    session = { kind: 'signed_in', verified: verifiedJwt(nowSeconds) };
    client = { kind: 'valid', verified: m2m };
    isDeleted = false;
    calls = [];
    authenticator = new BearerAuthenticator(
      {
        authenticateJwt: (jwt: string) => {
          calls.push(['session', jwt]);
          return session;
        },
      } as unknown as RequestAuthenticator,
      {
        verify: (token: string) => {
          calls.push(['access token', token]);
          return client;
        },
      } as unknown as AccessTokenVerifier,
      { log: (seconds: unknown) => calls.push(['skew', seconds]) } as unknown as ClockSkewWarning,
      { log: (...what: unknown[]) => calls.push(['unusable', ...what]) } as unknown as UnusableJwtWarning,
      { isOfDeleted: () => isDeleted } as unknown as StaleMarks,
      { clock: { nowMs: () => nowSeconds * 1000, monotonicMs: () => 0 } } as ResolvedOptions,
    );
  });
  const authenticate = (token: string | undefined, ...accepted: CredentialKind[]) =>
    authenticator.authenticate(
      {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      } as unknown as IncomingMessage,
      new Set(accepted),
    );
  const refused = (code: string) => ({ kind: 'refused', code });

  it('refuses the valid access token of a connected app whose person was deleted since', () => {
    client = { kind: 'valid', verified: app };
    expect(authenticate(accessToken, 'connected-app')).toMatchObject({ kind: 'authenticated' });
    isDeleted = true;

    expect(authenticate(accessToken, 'connected-app')).toEqual(refused('token_invalid'));
  });

  it('leaves a request without a token to the cookies where they are accepted', () => {
    expect(authenticate(undefined, 'cookie', 'bearer')).toBeUndefined();
    expect(authenticate(undefined, 'bearer')).toEqual(refused('token_missing'));
    expect(calls).toEqual([]);
  });

  it.each<[string, string, CredentialKind[], string]>([
    ['an opaque token for a handler that accepts sessions', 'opaque', ['bearer'], 'session'],
    ['an access token for a handler that accepts sessions', accessToken, ['bearer'], 'session'],
    ['an opaque token for a handler that accepts clients', 'opaque', ['m2m'], 'access token'],
    ['an opaque token for a handler that accepts both', 'opaque', ['bearer', 'm2m'], 'access token'],
    ['an access token for a handler that accepts both', accessToken, ['bearer', 'm2m'], 'access token'],
    ['a JWT with a session claim for a handler that accepts both', withSession, ['bearer', 'm2m'], 'session'],
  ])('verifies %s once', (_, token, accepted, verifiedAs) => {
    void authenticate(token, 'cookie', ...accepted);

    expect(calls).toEqual([[verifiedAs, token]]);
  });

  it('returns the session, with its new JWT if it was renewed', () => {
    const verified = verifiedJwt(nowSeconds);
    expect(authenticate('jwt', 'bearer')).toEqual({
      kind: 'authenticated',
      principal: verified.session,
      signedIn: { kind: 'signed_in', verified },
    });

    const renewed = { sessionJwt: 'new', expiresAt: verified.session.expiresAt };
    session = { kind: 'signed_in', verified, renewed };
    expect(authenticate('jwt', 'bearer')).toEqual({
      kind: 'authenticated',
      principal: verified.session,
      signedIn: session,
    });
  });

  it.each<[SessionResult, object]>([
    [signedOut('session_invalid'), refused('token_invalid')],
    [signedOut('session_revoked', true), refused('session_revoked')],
    [signedOut('session_expired', true), refused('session_expired')],
    [unknown('clock_skew'), unknown('clock_skew')],
    [unknown('stytch_unavailable', 7), unknown('stytch_unavailable', 7)],
  ])('turns the result %j of a session JWT into %j', (result, expected) => {
    session = result;

    expect(authenticate('jwt', 'bearer')).toEqual(expected);
  });

  it.each<[AccessTokenResult['kind'], AccessTokenResult, object]>([
    ['valid', { kind: 'valid', verified: m2m }, { kind: 'authenticated', principal: m2m.client }],
    ['expired', { kind: 'expired', verified: m2m }, refused('token_expired')],
    ['invalid', { kind: 'invalid' }, refused('token_invalid')],
    ['unknown_key', { kind: 'unknown_key' }, refused('token_invalid')],
    ['no_keys', { kind: 'no_keys' }, unknown('stytch_unavailable')],
    ['key_not_fetched', { kind: 'key_not_fetched' }, unknown('stytch_unavailable')],
    ['clock_untrusted', { kind: 'clock_untrusted', verified: m2m }, unknown('clock_skew')],
  ])('turns the result %s of an access token into a result of the request', (_, result, expected) => {
    client = result;

    expect(authenticate('token', 'm2m')).toEqual(expected);
    expect(calls).toEqual([['access token', 'token']]);
  });

  it('cannot decide about an access token of the future or one that the options do not accept, and logs it', () => {
    client = { kind: 'issued_in_future', verified: m2m, skewSeconds: 90 };
    expect(authenticate('token', 'm2m')).toEqual(unknown('clock_skew'));

    client = { kind: 'unusable', claim: 'iss', given: 'https://x.example', client: m2m.client };
    expect(authenticate('token', 'm2m')).toEqual(unknown('stytch_unavailable'));
    expect(calls).toEqual([
      ['access token', 'token'],
      ['skew', 90],
      ['access token', 'token'],
      ['unusable', client, 'access token'],
    ]);
  });

  it.each<[VerifiedAccessToken, CredentialKind[]]>([
    [m2m, ['connected-app']],
    [app, ['m2m']],
    [app, ['bearer', 'm2m']],
  ])(
    'refuses a genuine access token of a kind that is not accepted, whatever its times and its issuer are',
    (verified, accepted) => {
      const results: AccessTokenResult[] = [
        { kind: 'valid', verified },
        { kind: 'expired', verified },
        { kind: 'issued_in_future', verified, skewSeconds: 90 },
        { kind: 'clock_untrusted', verified },
        { kind: 'unusable', claim: 'iss', given: 'https://x.example', client: verified.client },
      ];
      for (client of results) expect(authenticate('token', ...accepted)).toEqual(refused('token_invalid'));
      expect(calls).not.toContainEqual(expect.arrayContaining(['unusable']));
    },
  );
});
