import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { selectJwt, type SelectedJwtResult } from './select-jwt.js';
import type { JwtVerificationResult } from './session-jwt-verifier.js';

const genuine = (issuedAtSeconds: number, who = {}): JwtVerificationResult => ({
  kind: 'valid',
  verified: verifiedJwt(issuedAtSeconds, who),
});
const expired = (issuedAtSeconds: number): JwtVerificationResult => ({
  kind: 'expired',
  verified: verifiedJwt(issuedAtSeconds),
  ageSeconds: 400,
});
const invalid: JwtVerificationResult = { kind: 'invalid' };
const unknownKey: JwtVerificationResult = { kind: 'unknown_key' };
const noKeys: JwtVerificationResult = { kind: 'no_keys' };
const fromTheFuture: JwtVerificationResult = { kind: 'issued_in_future', skewSeconds: 90 };
const ambiguous: SelectedJwtResult = { kind: 'ambiguous' };
const [newer, older, expiredOne] = [genuine(2000), genuine(1900), expired(1000)];

describe('of several values of the cookie', () => {
  it.each<[string, JwtVerificationResult[], SelectedJwtResult]>([
    ['the only one counts', [invalid], invalid],
    ['the newest of one session counts', [older, newer, expiredOne], newer],
    ['its place does not matter', [newer, expiredOne, older], newer],
    ['an expired one counts where it is all there is', [invalid, expiredOne], expiredOne],
    ['forged ones are ignored', [invalid, newer, invalid], newer],
    ['those of unknown keys are ignored', [unknownKey, older], older],
    ['one from the future is ignored', [fromTheFuture, older], older],
    ['of different sessions none counts', [newer, genuine(1900, { sessionId: 'session-test-2' })], ambiguous],
    ['nor of different persons', [newer, genuine(1900, { userId: 'user-test-2' })], ambiguous],
    [
      'nor when a third agrees with one of them',
      [newer, older, genuine(1, { sessionId: 'session-test-2' })],
      ambiguous,
    ],
    [
      'with nothing verified a wrong clock goes first',
      [invalid, unknownKey, noKeys, fromTheFuture],
      fromTheFuture,
    ],
    ['then the want of keys', [invalid, unknownKey, noKeys], noKeys],
    ['then an unknown key', [invalid, unknownKey], unknownKey],
    ['and forged ones are forged', [invalid, invalid, invalid], invalid],
  ])('%s', (_, results, selected) => {
    expect(selectJwt(results, () => false)).toEqual(selected);
  });

  it('one that was signed out here is left out, unless it is all there is', () => {
    const another = genuine(1900, { sessionId: 'session-test-2' });
    const isDenied = ({ session }: { session: { sessionId: string } }) =>
      session.sessionId === 'session-test-2';

    expect(selectJwt([newer, another], isDenied)).toEqual(newer);
    expect(selectJwt([another, newer], isDenied)).toEqual(newer);
    expect(selectJwt([another, invalid], isDenied)).toEqual(another);
  });
});
