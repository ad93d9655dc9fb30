import { ConflictException, Controller, Get } from '@nestjs/common';
import { Protected, type Session, type StytchModuleOptions } from 'nestjs-stytch';
import { refusalBody } from '../support/refusals.js';
import { callsTo, cookiesSetBy, jwtCookie, keepSession, signedInBrowser } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}

type OnSignIn = NonNullable<StytchModuleOptions['onSignIn']>;

let decide: OnSignIn = () => true;

describePlatforms('the application’s own word on who may sign in', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { onSignIn: (session) => decide(session) },
  });

  it('is asked with the session, before any cookie is written', async () => {
    const asked: Session[] = [];
    decide = async (session) => {
      await Promise.resolve();
      asked.push(session);
    };
    const { browser, callback } = await linkAskedForBy(stage);

    const answer = await browser.visit(callback);

    expect(answer.status).toBe(303);
    expect(asked).toMatchObject([{ kind: 'user', email: 'ada@example.com' }]);
    expect(Object.keys(cookiesSetBy(answer))).toContain(jwtCookie);
  });

  it.each<[string, OnSignIn, number, unknown]>([
    ['no', () => false, 403, refusalBody('sign_in_refused')],
    [
      'an exception of its own',
      () => {
        throw new ConflictException('seats');
      },
      409,
      { statusCode: 409, error: 'Conflict', message: 'seats' },
    ],
    [
      'a failure',
      async () => Promise.reject(new Error('database')),
      500,
      { statusCode: 500, message: 'Internal server error' },
    ],
  ])('ends the session again when it is %s; no cookie is set', async (_, onSignIn, status, body) => {
    decide = onSignIn;
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const answer = await browser.get(callback);

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([status, body, []]);
    expect(callsTo(stage.emulator)).toEqual([
      'POST /v1/magic_links/authenticate',
      'POST /v1/sessions/revoke',
    ]);
  });

  it('shows a person a page', async () => {
    decide = () => false;
    const { browser, callback } = await linkAskedForBy(stage);

    const answer = await browser.visit(callback);

    expect(answer.status).toBe(403);
    expect(answer.text).toContain('No access to this application');
  });

  it('leaves the session alone that the browser had before', async () => {
    decide = () => false;
    const { session } = await signedInBrowser(stage, { email: 'grace@example.com' });
    const { browser, callback } = await linkAskedForBy(stage);
    keepSession(browser, session);

    const refused = await browser.visit(callback);

    expect([refused.status, (await browser.get('/me')).status]).toEqual([403, 200]);
  });
});
