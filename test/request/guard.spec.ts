import { Controller, Get, Req } from '@nestjs/common';
import { CurrentSession, Protected, Public, sessionOf, type Session } from 'nestjs-stytch';
import { callsTo, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

let handlersRun: string[] = [];
const run = (handler: string) => {
  handlersRun.push(handler);
  return { handler };
};
beforeEach(() => {
  handlersRun = [];
});

const refused = (code: string, message: string) => ({
  statusCode: 401,
  error: 'Unauthorized',
  message,
  code,
});

@Protected()
@Controller('protected')
class ProtectedController {
  @Get()
  show(@CurrentSession() session: Session) {
    run('protected');
    return session;
  }
  @Public()
  @Get('public')
  showToAll(@CurrentSession() session: Session | undefined) {
    return { ...run('public'), session: session ?? null };
  }
}

@Controller('undecorated')
class UndecoratedController {
  @Get()
  show() {
    return run('undecorated');
  }
  @Protected()
  @Get('protected')
  showToSome(@Req() request: object) {
    return {
      ...run('one protected'),
      userId: sessionOf(request)?.userId,
      frozen: isDeepFrozen(sessionOf(request)),
    };
  }
}

@Controller('descendant')
class InheritingController extends ProtectedController {}

@Public()
@Controller('opened')
class OpenedController extends ProtectedController {}

function isDeepFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen))
  );
}

const controllers = [ProtectedController, UndecoratedController, InheritingController, OpenedController];

describePlatforms('the guard', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('refuses a protected handler without a session, and does not run it', async () => {
    const answer = await stage.application.browser().get('/protected');

    expect(answer.status).toBe(401);
    expect(answer.json()).toEqual(refused('session_missing', 'Sign in to continue.'));
    expect(answer.headers.get('www-authenticate')).toBe('Session error="session_missing"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.setCookies).toEqual([]);
    expect(handlersRun).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('lets a session in without asking Stytch, and hands it to the handler', async () => {
    const { browser, session } = await signedInBrowser(stage, {
      email: 'ada@example.com',
      customClaims: { team: 'engines', userId: 'somebody else' },
      roles: ['editor'],
    });

    const answer = await browser.get('/protected');

    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
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
      roles: expect.arrayContaining(['stytch_user', 'editor']) as unknown,
      customClaims: { team: 'engines', userId: 'somebody else' },
    });
    expect(answer.setCookies).toEqual([]);
    expect(answer.headers.get('cache-control')).toBe('private');
    expect(handlersRun).toEqual(['protected']);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('leaves a public handler of a protected controller alone', async () => {
    const answer = await stage.application
      .browser()
      .get('/protected/public', { cookie: `${jwtCookie}=garbage` });

    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ handler: 'public', session: null });
    expect(answer.setCookies).toEqual([]);
  });

  it('does no session work for a public handler, even when somebody is signed in', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.get('/protected/public')).json()).toEqual({ handler: 'public', session: null });
  });

  it('leaves undecorated handlers alone', async () => {
    const answer = await stage.application.browser().get('/undecorated');

    expect([answer.status, answer.json()]).toEqual([200, { handler: 'undecorated' }]);
  });

  it('protects one handler of an undecorated controller', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const withSession = await browser.get('/undecorated/protected');
    const without = await stage.application.browser().get('/undecorated/protected');

    expect([withSession.status, without.status]).toEqual([200, 401]);
    expect(withSession.json()).toEqual({ handler: 'one protected', userId: session.user_id, frozen: true });
    expect(handlersRun).toEqual(['one protected']);
  });

  it('tells handlers apart that two classes share by inheritance', async () => {
    const anonymous = stage.application.browser();

    const statuses = [];
    for (const path of ['/descendant', '/opened', '/descendant', '/opened', '/opened/public'])
      statuses.push((await anonymous.get(path)).status);

    expect(statuses).toEqual([401, 200, 401, 200, 200]);
  });

  it('knows sessions by their cookie only', async () => {
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com' });

    const answer = await stage.application.browser().get('/protected', {
      authorization: `Bearer ${session.session_jwt}`,
      'x-stytch-session-jwt': session.session_jwt,
    });

    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'session_missing' });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('guards HEAD as it guards GET', async () => {
    expect((await stage.application.browser().request('HEAD', '/protected')).status).toBe(401);
    expect(handlersRun).toEqual([]);
  });
});

describePlatforms('a page that is refused', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('is answered by the login page, which leads back', async () => {
    const answer = await stage.application.browser().visit('/protected?tab=2&name=a%20b');

    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(
      '/auth/login?return_to=%2Fprotected%3Ftab%3D2%26name%3Da%2520b',
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(handlersRun).toEqual([]);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a person without Fetch Metadata', { accept: 'text/html,*/*;q=0.8' }, 303],
    ['a script that accepts anything', { accept: '*/*' }, 401],
    ['a script that wants JSON', { accept: 'application/json' }, 401],
    [
      'a fetch from a page',
      { accept: 'text/html', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
      401,
    ],
    ['an image', { accept: 'text/html', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 401],
    ['a frame', { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 401],
  ])('is told from other requests: %s', async (_, headers, status) => {
    expect((await stage.application.browser().get('/protected', headers)).status).toBe(status);
  });

  it('redirects only requests that load something', async () => {
    const answer = await stage.application
      .browser()
      .request('HEAD', '/protected', { headers: { accept: 'text/html' } });

    expect(answer.status).toBe(401);
  });
});

describePlatforms('protection: opt-out', (platform) => {
  const stage = useApplication({ platform, controllers, options: { protection: 'opt-out' } });

  it('requires a session wherever nothing is said', async () => {
    const anonymous = stage.application.browser();

    expect((await anonymous.get('/undecorated')).json()).toMatchObject({ code: 'session_missing' });
    expect((await anonymous.get('/protected')).status).toBe(401);
    expect((await anonymous.get('/protected/public')).status).toBe(200);
    expect(handlersRun).toEqual(['public']);
  });

  it('lets sessions in', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.get('/undecorated')).status).toBe(200);
  });

  it('keeps the login routes open', async () => {
    const anonymous = stage.application.browser();

    expect((await anonymous.visit('/auth/login')).status).toBe(200);
    expect((await anonymous.get('/auth/session')).json()).toEqual({ authenticated: false });
  });
});
