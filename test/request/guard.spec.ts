import type { IncomingMessage, Server } from 'node:http';
import { Controller, Get, Req, type INestApplication } from '@nestjs/common';
import { CurrentSession, Protected, Public, sessionOf, type Session } from 'nestjs-stytch';
import { refusalBody } from '../support/refusals.js';
import { callsTo, jwtCookie, personIdOf, signedInBrowser } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

let handlersRun: string[] = [];
const run = (handler: string) => {
  handlersRun.push(handler);
  return { handler };
};
beforeEach(() => {
  handlersRun = [];
  cookieReads = [];
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
      userId: personIdOf(sessionOf(request)),
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

/** How often the Cookie header of each request was read. */
let cookieReads: number[] = [];

function countCookieReads(app: INestApplication): void {
  (app.getHttpServer() as Server).prependListener('request', ({ headers }: IncomingMessage) => {
    const { cookie } = headers;
    const at = cookieReads.push(0) - 1;
    Object.defineProperty(headers, 'cookie', {
      get: () => {
        cookieReads[at] = (cookieReads[at] ?? 0) + 1;
        return cookie;
      },
    });
  });
}

const controllers = [ProtectedController, UndecoratedController, InheritingController, OpenedController];

describePlatforms('the guard', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('refuses a protected handler without a session, and does not run it', async () => {
    const response = await stage.application.browser().get('/protected');

    expect(response.status).toBe(401);
    expect(response.json()).toEqual(refusalBody('session_missing'));
    expect(response.headers.get('www-authenticate')).toBe('Session error="session_missing"');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.setCookies).toEqual([]);
    expect(handlersRun).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('accepts a session without calling Stytch, and passes it to the handler', async () => {
    const { browser, session } = await signedInBrowser(stage, {
      email: 'ada@example.com',
      customClaims: { team: 'engines', userId: 'somebody else' },
      roles: ['editor'],
    });

    const response = await browser.get('/protected');

    expect(response.status).toBe(200);
    expect(response.json()).toEqual({
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
    expect(response.setCookies).toEqual([]);
    expect(response.headers.get('cache-control')).toBe('private');
    expect(handlersRun).toEqual(['protected']);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('does not protect a public handler of a protected controller', async () => {
    const response = await stage.application
      .browser()
      .get('/protected/public', { cookie: `${jwtCookie}=garbage` });

    expect(response.status).toBe(200);
    expect(response.json()).toEqual({ handler: 'public', session: null });
    expect(response.setCookies).toEqual([]);
  });

  it('attaches no session for a public handler, even to a signed-in user', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.get('/protected/public')).json()).toEqual({ handler: 'public', session: null });
  });

  it('does not protect undecorated handlers', async () => {
    const response = await stage.application.browser().get('/undecorated');

    expect([response.status, response.json()]).toEqual([200, { handler: 'undecorated' }]);
  });

  it('protects one handler of an undecorated controller', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const withSession = await browser.get('/undecorated/protected');
    const without = await stage.application.browser().get('/undecorated/protected');

    expect([withSession.status, without.status]).toEqual([200, 401]);
    expect(withSession.json()).toEqual({ handler: 'one protected', userId: session.user_id, frozen: true });
    expect(handlersRun).toEqual(['one protected']);
  });

  it('applies the decorators of each class to the handlers they share by inheritance', async () => {
    const anonymous = stage.application.browser();

    const statuses = [];
    for (const path of ['/descendant', '/opened', '/descendant', '/opened', '/opened/public'])
      statuses.push((await anonymous.get(path)).status);

    expect(statuses).toEqual([401, 200, 401, 200, 200]);
  });

  it('reads sessions from cookies only, not from headers', async () => {
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com' });

    const response = await stage.application.browser().get('/protected', {
      authorization: `Bearer ${session.session_jwt}`,
      'x-stytch-session-jwt': session.session_jwt,
    });

    expect(response.status).toBe(401);
    expect(response.json()).toMatchObject({ code: 'session_missing' });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('refuses HEAD as it refuses GET', async () => {
    expect((await stage.application.browser().request('HEAD', '/protected')).status).toBe(401);
    expect(handlersRun).toEqual([]);
  });
});

describePlatforms('the guard, bound globally and by @Protected()', (platform) => {
  const stage = useApplication({ platform, controllers, configure: countCookieReads });

  it('decides once per request: it reads the Cookie header once', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.get('/protected')).status).toBe(200);
    expect((await browser.get('/protected')).status).toBe(200);
    expect(cookieReads).toEqual([1, 1]);
  });
});

describePlatforms('a refused page navigation', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('is redirected to the login page with the path to return to', async () => {
    const response = await stage.application.browser().visit('/protected?tab=2&name=a%20b');

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      '/auth/login?return_to=%2Fprotected%3Ftab%3D2%26name%3Da%2520b',
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(handlersRun).toEqual([]);
  });

  it.each<[string, number, Record<string, string>]>([
    ['a browser without Fetch Metadata', 303, { accept: 'text/html,*/*;q=0.8' }],
    ['a script that accepts anything', 401, { accept: '*/*' }],
    ['a script that wants JSON', 401, { accept: 'application/json' }],
    [
      'a fetch from a page',
      401,
      { accept: 'text/html', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    ],
    ['an image', 401, { accept: 'text/html', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a frame', 401, { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
  ])('is told apart from other requests: responds to %s with %d', async (_, status, headers) => {
    expect((await stage.application.browser().get('/protected', headers)).status).toBe(status);
  });

  it('is not a HEAD request: responds 401', async () => {
    const response = await stage.application
      .browser()
      .request('HEAD', '/protected', { headers: { accept: 'text/html' } });

    expect(response.status).toBe(401);
  });
});

describePlatforms('protection: opt-out', (platform) => {
  const stage = useApplication({ platform, controllers, options: { protection: 'opt-out' } });

  it('requires a session for undecorated handlers', async () => {
    const anonymous = stage.application.browser();

    expect((await anonymous.get('/undecorated')).json()).toMatchObject({ code: 'session_missing' });
    expect((await anonymous.get('/protected')).status).toBe(401);
    expect((await anonymous.get('/protected/public')).status).toBe(200);
    expect(handlersRun).toEqual(['public']);
  });

  it('accepts sessions', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.get('/undecorated')).status).toBe(200);
  });

  it('leaves the login routes public', async () => {
    const anonymous = stage.application.browser();

    expect((await anonymous.visit('/auth/login')).status).toBe(200);
    expect((await anonymous.get('/auth/session')).json()).toEqual({ authenticated: false });
  });
});
