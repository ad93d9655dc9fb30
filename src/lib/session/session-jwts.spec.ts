import { inspect } from 'node:util';
import { newSigningKey, sessionClaims, signToken } from '../../../test/support/session-tokens.js';
import { resolvedOptions } from '../../../test/support/resolved-options.js';
import { userSessionFromClaims } from '../identity/user-session-from-claims.js';
import { jwtOf } from './session-jwts.js';
import { verifySessionJwt } from './verify/verify-session-jwt.js';

const projectId = 'project-test-5f0d9c1e-0000-4000-8000-000000000001';
const options = resolvedOptions({ projectId, secret: 'secret-test-of-these-specs=' });
const key = newSigningKey();
const keys = new Map([[key.kid, key.publicKey]]);

function sessionOf(jwt: string) {
  const result = verifySessionJwt(jwt, keys, options, userSessionFromClaims);
  if (result.kind !== 'verified') throw new Error(result.kind);
  return result.verified.session;
}

const jwtAt = (nowSeconds: number) => signToken(key, sessionClaims({ projectId, nowSeconds }));

describe('jwtOf', () => {
  it('returns the JWT that a session was read from, also after others were verified', () => {
    const [first, second] = [jwtAt(1_800_000_000), jwtAt(1_800_000_001)];
    const sessions = [first, second].map(sessionOf);
    expect(sessions.map(jwtOf)).toEqual([first, second]);
  });

  it('returns nothing for a copy of a session', () => {
    expect(jwtOf({ ...sessionOf(jwtAt(1_800_000_000)) })).toBeUndefined();
  });

  it('reads the JWT from nothing that a log or a serialization of the session shows', () => {
    const jwt = jwtAt(1_800_000_000);
    const session = sessionOf(jwt);
    const shown = [
      inspect(session, { showHidden: true, depth: 10 }),
      JSON.stringify(session),
      JSON.stringify(structuredClone(session)),
      Reflect.ownKeys(session).join(),
    ].join();
    expect(shown).not.toContain(jwt.slice(-32));
    expect(Object.getPrototypeOf(session)).toBe(Object.prototype);
    expect(Object.isFrozen(session)).toBe(true);
  });
});
