import { Controller, Get } from '@nestjs/common';
import { CurrentSession, OptionalSession, type Session } from 'nestjs-stytch';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import { endSession } from '../support/end-session.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@OptionalSession()
@Controller('home')
class HomeController {
  @Get()
  show(@CurrentSession() session?: Session) {
    return { userId: session?.userId ?? null };
  }
}

describePlatforms('a handler with an optional session', (platform) => {
  const stage = useApplication({ platform, controllers: [HomeController] });

  it('runs for somebody who is not signed in', async () => {
    const answer = await stage.application.browser().visit('/home');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([200, { userId: null }, []]);
  });

  it('knows who is signed in', async () => {
    const { browser, session } = await signedInBrowser(stage);

    expect((await browser.get('/home')).json()).toEqual({ userId: session.user_id });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each(['garbage', '', 'a.b.c', 'x'.repeat(9000)])(
    'runs with a cookie that is no session: %.10s',
    async (value) => {
      const answer = await stage.application.browser().get('/home', { cookie: `${jwtCookie}=${value}` });

      expect([answer.status, answer.json(), answer.setCookies]).toEqual([200, { userId: null }, []]);
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('refreshes an expired JWT where Stytch answers soon', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    const answer = await browser.get('/home');

    expect(answer.json()).toEqual({ userId: session.user_id });
    expect(Object.keys(cookiesSetBy(answer))).toContain(jwtCookie);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('does not wait for a Stytch that hangs: half a second, then nobody is signed in', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
    const before = performance.now();

    const answer = await browser.get('/home');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([200, { userId: null }, []]);
    expect(performance.now() - before).toBeGreaterThan(450);
    expect(performance.now() - before).toBeLessThan(2500);
  });

  it('runs without a session that was revoked, and leaves its cookies to those who need one', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const answer = await browser.get('/home');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([200, { userId: null }, []]);
  });
});
