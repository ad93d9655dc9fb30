import { StytchEvents } from 'nestjs-stytch';
import type { StytchEmulator } from 'stytch-emulator';
import { MeController, meOf } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { jsonResponse } from '../support/stytch-faults.js';
import { browserWithExpiredJwt, callsTo, signedInBrowser } from '../support/sessions.js';
import { useApplication, type Stage } from '../support/use-application.js';
import { beyondCeilingMs } from '../support/within-deadline.js';

const path = '/v1/sessions/authenticate';

/** Five failed calls in a row open the circuit. */
async function openCircuit(stage: Stage): Promise<void> {
  for (let n = 0; n < 5; n += 1) {
    await signedInBrowser(stage, { email: `n${n}@example.com` }).then(({ browser }) => {
      stage.emulator.clock.advance({ minutes: 6 });
      return browser.get('/me');
    });
  }
}

describe('a long outage', () => {
  const clock = new SteppedClock((): StytchEmulator => stage.emulator);
  const stage = useApplication({
    controllers: [MeController],
    options: { clock, http: { deadlineMs: 300 } },
  });

  const browserToRefresh = async (email = 'ada@example.com') => {
    const { browser } = await signedInBrowser(stage, { email });
    clock.advance({ minutes: 6 });
    return { browser };
  };

  it('stops all calls but a probe, and ends with the first successful probe', async () => {
    const events: string[] = [];
    const end = stage.application.app.get(StytchEvents).subscribe(({ type }) => events.push(type));
    const sessions = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signedInBrowser(stage, { email: `n${n}@example.com` })),
    );
    clock.advance({ minutes: 6 });
    stage.emulator.faults.add({ kind: 'hang', path });
    for (const { browser } of sessions.slice(0, 5)) expect((await browser.get('/me')).status).toBe(503);
    expect(events).toContain('outage_began');
    stage.emulator.requests.clear();

    const responses = await Promise.all(sessions.map(({ browser }) => browser.get('/me')));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([503]));
    for (const response of responses) expect(response.setCookies).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);

    stage.emulator.faults.clear();
    clock.advance({ seconds: 3 });
    const probe = await sessions[0]!.browser.get('/me');
    const next = await sessions[1]!.browser.get('/me');
    end();

    expect([probe.status, next.status]).toEqual([200, 200]);
    expect(events).toContain('outage_ended');
  });

  it('does not begin after eight 429 responses', async () => {
    for (let n = 0; n < 8; n += 1) {
      const { browser } = await browserToRefresh(`r${n}@example.com`);
      stage.emulator.faults.add({ ...jsonResponse('{}', 429), path, times: 1 });
      await browser.get('/me');
    }
    const { browser } = await browserToRefresh();

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('makes no second call for a session before the Retry-After of Stytch has passed', async () => {
    const { browser } = await browserToRefresh();
    const headers = { 'retry-after': '7' };
    stage.emulator.faults.add({ kind: 'status', status: 429, headers, body: '{}', path });

    for (let n = 0; n < 5; n += 1) expect((await browser.get('/me')).status).toBe(503);

    expect(callsTo(stage.emulator)).toHaveLength(1);
    stage.emulator.faults.clear();
    clock.advance({ seconds: 8 });
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('does not begin when one connection breaks: the call is repeated once', async () => {
    const { browser } = await browserToRefresh();
    stage.emulator.faults.add({ kind: 'reset', path, times: 1 });

    expect((await browser.get('/me')).status).toBe(200);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });
});

describe('outage.graceSeconds', () => {
  const stage = useApplication({
    controllers: [MeController],
    options: { http: { deadlineMs: beyondCeilingMs }, outage: { graceSeconds: 600 } },
  });

  it('accepts sessions unconfirmed during an outage, until graceSeconds after their JWT expired', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'reset', path });
    await openCircuit(stage);
    const { browser: recent, session: recentSession } = await browserWithExpiredJwt(stage);

    const overdue = await browser.get('/me');
    const within = await recent.get('/me');

    expect(overdue.status).toBe(503);
    expect([within.status, within.json(), within.setCookies]).toEqual([
      200,
      meOf(recentSession, { unconfirmed: true }),
      [],
    ]);
    expect(session.user_id).toBe(recentSession.user_id);
    await recent.request('POST', '/auth/logout');
  });

  it('does not accept a session that was signed out during the outage', async () => {
    stage.emulator.faults.add({ kind: 'reset', path });
    await openCircuit(stage);
    const { browser } = await browserWithExpiredJwt(stage);
    const cookie = browser.cookieHeader;
    await browser.request('POST', '/auth/logout');

    const response = await stage.application.browser().get('/me', { cookie });

    expect(response.json()).toEqual(refusalBody('session_revoked'));
  });
});
