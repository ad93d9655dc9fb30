import {
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import { endSession } from '../support/end-session.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

describePlatforms('GET /auth/session', (platform) => {
  const stage = useApplication({ platform, options: { http: { deadlineMs: 300 } } });

  it('says who is signed in', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const answer = await browser.get('/auth/session');

    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      authenticated: true,
      session: {
        kind: 'user',
        userId: session.user_id,
        sessionId: session.session_id,
        email: 'ada@example.com',
        startedAt: session.session.started_at,
        expiresAt: session.session.expires_at,
        authenticationFactors: [
          {
            type: 'magic_link',
            deliveryMethod: 'email',
            lastAuthenticatedAt: session.session.started_at,
            emailAddress: 'ada@example.com',
          },
        ],
        roles: ['stytch_user'],
        customClaims: {},
      },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.setCookies).toEqual([]);
  });

  it.each([{}, { cookie: `${jwtCookie}=a.b.c` }])('says that nobody is: %j', async (headers) => {
    const answer = await stage.application.browser().get('/auth/session', headers);

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([200, { authenticated: false }, []]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('refreshes an expired JWT', async () => {
    const { browser } = await browserWithExpiredJwt(stage);

    const answer = await browser.get('/auth/session');

    expect(answer.json()).toMatchObject({ authenticated: true });
    expect(Object.keys(cookiesSetBy(answer))).toContain(jwtCookie);
  });

  it('clears the cookies of a session that is over', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const answer = await browser.get('/auth/session');

    expect([answer.status, answer.json()]).toEqual([200, { authenticated: false }]);
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
  });

  it('says that it cannot be told while Stytch is out', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });

    const answer = await browser.get('/auth/session');

    expect([answer.status, answer.setCookies]).toEqual([503, []]);
    expect(answer.json()).toMatchObject({ statusCode: 503, code: 'stytch_unavailable' });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
