import { SigningKeys } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { bothCleared, callsTo, cookiesSetBy, jwtCookie, tokenCookie } from '../support/sessions.js';
import {
  newSigningKey,
  publishedKeys,
  sessionClaim,
  sessionClaims,
  signToken,
} from '../support/session-tokens.js';
import { authenticateResponse, jsonResponse } from '../support/stytch-faults.js';
import { useApplication, useEmulator, type EmulatorStage } from '../support/use-application.js';

const key = newSigningKey();
const sessionClaimName = 'https://stytch.com/session';
const authenticate = '/v1/sessions/authenticate';
const audience = 'https://api.example.com';
const issuer = 'https://login.example.com';
const unavailable = refusalBody('stytch_unavailable');
type Claims = Record<string, unknown>;

const claimsOf = ({ projectId, clock }: StytchEmulator, changes: Claims = {}): Claims => {
  const nowSeconds = Math.floor(clock.nowMs() / 1000);
  return { ...sessionClaims({ projectId, nowSeconds }), ...changes };
};
const cookieHeader = (jwt: string, token?: string) =>
  `${jwtCookie}=${jwt}${token === undefined ? '' : `; ${tokenCookie}=${token}`}`;

/** Starts an application that verifies with a key of these specs. */
async function startWithKey(stage: EmulatorStage, jwt?: { audiences?: string[]; issuers?: string[] }) {
  const log = new CapturedLog();
  stage.emulator.faults.add({ ...jsonResponse(publishedKeys(key)), path: '/v1/sessions/jwks/*' });
  const application = await stage.start({
    controllers: [OrdersController],
    options: { ...(jwt && { jwt }) },
    configure: log.attachTo,
  });
  await application.app.get(SigningKeys).reload();
  stage.emulator.requests.clear();
  const send = (token: string, opaqueToken?: string) =>
    application.browser().get('/orders', { cookie: cookieHeader(token, opaqueToken) });
  const warnings = () => log.lines.filter((line) => line.includes("can't be used"));
  return { send, log, warnings };
}

describe('a genuine session JWT that the options do not accept', () => {
  const stage = useEmulator();

  it.each<[string, Claims, string]>([
    [
      'an audience that is not configured',
      { aud: [audience] },
      `its audience (aud) is ["${audience}"], expected "PROJECT". If the project's JWT template sets that audience, add it to jwt.audiences.`,
    ],
    [
      'the issuer of a custom domain',
      { iss: issuer },
      `its issuer (iss) is "${issuer}", expected "stytch.com/PROJECT" or "API". If that is a custom domain of the project, add it to jwt.issuers.`,
    ],
    [
      'a lifetime of an hour',
      { exp: 4_000_000_000 },
      "expected at most 900. Remove exp from the project's JWT template.",
    ],
  ])('with %s gets 503 without a call, and one log line names the option', async (_, changes, advice) => {
    const { send, warnings, log } = await startWithKey(stage);
    const jwt = signToken(key, claimsOf(stage.emulator, changes));

    const responses = [await send(jwt), await send(jwt), await send(jwt)];

    expect(responses.map((response) => [response.status, response.json(), response.setCookies])).toEqual(
      Array(3).fill([503, unavailable, []]),
    );
    expect(callsTo(stage.emulator)).toEqual([]);
    const { projectId, url } = stage.emulator;
    expect(warnings()).toEqual([
      expect.stringContaining(advice.replace('PROJECT', projectId).replace('API', url)),
    ]);
    expect(log.lines.join('\n')).not.toContain(jwt.split('.')[1]);
  });

  it('is accepted with jwt.audiences and jwt.issuers', async () => {
    const { send, warnings } = await startWithKey(stage, { audiences: [audience], issuers: [issuer] });

    const response = await send(signToken(key, claimsOf(stage.emulator, { aud: audience, iss: issuer })));

    expect([response.status, warnings()]).toEqual([200, []]);
  });

  it('is ignored if the opaque token has a session', async () => {
    const { send } = await startWithKey(stage);
    const usable = signToken(key, claimsOf(stage.emulator));
    const body = authenticateResponse({ session_jwt: usable, session_token: 't'.repeat(44) });
    stage.emulator.faults.add({ ...jsonResponse(body), path: authenticate });

    const response = await send(signToken(key, claimsOf(stage.emulator, { aud: audience })), 't'.repeat(44));

    expect([response.status, callsTo(stage.emulator)]).toEqual([200, [`POST ${authenticate}`]]);
  });

  it('in the response to a refresh gets 503, and the cookies are kept', async () => {
    const { send, warnings } = await startWithKey(stage);
    const expired = signToken(key, claimsOf(stage.emulator));
    stage.emulator.clock.advance({ minutes: 6 });
    const renewed = signToken(key, claimsOf(stage.emulator, { aud: audience }));
    stage.emulator.faults.add({
      ...jsonResponse(authenticateResponse({ session_jwt: renewed, session_token: '' })),
      path: authenticate,
    });

    const response = await send(expired);

    expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
    expect(warnings()).toEqual([expect.stringContaining('add it to jwt.audiences')]);
    expect(callsTo(stage.emulator)).toEqual([`POST ${authenticate}`]);
  });

  it.each<[string, Claims]>([
    ['of a machine', { sub: 'm2m-client-test-1', [sessionClaimName]: undefined }],
    ['of a connected app', { [sessionClaimName]: undefined, scope: 'openid' }],
    ['of a member of a B2B organization', { sub: 'member-test-1' }],
    ['of another project', { iss: 'stytch.com/project-test-other' }],
  ])('is session_invalid, without a log line, if it is a token %s', async (_, changes) => {
    const { send, warnings } = await startWithKey(stage);
    const jwt = signToken(key, claimsOf(stage.emulator, { aud: [audience], exp: 4_000_000_000, ...changes }));

    const response = await send(jwt, 't'.repeat(44));

    expect([response.status, response.json(), response.setCookies]).toEqual([
      401,
      refusalBody('session_invalid'),
      [],
    ]);
    expect([callsTo(stage.emulator), warnings()]).toEqual([[], []]);
  });
});

