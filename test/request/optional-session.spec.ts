import { Controller, Get } from '@nestjs/common';
import { CurrentSession, OptionalSession, type UserSession } from 'nestjs-stytch';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import { endSession } from '../support/end-session.js';
import { useApplication } from '../support/use-application.js';
import { beyondCeilingMs, withinDeadline } from '../support/within-deadline.js';

@OptionalSession()
@Controller('home')
class HomeController {
  @Get()
  show(@CurrentSession() session?: UserSession) {
    return { userId: session?.userId ?? null };
  }
}

describe('a handler with an optional session', () => {
  const stage = useApplication({
    controllers: [HomeController],
    options: { http: { deadlineMs: beyondCeilingMs } },
  });

  it('runs without a session for an anonymous request', async () => {
    const response = await stage.application.browser().visit('/home');

    expect([response.status, response.json(), response.setCookies]).toEqual([200, { userId: null }, []]);
  });

  it('gets the session of a signed-in user without a call', async () => {
    const { browser, session } = await signedInBrowser(stage);

    expect((await browser.get('/home')).json()).toEqual({ userId: session.user_id });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each(['garbage', '', 'a.b.c', 'x'.repeat(9000)])(
    'runs without a session for an invalid cookie: %.10s',
    async (value) => {
      const response = await stage.application.browser().get('/home', { cookie: `${jwtCookie}=${value}` });

      expect([response.status, response.json(), response.setCookies]).toEqual([200, { userId: null }, []]);
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('gets the session of an expired JWT when Stytch responds in time', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/home');

    expect(response.json()).toEqual({ userId: session.user_id });
    expect(Object.keys(cookiesSetBy(response))).toContain(jwtCookie);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('runs without a session after half a second when Stytch hangs', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
    const began = performance.now();

    const response = await withinDeadline(browser.get('/home'));

    expect([response.status, response.json(), response.setCookies]).toEqual([200, { userId: null }, []]);
    // Timers may fire a little early.
    expect(performance.now() - began).toBeGreaterThan(450);
  });

  it('runs without a session that was revoked, and keeps its cookies', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const response = await browser.get('/home');

    expect([response.status, response.json(), response.setCookies]).toEqual([200, { userId: null }, []]);
  });
});
