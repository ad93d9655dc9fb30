import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { pickJwt, type PickedVerdict } from './select-jwt.js';
import type { JwtVerdict } from './session-jwt-verifier.js';

const genuine = (issuedAtSeconds: number, who = {}): JwtVerdict => ({
  verdict: 'genuine',
  verified: verifiedJwt(issuedAtSeconds, who),
});
const expired = (issuedAtSeconds: number): JwtVerdict => ({
  verdict: 'expired',
  verified: verifiedJwt(issuedAtSeconds),
  ageSeconds: 400,
});
const invalid: JwtVerdict = { verdict: 'invalid' };
const unknownKey: JwtVerdict = { verdict: 'unknown_key' };
const noKeys: JwtVerdict = { verdict: 'no_keys' };
const fromTheFuture: JwtVerdict = { verdict: 'from_the_future', skewSeconds: 90 };
const ambiguous: PickedVerdict = { verdict: 'ambiguous' };
const [newer, older, expiredOne] = [genuine(2000), genuine(1900), expired(1000)];

describe('of several values of the cookie', () => {
  it.each<[string, JwtVerdict[], PickedVerdict]>([
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
  ])('%s', (_, verdicts, picked) => {
    expect(pickJwt(verdicts, () => false)).toEqual(picked);
  });

  it('one that was signed out here is left out, unless it is all there is', () => {
    const another = genuine(1900, { sessionId: 'session-test-2' });
    const isDenied = ({ session }: { session: { sessionId: string } }) =>
      session.sessionId === 'session-test-2';

    expect(pickJwt([newer, another], isDenied)).toEqual(newer);
    expect(pickJwt([another, newer], isDenied)).toEqual(newer);
    expect(pickJwt([another, invalid], isDenied)).toEqual(another);
  });
});
