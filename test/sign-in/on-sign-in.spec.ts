import { ConflictException } from '@nestjs/common';
import { type Session, type StytchModuleOptions } from 'nestjs-stytch';
import { MeController } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, cookiesSetBy, jwtCookie, keepSession, signedInBrowser } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { useApplication } from '../support/use-application.js';

type OnSignIn = NonNullable<StytchModuleOptions['onSignIn']>;

let onSignIn: OnSignIn = () => true;

describe('the onSignIn option', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [MeController],
    options: { onSignIn: (session) => onSignIn(session) },
  });

  it('calls onSignIn with the session before setting cookies', async () => {
    const sessions: Session[] = [];
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
