import { validResult, verifiedJwt } from '../../../../test/support/verified-jwt.js';
import type { Session } from '../../identity/session.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { CandidateVerifier } from './candidate-verifier.js';
import type { SelectedJwtResult } from './select-jwt.js';
import type { JwtVerificationResult, SessionJwtVerifier } from './session-jwt-verifier.js';
import type { SessionOwnership } from './session-ownership.js';

const newer: JwtVerificationResult = validResult(verifiedJwt(2000));
const older: JwtVerificationResult = validResult(verifiedJwt(1900));
const ofAnotherSession = verifiedJwt(1800, { sessionId: 'session-test-2' });
const other: JwtVerificationResult = validResult(ofAnotherSession);
const sessionOfAnotherApplication = 'session-test-3';
const invalid: JwtVerificationResult = { kind: 'invalid' };
const unknownKey: JwtVerificationResult = { kind: 'unknown_key' };
const noKeys: JwtVerificationResult = { kind: 'no_keys' };

describe('the verification of the JWTs of a request', () => {
  /** Results by JWT, before and after the keys were fetched. */
  let cached: Record<string, JwtVerificationResult>;
  let refetched: Record<string, JwtVerificationResult>;
  /** The JWTs for which the keys were fetched. */
  let refetches: string[];
  let denyList: MemoryDenyList;
  let candidates: CandidateVerifier;
  beforeEach(() => {
    [cached, refetched, refetches] = [{}, {}, []];
    denyList = new MemoryDenyList({ clock: { nowMs: () => 0, monotonicMs: () => 0 } });
    const verifier = {
      verify: (jwt: string) => cached[jwt],
      verifyAllRefetchingKeys: async (jwts: string[]) => {
        refetches.push(...jwts);
        return jwts.map((jwt) => refetched[jwt]);
      },
    };
    candidates = new CandidateVerifier(verifier as unknown as SessionJwtVerifier, denyList, {
      isAccepted: ({ sessionId }: Session) => sessionId !== sessionOfAnotherApplication,
    } as unknown as SessionOwnership);
  });

  it('returns the newest JWT of one session without a promise', () => {
    cached = { a: older, b: newer };

    expect(candidates.verify(['a', 'b'])).toBe(newer);
    expect(refetches).toEqual([]);
  });

  it('returns invalid for an invalid JWT without fetching the keys', () => {
    cached = { a: invalid };

    expect(candidates.verify(['a'])).toBe(invalid);
    expect(refetches).toEqual([]);
  });

  it('ignores the session of another application beside its own', () => {
    const verified = verifiedJwt(2100, { sessionId: sessionOfAnotherApplication });
    cached = { a: validResult(verified), b: newer };

    expect(candidates.verify(['a', 'b'])).toBe(newer);
  });

  it('does not fetch the keys for a JWT with an unknown key if another JWT verifies', () => {
    cached = { a: unknownKey, b: newer };

    expect(candidates.verify(['a', 'b'])).toBe(newer);
    expect(refetches).toEqual([]);
  });

  it.each<[string, JwtVerificationResult]>([
    ['no published key has its key id', unknownKey],
    ['no keys are available', noKeys],
  ])('verifies a JWT again with fetched keys if %s', async (_, before) => {
    cached = { a: before };
    refetched = { a: newer };

    expect(await candidates.verify(['a'])).toBe(newer);
    expect(refetches).toEqual(['a']);
  });

  it('verifies every JWT with the fetched keys, and selects again', async () => {
    cached = { a: unknownKey, b: unknownKey };
    refetched = { a: older, b: newer };

    expect(await candidates.verify(['a', 'b'])).toBe(newer);
    expect(refetches).toEqual(['a', 'b']);
  });

  it('returns unknown_key if the fetched keys do not have the key either', async () => {
    cached = { a: unknownKey };
    refetched = { a: unknownKey };

    expect(await candidates.verify(['a'])).toBe(unknownKey);
  });

  it.each<[string, boolean]>([
    ['cached', false],
    ['fetched', true],
  ])('ignores a denied session if another session verifies with %s keys', async (_, areFetched) => {
    denyList.deny(ofAnotherSession.session, Infinity);
    refetched = { a: newer, b: other };
    cached = areFetched ? { a: unknownKey, b: unknownKey } : refetched;

    expect(await candidates.verify(['a', 'b'])).toBe(newer);
  });

  it('returns ambiguous for two sessions that are not denied', () => {
    cached = { a: newer, b: other };

    expect(candidates.verify(['a', 'b'])).toEqual<SelectedJwtResult>({ kind: 'ambiguous' });
  });
});
