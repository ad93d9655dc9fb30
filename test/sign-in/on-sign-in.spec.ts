import { ConflictException, Controller, Get } from '@nestjs/common';
import { CurrentSession, OptionalSession, type UserSession, type StytchModuleOptions } from 'nestjs-stytch';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { MeController } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import { authenticateResponse, jsonResponse } from '../support/stytch-faults.js';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication, type Stage } from '../support/use-application.js';

type OnSignIn = NonNullable<StytchModuleOptions['onSignIn']>;

let onSignIn: OnSignIn = () => true;

describe('the onSignIn option', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [MeController],
    options: { onSignIn: (...signIn) => onSignIn(...signIn) },
  });

  it('calls onSignIn with the session before setting cookies', async () => {
    const sessions: UserSession[] = [];
    onSignIn = async (session) => {
      await Promise.resolve();
      sessions.push(session);
    };
    const { browser, callback } = await linkAskedForBy(stage);

    const response = await browser.visit(callback);

    expect(response.status).toBe(303);
    expect(sessions).toMatchObject([{ kind: 'user', email: 'ada@example.com' }]);
    expect(Object.keys(cookiesSetBy(response))).toContain(jwtCookie);
  });

  it.each<[string, OnSignIn, number, unknown]>([
    ['returns false', () => false, 403, refusalBody('sign_in_refused')],
    [
      'throws an HttpException',
      () => {
        throw new ConflictException('seats');
      },
      409,
      { statusCode: 409, error: 'Conflict', message: 'seats' },
    ],
    [
      'rejects with an error',
      async () => Promise.reject(new Error('database')),
      500,
      { statusCode: 500, message: 'Internal server error' },
    ],
  ])('revokes the session and sets no cookies when onSignIn %s', async (_, handler, status, body) => {
    onSignIn = handler;
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const response = await browser.get(callback);

    expect([response.status, response.json(), response.setCookies]).toEqual([status, body, []]);
    expect(callsTo(stage.emulator)).toEqual([
      'POST /v1/magic_links/authenticate',
      'POST /v1/sessions/revoke',
    ]);
  });

  it.each<unknown>([null, 0, '', 'yes', 1, {}, [], NaN])(
    'refuses the sign-in and revokes the session when onSignIn returns %j instead of true or undefined',
    async (decision) => {
      for (const handler of [() => decision, () => Promise.resolve(decision)]) {
        onSignIn = handler as OnSignIn;
        const { browser, callback } = await linkAskedForBy(stage);
        stage.emulator.requests.clear();

        const response = await browser.get(callback);

        expect([response.status, response.json(), response.setCookies]).toEqual([
          403,
          refusalBody('sign_in_refused'),
          [],
        ]);
        expect(callsTo(stage.emulator)).toEqual([
          'POST /v1/magic_links/authenticate',
          'POST /v1/sessions/revoke',
        ]);
      }
    },
  );

  it('shows a page when onSignIn refuses the sign-in', async () => {
    onSignIn = () => false;
    const { browser, callback } = await linkAskedForBy(stage);

    const response = await browser.visit(callback);

    expect(response.status).toBe(403);
    expect(response.text).toContain('No access to this application');
  });

  it('keeps the previous session of the browser when onSignIn refuses the sign-in', async () => {
    onSignIn = () => false;
    const { session } = await signedInBrowser(stage, { email: 'grace@example.com' });
    const { browser, callback } = await linkAskedForBy(stage);
    keepSession(browser, session);

    const refused = await browser.visit(callback);

    expect([refused.status, (await browser.get('/me')).status]).toEqual([403, 200]);
  });
});

@OptionalSession()
@Controller('home')
class HomeController {
  @Get()
  show(@CurrentSession() session?: UserSession) {
    return { userId: session?.userId ?? null };
  }
}

/** Signs in by email, and returns the browser with the cookies of the session. */
async function signInByEmail(stage: Stage): Promise<TestBrowser> {
  const { browser, callback } = await linkAskedForBy(stage);
  expect((await browser.visit(callback)).status).toBe(303);
  stage.emulator.requests.clear();
  return browser;
}