describe('a session JWT with unusual but harmless claims', () => {
  const stage = useEmulator();
  const factor = { delivery_method: 'email', last_authenticated_at: '2027-01-15T08:00:00Z' };
  const withSession = (changes: Claims) => ({
    [sessionClaimName]: { ...sessionClaim(Math.floor(stage.emulator.clock.nowMs() / 1000)), ...changes },
  });

  it.each<[string, () => Claims, Claims]>([
    ['the type jwt', () => ({}), { typ: 'jwt' }],
    ['the type application/jwt', () => ({}), { typ: 'application/jwt' }],
    [
      'a factor of an unknown type',
      () => withSession({ authentication_factors: [{ ...factor, type: 'retina_scan' }] }),
      {},
    ],
    [
      'a factor without a delivery method',
      () => withSession({ authentication_factors: [{ ...factor, type: 'otp', delivery_method: undefined }] }),
      {},
    ],
    ['null as expiry of the session', () => withSession({ expires_at: null }), {}],
  ])('is accepted: %s', async (_, changes, header) => {
    const { send } = await startWithKey(stage);

    const response = await send(signToken(key, claimsOf(stage.emulator, changes()), header));

    expect([response.status, callsTo(stage.emulator)]).toEqual([200, []]);
  });
});

describe('the cookies of another Stytch project', () => {
  const stage = useApplication({ controllers: [OrdersController] });
  let other: StytchEmulator;
  beforeAll(async () => {
    other = await startStytchEmulator();
  });
  afterAll(() => other.close());

  it('are session_invalid and are not cleared', async () => {
    const { session_jwt, session_token } = await other.sessions.create({ email: 'ada@example.com' });

    const response = await stage.application
      .browser()
      .get('/orders', { cookie: cookieHeader(session_jwt, session_token) });

    expect([response.status, response.json(), response.setCookies]).toEqual([
      401,
      refusalBody('session_invalid'),
      [],
    ]);
    expect(callsTo(stage.emulator)).toEqual([`POST ${authenticate}`]);
  });

  it('are session_revoked and cleared if there is only an opaque token, which does not tell its project', async () => {
    const { session_token } = await other.sessions.create({ email: 'ada@example.com' });

    const response = await stage.application
      .browser()
      .get('/orders', { cookie: `${tokenCookie}=${session_token}` });

    expect(response.json()).toEqual(refusalBody('session_revoked'));
    expect(cookiesSetBy(response)).toEqual(bothCleared);
  });
});
