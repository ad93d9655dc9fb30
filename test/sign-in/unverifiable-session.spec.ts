import { SigningKeys } from 'nestjs-stytch';
import type { FaultEffect } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo } from '../support/sessions.js';
import { newSigningKey, publishedKeys, sessionClaims, signToken } from '../support/session-tokens.js';
import { authenticateLinkPath } from '../support/sign-in-steps.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { authenticateResponse, jsonResponse } from '../support/stytch-faults.js';
import { useApplication, useEmulator } from '../support/use-application.js';
import { ServerClock } from '../support/server-clock.js';
import { describePlatforms } from '../support/start-application.js';

const key = newSigningKey();
const keysPath = '/v1/sessions/jwks/*';
const publish: FaultEffect = jsonResponse(publishedKeys(key));
type Claims = Record<string, unknown>;

describe('a sign-in', () => {
  const stage = useEmulator();

  it('does not use up its link while there are no signing keys', async () => {
    const clock = new SteppedClock(() => stage.emulator);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: keysPath });
    const application = await stage.start({ options: { clock } });
    const { browser, callback } = await linkAskedForBy({ emulator: stage.emulator, application });

    const refused = await browser.get(callback);
    expect([refused.status, refused.json()]).toEqual([503, refusalBody('stytch_unavailable')]);
    expect(callsTo(stage.emulator)).not.toContain(`POST ${authenticateLinkPath}`);

    stage.emulator.faults.clear();
    clock.advance({ minutes: 2 });
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it.each<[string, Claims, string]>([
    ['an audience that is not configured', { aud: ['https://api.example.com'] }, 'add it to jwt.audiences.'],
    ['the issuer of a custom domain', { iss: 'https://login.example.com' }, 'add it to jwt.issuers.'],
    ['a lifetime of an hour', { exp: 4_000_000_000 }, 'Remove exp from'],
    ['nine kilobytes', { filler: 'x'.repeat(6800) }, 'Reduce the custom claims'],
    ['another subject', { sub: 'member-test-1' }, 'responded to a sign-in with an invalid session JWT.'],
    ['a date in the future', { iat: 3_999_999_900, nbf: 3_999_999_900, exp: 4_000_000_000 }, ''],
  ])('whose JWT has %s gets 503, and the session is revoked at Stytch', async (title, changes, advice) => {
    const log = new CapturedLog();
    stage.emulator.faults.add({ ...publish, path: keysPath });
    const application = await stage.start({ configure: log.attachTo });
    await application.app.get(SigningKeys).reload();
    const { browser, callback } = await linkAskedForBy({ emulator: stage.emulator, application });
    const { session_id, session_token } = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    const { projectId, clock } = stage.emulator;
    const claims = sessionClaims({ projectId, nowSeconds: Math.floor(clock.nowMs() / 1000) });
    const jwt = signToken(key, { ...claims, ...changes });
    stage.emulator.faults.add({
      ...jsonResponse(authenticateResponse({ session_jwt: jwt, session_token })),
      path: authenticateLinkPath,
    });

    const response = await browser.get(callback);

    const code = title === 'a date in the future' ? 'clock_skew' : 'stytch_unavailable';
    expect([response.status, response.json()]).toEqual([503, refusalBody(code)]);
    expect(response.setCookies.filter((cookie) => cookie.startsWith('stytch_session'))).toEqual([]);
    expect(stage.emulator.sessions.list().map((session) => session.session_id)).not.toContain(session_id);
    const errors = log.lines.filter((line) => line.startsWith('error'));
    expect(errors.filter((line) => line.includes(advice))).toHaveLength(advice === '' ? errors.length : 1);
    expect(log.lines.join('\n')).not.toContain(session_token);
  });
});

const [minute, hour] = [60_000, 3_600_000];
const exchange = `POST ${authenticateLinkPath}`;

describePlatforms('A sign-in', (platform) => {
  const clock = new ServerClock(() => stage.emulator);
  const stage = useApplication({ platform, options: { clock } });
  beforeEach(() => {
    clock.aheadMs = 0;
    clock.advance(minute);
  });

  it.each([2 * hour, -hour])(
    'does not use up its link while the server clock is %d ms ahead, and gets 503',
    async (ms) => {
      const { browser, callback } = await linkAskedForBy(stage);
      clock.aheadMs = ms;
      const refused = await browser.get(callback);
      expect([refused.status, refused.json(), refused.setCookies]).toEqual([
        503,
        refusalBody('clock_skew'),
        [],
      ]);
      expect(callsTo(stage.emulator)).not.toContain(exchange);

      clock.aheadMs = 0;
      expect((await browser.visit(callback)).status).toBe(303);
      expect(callsTo(stage.emulator)).toContain(exchange);
    },
  );

  it('completes after the machine was suspended, when Stytch has confirmed the time', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    clock.suspend(5 * minute);

    expect((await browser.visit(callback)).status).toBe(303);
  });
});
