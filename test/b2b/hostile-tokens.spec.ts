import { SigningKeys } from 'nestjs-stytch';
import { randomBytes } from 'node:crypto';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  memberClaims,
  newSigningKey,
  publishedKeys,
  sessionClaims,
  signToken,
} from '../support/session-tokens.js';
import { callsTo, jwtCookie, tokenCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { jsonResponse } from '../support/stytch-faults.js';
import { useApplication } from '../support/use-application.js';

const key = newSigningKey();
const organizationName = 'https://stytch.com/organization';
const sessionName = 'https://stytch.com/session';
const otherProject = 'project-test-00000000-0000-4000-8000-000000000009';
/** Like Stytch's intermediate session tokens, which look like session tokens. */
const newIntermediateToken = () => randomBytes(33).toString('base64url');

describePlatforms('an application for members', (platform) => {
  const options = { credentials: ['cookie', 'bearer'] } as const;
  const stage = useApplication({ platform, product: 'b2b', controllers: [OrdersController], options });
  const now = () => ({
    projectId: stage.emulator.projectId,
    nowSeconds: Math.floor(stage.emulator.clock.nowMs() / 1000),
  });
  const member = () => memberClaims(now());
  const send = (headers: Record<string, string>) => stage.application.browser().get('/orders', headers);

  beforeAll(async () => {
    stage.emulator.faults.add({ ...jsonResponse(publishedKeys(key)), path: '/v1/sessions/jwks/*' });
    await stage.application.app.get(SigningKeys).reload();
  });

  it('accepts the JWT of a member', async () => {
    expect((await send({ cookie: `${jwtCookie}=${signToken(key, member())}` })).status).toBe(200);
  });

  const hostileTokens: [string, () => string][] = [
    ["a user's JWT", () => signToken(key, sessionClaims(now()))],
    [
      "a user's JWT with an organization",
      () => signToken(key, { ...sessionClaims(now()), [organizationName]: member()[organizationName] }),
    ],
    ['a JWT without an organization', () => signToken(key, { ...member(), [organizationName]: undefined })],
    [
      'a JWT with an organization that has no id',
      () => signToken(key, { ...member(), [organizationName]: { slug: 'acme' } }),
    ],
    [
      'a JWT with the id of something else in place of the organization',
      () =>
        signToken(key, {
          ...member(),
          [organizationName]: { organization_id: 'member-test-1', slug: 'acme' },
        }),
    ],
    [
      'a JWT with a list of organizations',
      () => signToken(key, { ...member(), [organizationName]: [member()[organizationName]] }),
    ],
    ["another project's JWT", () => signToken(key, memberClaims({ ...now(), projectId: otherProject }))],
    ['a JWT for the audience of another project', () => signToken(key, { ...member(), aud: [otherProject] })],
    [
      'a JWT with a session in place of the member',
      () => signToken(key, { ...member(), sub: 'member-session-test-1' }),
    ],
    ['a JWT of a member without a session', () => signToken(key, { ...member(), [sessionName]: undefined })],
    ['an intermediate session token', newIntermediateToken],
  ];

  it.each(hostileTokens)('refuses %s in the cookie of the JWT, without a call', async (_, token) => {
    const response = await send({ cookie: `${jwtCookie}=${token()}` });

    expect([response.status, response.json(), response.setCookies]).toEqual([
      401,
      refusalBody('session_invalid'),
      [],
    ]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each(hostileTokens)('refuses %s as a bearer token, without a call', async (_, token) => {
    const response = await send({ authorization: `Bearer ${token()}` });

    expect([response.status, response.json(), callsTo(stage.emulator)]).toEqual([
      401,
      refusalBody('token_invalid'),
      [],
    ]);
  });

  it('asks Stytch once about an intermediate session token in the cookie of the session token, which looks the same', async () => {
    const cookie = `${tokenCookie}=${newIntermediateToken()}`;
    const responses = [await send({ cookie }), await send({ cookie })];

    expect(responses.map((response) => response.json())).toEqual(
      Array(2).fill(refusalBody('session_revoked')),
    );
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('does not read an intermediate session token from its own cookie', async () => {
    const response = await send({ cookie: `stytch_intermediate_session_token=${newIntermediateToken()}` });

    expect([response.json(), callsTo(stage.emulator)]).toEqual([refusalBody('session_missing'), []]);
  });
});

describe('an application for users', () => {
  const stage = useApplication({ controllers: [OrdersController] });

  it('refuses the JWT of a member without a call', async () => {
    stage.emulator.faults.add({ ...jsonResponse(publishedKeys(key)), path: '/v1/sessions/jwks/*' });
    await stage.application.app.get(SigningKeys).reload();
    const nowSeconds = Math.floor(stage.emulator.clock.nowMs() / 1000);
    const jwt = signToken(key, memberClaims({ projectId: stage.emulator.projectId, nowSeconds }));
    const response = await stage.application.browser().get('/orders', { cookie: `${jwtCookie}=${jwt}` });

    expect([response.status, response.json(), callsTo(stage.emulator)]).toEqual([
      401,
      refusalBody('session_invalid'),
      [],
    ]);
  });
});
