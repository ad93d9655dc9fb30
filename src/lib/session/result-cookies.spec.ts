import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifiedJwt } from '../../../test/support/verified-jwt.js';
import type { ApplicationRoutes } from '../http/application-routes.js';
import type { SessionCookies } from '../cookies/session-cookies.js';
import { ResultCookies } from './result-cookies.js';
import { signedOut, unknown, type SessionResult } from './session-result.js';

const verified = verifiedJwt(1_800_000_000);
const renewed = { sessionJwt: 'jwt-2', sessionToken: 'token-2', expiresAt: verified.session.expiresAt };
const response = {} as unknown as ServerResponse;
const request = { url: '/dash?page=2' } as unknown as IncomingMessage;
const routes = { publicTargetOf: (target: string) => `/shop${target}` };

/** The calls that the result causes. */
function callsFor(result: SessionResult): unknown[] {
  const calls: unknown[] = [];
  const cookies = {
    write: (...call: unknown[]) => calls.push(['write', ...call]),
    clear: (...call: unknown[]) => calls.push(['clear', ...call]),
    clearPlanted: (...call: unknown[]) => calls.push(['clearPlanted', ...call]),
  };
  new ResultCookies(cookies as unknown as SessionCookies, routes as unknown as ApplicationRoutes).apply(
    result,
    { request, response },
  );
  return calls;
}

describe('ResultCookies', () => {
  it('writes the cookies of a refreshed session', () => {
    expect(callsFor({ kind: 'signed_in', verified, renewed })).toEqual([['write', response, renewed]]);
  });

  it('clears the cookies of a session that is known to be expired or revoked', () => {
    expect(callsFor(signedOut('session_revoked', true))).toEqual([['clear', response]]);
  });

  it('clears only planted cookies for an ambiguous request, by the path that the browser sees', () => {
    expect(callsFor(signedOut('session_ambiguous'))).toEqual([
      ['clearPlanted', response, '/shop/dash?page=2'],
    ]);
  });

  it.each<[string, SessionResult]>([
    ['a session that was not refreshed', { kind: 'signed_in', verified }],
    ['a request without a session', signedOut('session_missing')],
    ['a cookie that is not a session of this project', signedOut('session_invalid')],
    ['a session that cannot be verified', unknown('stytch_unavailable', 5)],
    ['a wrong clock', unknown('clock_skew')],
  ])('leaves the cookies alone for %s', (_, result) => {
    expect(callsFor(result)).toEqual([]);
  });
});
