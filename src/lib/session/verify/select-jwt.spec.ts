import { validResult, verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { selectJwt, type SelectedJwtResult } from './select-jwt.js';
import type { JwtVerificationResult } from './session-jwt-verifier.js';

const genuine = (issuedAtSeconds: number, changes = {}): JwtVerificationResult =>
  validResult(verifiedJwt(issuedAtSeconds, changes));
const expired = (issuedAtSeconds: number): JwtVerificationResult => ({
  kind: 'expired',
  verified: verifiedJwt(issuedAtSeconds),
  ageSeconds: 400,
});
const invalid: JwtVerificationResult = { kind: 'invalid' };
const unknownKey: JwtVerificationResult = { kind: 'unknown_key' };
const noKeys: JwtVerificationResult = { kind: 'no_keys' };
const issuedInFuture: JwtVerificationResult = {
  kind: 'issued_in_future',
  verified: verifiedJwt(3000),
  skewSeconds: 90,
};
const clockUntrusted: JwtVerificationResult = { kind: 'clock_untrusted', verified: verifiedJwt(1000) };
const ambiguous: SelectedJwtResult = { kind: 'ambiguous' };
const sessionExpired = (issuedAtSeconds: number, changes = {}): JwtVerificationResult => ({
  kind: 'session_expired',
  verified: verifiedJwt(issuedAtSeconds, changes),
  ageSeconds: 4000,
  jwtIsExpired: true,
});
const keyNotFetched: JwtVerificationResult = { kind: 'key_not_fetched' };
const unusable: JwtVerificationResult = { kind: 'unusable', claim: 'aud', given: ['x'] };
const [newer, older, expiredOne] = [genuine(2000), genuine(1900), expired(1000)];

describe('selectJwt', () => {
  it.each<[string, JwtVerificationResult[], SelectedJwtResult]>([
    ['returns the only result', [invalid], invalid],
    ['returns the newest JWT of one session', [older, newer, expiredOne], newer],
    ['returns the newest JWT at any position', [newer, expiredOne, older], newer],
    ['returns an expired JWT if no other verifies', [invalid, expiredOne], expiredOne],
    ['ignores invalid JWTs', [invalid, newer, invalid], newer],
    ['ignores JWTs with unknown keys', [unknownKey, older], older],
    ['ignores a JWT issued in the future', [issuedInFuture, older], older],
    [
      'returns ambiguous for different sessions',
      [newer, genuine(1900, { sessionId: 'session-test-2' })],
      ambiguous,
    ],
    [
      'returns ambiguous for different subjects',
      [newer, genuine(1900, { userId: 'user-test-2' })],
      ambiguous,
    ],
    [
      'returns ambiguous for two JWTs of one session and one of another',
      [newer, older, genuine(1, { sessionId: 'session-test-2' })],
      ambiguous,
    ],
    [
      'returns clock_untrusted for different sessions whose times could not be checked',
      [clockUntrusted, { ...clockUntrusted, verified: verifiedJwt(1000, { sessionId: 'session-test-2' }) }],
      clockUntrusted,
    ],
    [
      'returns clock_untrusted first if no JWT verified',
      [invalid, unknownKey, noKeys, issuedInFuture, clockUntrusted],
      clockUntrusted,
    ],
    [
      'returns an expired session beside invalid JWTs',
      [invalid, sessionExpired(1000), invalid],
      sessionExpired(1000),
    ],
    [
      'returns the newest of several expired sessions',
      [sessionExpired(900, { sessionId: 'session-test-2' }), sessionExpired(1000)],
      sessionExpired(1000),
    ],
    [
      'ignores an expired session of another person',
      [sessionExpired(1, { sessionId: 'session-test-2' }), newer],
      newer,
    ],
    ['returns no expired session beside a JWT without a key', [sessionExpired(1000), unknownKey], unknownKey],
    [
      'returns no expired session beside a JWT whose key was not fetched',
      [keyNotFetched, sessionExpired(1000)],
      keyNotFetched,
    ],
    ['returns no expired session without keys', [sessionExpired(1000), noKeys], noKeys],
    ['returns no expired session beside an unusable JWT', [sessionExpired(1000), unusable], unusable],
    [
      'returns no expired session beside a JWT from the future',
      [sessionExpired(1000), issuedInFuture],
      issuedInFuture,
    ],
    ['returns invalid if there is no JWT', [], invalid],
    [
      'returns issued_in_future second if no JWT verified',
      [invalid, unknownKey, noKeys, issuedInFuture],
      issuedInFuture,
    ],
    ['returns no_keys third if no JWT verified', [invalid, unknownKey, noKeys], noKeys],
    ['returns unknown_key fourth if no JWT verified', [invalid, unknownKey], unknownKey],
    ['returns invalid if all JWTs are invalid', [invalid, invalid, invalid], invalid],
  ])('%s', (_, results, selected) => {
    expect(selectJwt(results, () => false)).toEqual(selected);
  });

  it('ignores a JWT of a denied session if another verifies', () => {
    const another = genuine(1900, { sessionId: 'session-test-2' });
    const isDenied = ({ session }: { session: { sessionId: string } }) =>
      session.sessionId === 'session-test-2';

    expect(selectJwt([newer, another], isDenied)).toEqual(newer);
    expect(selectJwt([another, newer], isDenied)).toEqual(newer);
    expect(selectJwt([another, invalid], isDenied)).toEqual(another);
  });

  it('does not return a JWT of a denied session beside one that may be a session', () => {
    expect(selectJwt([newer, unknownKey], () => true)).toEqual(unknownKey);
  });
});
