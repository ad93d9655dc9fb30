import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
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

  it('responds with the session of a signed-in user', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const response = await browser.get('/auth/session');

    expect(response.status).toBe(200);
    expect(response.json()).toEqual({
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
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.setCookies).toEqual([]);
  });

  it.each([{}, { cookie: `${jwtCookie}=a.b.c` }])(
    'responds that nobody is signed in to a request without a valid session: %j',
    async (headers) => {
      const response = await stage.application.browser().get('/auth/session', headers);

      expect([response.status, response.json(), response.setCookies]).toEqual([
        200,
        { authenticated: false },
        [],
      ]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('refreshes an expired JWT and sets its cookie', async () => {
    const { browser } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/auth/session');

    expect(response.json()).toMatchObject({ authenticated: true });
    expect(Object.keys(cookiesSetBy(response))).toContain(jwtCookie);
  });

  it('clears the cookies of a session that was revoked', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const response = await browser.get('/auth/session');

    expect([response.status, response.json()]).toEqual([200, { authenticated: false }]);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
  });

  it('responds 503 and keeps the cookies while Stytch is down', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });

    const response = await browser.get('/auth/session');

    expect([response.status, response.setCookies]).toEqual([503, []]);
    expect(response.json()).toEqual(refusalBody('stytch_unavailable'));
    expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});
