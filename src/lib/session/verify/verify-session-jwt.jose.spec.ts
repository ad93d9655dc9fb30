import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import {
  newSigningKey,
  publishedKeys,
  sessionClaims,
  signToken,
  type SigningKey,
} from '../../../../test/support/session-tokens.js';
import { checkTimes } from './check-times.js';
import { userSessionFromClaims } from '../../identity/user-session-from-claims.js';
import { verifySessionJwt } from './verify-session-jwt.js';
import { momentAtSecond } from '../../../../test/support/verified-jwt.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const projectId = 'project-test-5f0d9c1e-0000-4000-8000-000000000001';
const options = resolvedOptions({ projectId });
const now = 1_800_000_000;
const key = newSigningKey();
const otherKey: SigningKey = { ...newSigningKey(), kid: key.kid };
const keys = new Map([[key.kid, key.publicKey]]);
const joseKeys = createLocalJWKSet(JSON.parse(publishedKeys(key)) as JSONWebKeySet);

/** A seeded random number generator, so that failures are reproducible. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const values = [
  undefined,
  null,
  '',
  7,
  true,
  [],
  {},
  ['RS256'],
  'x',
  projectId,
  [projectId],
  'JWT',
  'jwt',
  'Application/JWT',
  'at+jwt',
  now + 60,
  1e308,
];
const header = ['alg', 'typ', 'kid', 'crit', 'b64'];
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'HS256', 'none'];
const claimNames = ['iss', 'aud', 'sub', 'iat', 'nbf', 'exp'];
const offsets = [-1000, -31, -6, -1, 0, 1, 29, 31, 1000];

/** A valid token with one to three random changes. */
function mutatedToken(next: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const claims: Record<string, unknown> = sessionClaims({ projectId, nowSeconds: now });
  const changes: Record<string, unknown> = {};
  let signer = key;
  let corrupt = (token: string) => token;
  for (let left = 1 + Math.floor(next() * 3); left > 0; left -= 1) {
    const choice = next();
    if (choice < 0.2) changes['alg'] = pick(algorithms);
    else if (choice < 0.4) changes[pick(header)] = pick(values);
    else if (choice < 0.6) claims[pick(claimNames)] = pick(values);
    else if (choice < 0.8) claims[pick(['iat', 'nbf', 'exp'])] = now + pick(offsets);
    else if (choice < 0.9) signer = otherKey;
    else {
      const position = next();
      corrupt = (token) => {
        const index = Math.floor(position * token.length);
        return token.slice(0, index) + pick(['A', '_', '=', '.', '+', ' ']) + token.slice(index + 1);
      };
    }
  }
  return corrupt(signToken(signer, claims, changes));
}

function weAccept(token: string): boolean {
  const result = verifySessionJwt(token, keys, options, userSessionFromClaims);
  return (
    result.kind === 'verified' && checkTimes(result.verified, momentAtSecond(now), options).kind === 'valid'
  );
}

async function joseAccepts(token: string): Promise<boolean> {
  return jwtVerify(token, joseKeys, {
    algorithms: ['RS256'],
    issuer: `stytch.com/${projectId}`,
    audience: projectId,
    typ: 'JWT',
    requiredClaims: ['sub', 'exp', 'iat'],
    clockTolerance: 30,
    currentDate: new Date(now * 1000),
  }).then(
    () => true,
    () => false,
  );
}

it('rejects every session JWT that jose rejects', async () => {
  const random = numbers(20_260_101);
  const wronglyAccepted: string[] = [];
  const counts = { accepted: 0, rejected: 0, rejectedByUsOnly: 0 };
  for (let n = 0; n < 1500; n += 1) {
    const token = mutatedToken(() => random.next().value);
    const isAccepted = weAccept(token);
    const isAcceptedByJose = await joseAccepts(token);
    if (isAccepted && !isAcceptedByJose) wronglyAccepted.push(token);
    counts[isAccepted ? 'accepted' : 'rejected'] += 1;
    if (!isAccepted && isAcceptedByJose) counts.rejectedByUsOnly += 1;
  }

  expect(wronglyAccepted).toEqual([]);
  // The mutations are useful only if some tokens are accepted and some rejected.
  expect(counts.accepted).toBeGreaterThan(50);
  expect(counts.rejected).toBeGreaterThan(500);
  expect(counts.rejectedByUsOnly).toBeGreaterThan(0);
});
