import { validResult, verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { SessionCookies } from '../../cookies/session-cookies.js';
import type { HttpClient } from '../../http/http-exchange.js';
import { CredentialReader } from '../read-credentials.js';
import type { TokenExchange } from '../refresh/token-exchange.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import type { JwtVerificationResult, SessionJwtVerifier } from '../verify/session-jwt-verifier.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import {
  PresentedSessions,
  type PresentedSessionsResult,
  type RevokePresentedSettings,
} from './presented-sessions.js';
import type { SessionRevocation } from './session-revocation.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const nowMs = 1_800_000_000_000;
const options = resolvedOptions({ clock: { nowMs: () => nowMs, monotonicMs: () => 0 } });
const [tokenA, tokenB] = ['a'.repeat(44), 'b'.repeat(44)];
const first = verifiedJwt(1_800_000_000);
const second = verifiedJwt(1_800_000_000, { sessionId: 'session-test-2' });
const ofAnotherUser = verifiedJwt(1_800_000_000, { sessionId: 'session-test-3', userId: 'user-test-2' });
const valid = (verified: VerifiedJwt): JwtVerificationResult => validResult(verified);
/** Well-formed, so that it counts beside others. */
const jwtNamed = (name: string) =>
  ['{}', name, 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const nameOf = (jwt: string) => Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
const clientWith = ({ jwts = [], tokens = [] }: { jwts?: string[]; tokens?: string[] }) => {
  const { jwtName, tokenName } = options.cookies;
  const cookie = [
    ...jwts.map((name) => `${jwtName}=${jwtNamed(name)}`),
    ...tokens.map((value) => `${tokenName}=${value}`),
  ].join('; ');
  return { request: { headers: { cookie } }, clientIp: '192.0.2.1' } as unknown as HttpClient;
};
const known = (...verified: VerifiedJwt[]) => ({
  kind: 'known',
  sessions: verified.map(({ session }) => session),
});
const revocationOf = ({ session }: VerifiedJwt) => [
  'revoke',
  session,
  { reason: 'signed_out', source: expect.objectContaining({ clientIp: '192.0.2.1' }) as unknown },
];
const denialOf = (token: string) => ['deny', token, nowMs + 60_000];
const revocationOfToken = (token: string) => ['revokeToken', token];
const lookUpOf = (token: string) => ['lookUp', token];

describe('the revocation of presented sessions', () => {
  /** Verification results by the name of the JWT. JWTs without one are invalid. */
  let verifications: Record<string, JwtVerificationResult>;
  let cachedSessions: Record<string, VerifiedJwt>;
  /** Results of exchanging tokens, by token. */
  let exchanges: Record<string, SessionResult>;
  /** The calls that revoke, deny or look up something, in order. */
  let calls: unknown[][];
  let mayCall: boolean;
  let presented: {
    revoke(client: HttpClient, settings?: Partial<RevokePresentedSettings>): Promise<PresentedSessionsResult>;
  };
  beforeEach(() => {
    verifications = {};
    cachedSessions = {};
    exchanges = {};
    calls = [];
    mayCall = true;
    const verifier = {
      verifyAllRefetchingKeys: async (jwts: string[]) =>
        jwts.map((jwt) => verifications[nameOf(jwt)] ?? { kind: 'invalid' }),
    };
    const tokens = {
      cachedSession: (token: string) => cachedSessions[token],
      mayCall: () => mayCall,
      authenticate: async (token: string) => {
        calls.push(['lookUp', token]);
        return exchanges[token];
      },
      deny: (...parameters: unknown[]) => calls.push(['deny', ...parameters]),
    };
    const revocation = {
      revoke: async (...parameters: unknown[]) => calls.push(['revoke', ...parameters]),
      revokeToken: async (...parameters: unknown[]) => calls.push(['revokeToken', ...parameters]),
    };
    const sessions = new PresentedSessions(
      new CredentialReader(new SessionCookies(options)),
      verifier as unknown as SessionJwtVerifier,
      tokens as unknown as TokenExchange,
      revocation as unknown as SessionRevocation,
      options,
    );
    presented = {
      revoke: (client, settings) => sessions.revoke(client, { reason: 'signed_out', ...settings }),
    };
  });

  it('revokes nothing if the request has no cookies', async () => {
    expect(await presented.revoke(clientWith({}))).toEqual(known());
    expect(calls).toEqual([]);
  });

  describe('with a verified JWT', () => {
    it.each<[string, JwtVerificationResult]>([
      ['valid', valid(first)],
      ['expired', { kind: 'expired', verified: first, ageSeconds: 400 }],
      [
        'of an expired session',
        { kind: 'session_expired', verified: first, ageSeconds: 4000, jwtIsExpired: true },
      ],
    ])('revokes its session if it is %s', async (_, verification) => {
      verifications = { jwt: verification };

      expect(await presented.revoke(clientWith({ jwts: ['jwt'] }))).toEqual(known(first));
      expect(calls).toEqual([revocationOf(first)]);
    });

    it('revokes a session once, although two JWTs of it are presented', async () => {
      verifications = { older: valid(first), newer: valid(first) };

      expect(await presented.revoke(clientWith({ jwts: ['older', 'newer'] }))).toEqual(known(first));
      expect(calls).toEqual([revocationOf(first)]);
    });

    it('revokes the sessions of all JWTs', async () => {
      verifications = { a: valid(first), b: valid(second), c: valid(ofAnotherUser) };

      expect(await presented.revoke(clientWith({ jwts: ['a', 'b', 'c'] }))).toEqual(
        known(first, second, ofAnotherUser),
      );
      expect(calls).toEqual([first, second, ofAnotherUser].map(revocationOf));
    });

    it('denies the opaque tokens for one minute without looking them up', async () => {
      verifications = { jwt: valid(first) };
      const client = clientWith({ jwts: ['jwt'], tokens: [tokenA, tokenB] });

      expect(await presented.revoke(client, { lookUpSubject: true })).toEqual(known(first));
      expect(calls).toEqual([denialOf(tokenA), denialOf(tokenB), revocationOf(first)]);
    });

    it('revokes neither the excepted session nor its opaque token', async () => {
      verifications = { a: valid(first), b: valid(second) };
      const client = clientWith({ jwts: ['a', 'b'], tokens: [tokenA] });

      expect(await presented.revoke(client, { except: 'session-test-1' })).toEqual(known(first, second));
      expect(calls).toEqual([revocationOf(second)]);
    });

    it('ignores forged JWTs', async () => {
      verifications = { jwt: valid(first) };

      expect(await presented.revoke(clientWith({ jwts: ['forged', 'jwt'] }))).toEqual(known(first));
      expect(calls).toEqual([revocationOf(first)]);
    });
  });

  describe('with opaque tokens only', () => {
    it('revokes the cached session of a token without looking it up', async () => {
      cachedSessions = { [tokenA]: first };

      expect(await presented.revoke(clientWith({ tokens: [tokenA] }), { lookUpSubject: true })).toEqual(
        known(first),
      );
      expect(calls).toEqual([revocationOf(first)]);
    });

    it('does not revoke the cached session of a token if it is excepted', async () => {
      cachedSessions = { [tokenA]: first };

      expect(await presented.revoke(clientWith({ tokens: [tokenA] }), { except: 'session-test-1' })).toEqual(
        known(first),
      );
      expect(calls).toEqual([]);
    });

    it('revokes an unknown token itself, without looking up its subject', async () => {
      expect(await presented.revoke(clientWith({ tokens: [tokenA] }))).toEqual(known());
      expect(calls).toEqual([denialOf(tokenA), revocationOfToken(tokenA)]);
    });

    it('denies an unknown token but does not call Stytch if too many were looked up', async () => {
      mayCall = false;

      expect(await presented.revoke(clientWith({ tokens: [tokenA] }))).toEqual(known());
      expect(calls).toEqual([denialOf(tokenA)]);
    });

    it('does not call Stytch for a malformed token', async () => {
      expect(await presented.revoke(clientWith({ tokens: ['malformed'] }))).toEqual(known());
      expect(calls).toEqual([]);
    });

    it('revokes the token if the JWT is invalid', async () => {
      expect(await presented.revoke(clientWith({ jwts: ['forged'], tokens: [tokenA] }))).toEqual(known());
      expect(calls).toEqual([denialOf(tokenA), revocationOfToken(tokenA)]);
    });
  });

  describe('if the subject is looked up', () => {
    const revoke = async (cookies: Parameters<typeof clientWith>[0]) =>
      presented.revoke(clientWith(cookies), { lookUpSubject: true });

    it('revokes the session of the token and returns its subject', async () => {
      exchanges = { [tokenA]: { kind: 'signed_in', verified: first } };

      expect(await revoke({ tokens: [tokenA] })).toEqual(known(first));
      expect(calls).toEqual([lookUpOf(tokenA), revocationOf(first)]);
    });

    it('returns no subject for a token that Stytch refuses', async () => {
      exchanges = { [tokenA]: signedOut('session_invalid', true) };

      expect(await revoke({ tokens: [tokenA] })).toEqual(known());
      expect(calls).toEqual([lookUpOf(tokenA), denialOf(tokenA), revocationOfToken(tokenA)]);
    });

    it('returns unknown if Stytch is unavailable, and revokes the token nevertheless', async () => {
      exchanges = { [tokenA]: unknown('stytch_unavailable') };

      expect(await revoke({ tokens: [tokenA] })).toEqual({ kind: 'unknown' });
      expect(calls).toEqual([lookUpOf(tokenA), denialOf(tokenA), revocationOfToken(tokenA)]);
    });

    it('returns unknown if the subject of one of two tokens is unknown, and revokes both', async () => {
      exchanges = { [tokenA]: { kind: 'signed_in', verified: first }, [tokenB]: unknown('clock_skew') };

      expect(await revoke({ tokens: [tokenA, tokenB] })).toEqual({ kind: 'unknown' });
      expect(calls).toEqual([
        lookUpOf(tokenA),
        lookUpOf(tokenB),
        revocationOf(first),
        denialOf(tokenB),
        revocationOfToken(tokenB),
      ]);
    });

    it('returns the subject of the token if there are no signing keys for the JWT', async () => {
      verifications = { jwt: { kind: 'no_keys' } };
      cachedSessions = { [tokenA]: first };

      expect(await revoke({ jwts: ['jwt'], tokens: [tokenA] })).toEqual(known(first));
    });
  });

  describe('without signing keys', () => {
    beforeEach(() => {
      verifications = { jwt: { kind: 'no_keys' } };
    });

    it.each([true, false])(
      'returns unverified for a JWT without an opaque token, and revokes nothing (lookUpSubject: %s)',
      async (lookUpSubject) => {
        expect(await presented.revoke(clientWith({ jwts: ['jwt'] }), { lookUpSubject })).toEqual({
          kind: 'unverified',
        });
        expect(calls).toEqual([]);
      },
    );

    it('revokes the opaque token', async () => {
      expect(await presented.revoke(clientWith({ jwts: ['jwt'], tokens: [tokenA] }))).toEqual(known());
      expect(calls).toEqual([denialOf(tokenA), revocationOfToken(tokenA)]);
    });
  });
});
