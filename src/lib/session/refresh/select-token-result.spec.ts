import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import { selectTokenResult } from './select-token-result.js';

const signedIn = (issuedAtSeconds: number, changes = {}): SessionResult => ({
  kind: 'signed_in',
  verified: verifiedJwt(issuedAtSeconds, changes),
});
const [newer, older] = [signedIn(2000), signedIn(1900)];
const another = signedIn(1900, { sessionId: 'session-test-2' });
const rejected = signedOut('session_revoked', true);
const unavailable = unknown('stytch_unavailable', 5);
const suspended = signedOut('session_suspended');
const ambiguous = signedOut('session_ambiguous');

describe('selectTokenResult', () => {
  it.each<[string, SessionResult[], SessionResult]>([
    ['returns the session beside a rejected token', [rejected, newer], newer],
    ['returns the session before two rejected tokens', [newer, rejected, rejected], newer],
    ['returns the newest JWT of one session', [older, newer], newer],
    ['returns the newest JWT of one session at any position', [newer, older], newer],
    ['returns ambiguous for different sessions', [newer, another], ambiguous],
    [
      'returns ambiguous for different sessions beside a rejected token',
      [newer, rejected, another],
      ambiguous,
    ],
    ['returns unknown if a token can not be looked up beside a session', [newer, unavailable], unavailable],
    [
      'returns unknown if a token can not be looked up beside a rejected one',
      [rejected, unavailable],
      unavailable,
    ],
    ['returns the rejection if all tokens are rejected', [rejected, rejected], rejected],
    ['returns a suspended session beside a rejected token', [rejected, suspended], suspended],
  ])('%s', (_, results, selected) => {
    expect(selectTokenResult(results)).toEqual(selected);
  });
});