describePlatforms("session.accept: 'own'", (platform) => {
  const controllers = [MeController, HomeController];
  const stage = useApplication({ platform, controllers, options: { session: { accept: 'own' } } });
  const refused = [401, refusalBody('session_not_accepted'), []];
  const notSignedIn = [200, { authenticated: false }, []];
  const resultOf = async (browser: TestBrowser, path: string) => {
    const { status, setCookies, json } = await browser.get(path);
    return [status, json(), setCookies];
  };

  it('writes the origin of appUrl into the session at sign-in', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    await browser.visit(callback);

    expect(bodiesSentTo(stage.emulator, '/v1/magic_links/authenticate')).toMatchObject([
      { session_custom_claims: { 'nestjs-stytch:application': 'http://localhost:3000' } },
    ]);
  });

  it('accepts a session that it started, also after a refresh and by its opaque token', async () => {
    const browser = await signInByEmail(stage);
    const beforeRefresh = await browser.get('/me');
    stage.emulator.clock.advance({ minutes: 6 });
    const afterRefresh = await browser.get('/me');
    browser.cookies.delete(jwtCookie);
    const byToken = await browser.get('/me');

    expect([beforeRefresh.status, afterRefresh.status, byToken.status]).toEqual([200, 200, 200]);
    expect(Object.keys(cookiesSetBy(afterRefresh))).toContain(jwtCookie);
    expect((await browser.get('/auth/session')).json()).toMatchObject({ authenticated: true });
  });

  it('refuses a sign-in and revokes the session if its JWT lacks the claim, so that no redirects follow each other endlessly', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { session_jwt, session_token } = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    const path = '/v1/magic_links/authenticate';
    const response = jsonResponse(authenticateResponse({ session_jwt, session_token }));
    stage.emulator.faults.add({ ...response, path, times: 1 });
    stage.emulator.requests.clear();

    expect(await resultOf(browser, callback)).toEqual([503, refusalBody('stytch_unavailable'), []]);
    expect(callsTo(stage.emulator)).toEqual([`POST ${path}`, 'POST /v1/sessions/revoke']);
  });

  it('refuses an impersonation and revokes its session, which cannot name the application', async () => {
    const { token } = await stage.emulator.users.impersonate({
      redirectUrl: 'http://localhost:3000/auth/authenticate',
      email: 'ada@example.com',
    });
    const browser = stage.application.browser();
    const page = await browser.visit(`/auth/authenticate?token=${token}&stytch_token_type=impersonation`);
    stage.emulator.requests.clear();
    const response = await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));

    expect([response.status, cookiesSetBy(response)[jwtCookie]]).toEqual([403, undefined]);
    expect(response.text).toContain('available in an impersonated session');
    expect(callsTo(stage.emulator)).toEqual([
      'POST /v1/impersonation/authenticate',
      'POST /v1/sessions/revoke',
    ]);
  });

  it('keeps accepting a session that was extended elsewhere', async () => {
    const browser = await signInByEmail(stage);
    const { projectId, secret, url } = stage.emulator;
    const extended = await fetch(`${url}/v1/sessions/authenticate`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
      },
      body: JSON.stringify({
        session_jwt: browser.cookies.get(jwtCookie),
        session_duration_minutes: 120,
        session_custom_claims: { theme: 'dark' },
      }),
    });
    stage.emulator.clock.advance({ minutes: 6 });

    expect([extended.status, (await browser.get('/me')).status]).toEqual([200, 200]);
  });

  it.each<[string, Record<string, unknown> | undefined]>([
    ['elsewhere', undefined],
    ['by another application', { 'nestjs-stytch:application': 'https://other.example.com' }],
    ['with a list that contains its name', { 'nestjs-stytch:application': ['http://localhost:3000'] }],
  ])(
    'refuses a session that was started %s, without a call and without clearing its cookies',
    async (_, customClaims) => {
      const { browser } = await signedInBrowser(stage, {
        email: 'ada@example.com',
        ...(customClaims && { customClaims }),
      });

      expect(await resultOf(browser, '/me')).toEqual(refused);
      expect(await resultOf(browser, '/auth/session')).toEqual(notSignedIn);
      expect(await resultOf(browser, '/home')).toEqual([200, { userId: null }, []]);
      stage.emulator.clock.advance({ minutes: 6 });
      expect(await resultOf(browser, '/me')).toEqual(refused);
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('refuses the opaque token of a session that was started elsewhere, with one call for many requests', async () => {
    const { browser } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);

    expect(await resultOf(browser, '/me')).toEqual(refused);
    expect(await resultOf(browser, '/auth/session')).toEqual(notSignedIn);
    expect(await resultOf(browser, '/home')).toEqual([200, { userId: null }, []]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('replaces the cookies of a session that was started elsewhere when the person signs in', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    keepSession(browser, (await signedInBrowser(stage)).session);

    const signedIn = await browser.visit(callback);

    expect(Object.keys(cookiesSetBy(signedIn))).toEqual(expect.arrayContaining([jwtCookie, tokenCookie]));
    expect((await browser.get('/me')).status).toBe(200);
  });
});

describe('session.applicationId', () => {
  const stage = useApplication({
    controllers: [MeController],
    options: { session: { accept: 'own', applicationId: 'shop' } },
  });

  it('identifies the application in place of appUrl', async () => {
    const ofShop = await signedInBrowser(stage, {
      email: 'ada@example.com',
      customClaims: { 'nestjs-stytch:application': 'shop' },
    });
    const ofOrigin = await signedInBrowser(stage, {
      email: 'ada@example.com',
      customClaims: { 'nestjs-stytch:application': 'http://localhost:3000' },
    });

    expect([(await ofShop.browser.get('/me')).status, (await ofOrigin.browser.get('/me')).status]).toEqual([
      200, 401,
    ]);
  });
});
