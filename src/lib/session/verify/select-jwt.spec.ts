import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { selectJwt, type SelectedJwtResult } from './select-jwt.js';
import type { JwtVerificationResult } from './session-jwt-verifier.js';

const genuine = (issuedAtSeconds: number, changes = {}): JwtVerificationResult => ({
  kind: 'valid',
  verified: verifiedJwt(issuedAtSeconds, changes),
});
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
});
