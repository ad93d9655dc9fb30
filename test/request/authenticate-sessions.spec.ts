import {
  Controller,
  Get,
  Injectable,
  Post,
  Req,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type OnModuleInit,
} from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { ConnectedSocket, SubscribeMessage, WebSocketGateway, type OnGatewayInit } from '@nestjs/websockets';
import {
  attachSession,
  CurrentPrincipal,
  CurrentSession,
  sessionOf,
  StytchRefusals,
  StytchSessions,
  type Principal,
  type UserSession,
} from 'nestjs-stytch';
import type { Request } from 'express';
import { IncomingMessage } from 'node:http';
import { Socket as NetSocket } from 'node:net';
import { inspect } from 'node:util';
import passport from 'passport';
import type { Server, Socket } from 'socket.io';
import { io as connect, type ManagerOptions, type SocketOptions } from 'socket.io-client';
import { endSession } from '../support/end-session.js';
import { MeController } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  personIdOf,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication, type Stage } from '../support/use-application.js';

@Injectable()
class OwnGuard implements CanActivate {
  constructor(
    private readonly sessions: StytchSessions,
    private readonly refusals: StytchRefusals,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [request, response] = [http.getRequest<object>(), http.getResponse<object>()];
    const result = await this.sessions.authenticate(request, response);
    if (result.kind === 'refused') throw this.refusals.toException(result.refusal, request, response);
    attachSession(request, result.session);
    return true;
  }
}

@UseGuards(OwnGuard)
@Controller('own')
class OwnController {
  @Get()
  show(
    @CurrentSession() session: UserSession,
    @CurrentPrincipal() principal: Principal,
    @Req() request: object,
  ) {
    return { userId: session.userId, isSame: principal === session && sessionOf(request) === session };
  }

  @Post()
  change() {
    return { changed: true };
  }
}

const sessionsOf = ({ application }: Stage) => application.app.get(StytchSessions);
const requestWith = (headers: Record<string, string>) =>
  Object.assign(new IncomingMessage(new NetSocket()), { method: 'GET', url: '/', headers });
const refusal = (code: Parameters<typeof refusalBody>[0]): unknown =>
  expect.objectContaining({ code, status: refusalBody(code).statusCode });

describePlatforms('a guard of the application that uses StytchSessions', (platform) => {
  const stage = useApplication({ platform, controllers: [OwnController], providers: [OwnGuard] });

  it('lets the handler read the session', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const response = await browser.get('/own');

    expect([response.status, response.json()]).toEqual([200, { userId: session.user_id, isSame: true }]);
    expect([response.headers.get('cache-control'), response.headers.get('vary')]).toEqual([
      'private',
      'Cookie',
    ]);
    expect([response.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
  });

  it('refuses a request without a session, and redirects a page navigation to the login page', async () => {
    const refused = await stage.application.browser().get('/own');
    const redirected = await stage.application.browser().visit('/own');

    expect([refused.status, refused.json()]).toEqual([401, refusalBody('session_missing')]);
    expect([redirected.status, redirected.headers.get('location')]).toEqual([
      303,
      '/auth/login?return_to=%2Fown',
    ]);
  });

  it('sets the cookie of a refreshed session', async () => {
    const { browser } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/own');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('clears the cookies of a session that was revoked', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const response = await browser.get('/own');

    expect([response.status, response.json()]).toEqual([401, refusalBody('session_revoked')]);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
  });

  it('responds 503 while Stytch is down', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/authenticate' });

    const response = await browser.get('/own');

    expect([response.status, response.setCookies]).toEqual([503, []]);
  });

  it('refuses a state-changing request of another site', async () => {
    const { browser } = await signedInBrowser(stage);

    const [own, other] = [
      await browser.postJson('/own', {}),
      await browser.postJson('/own', {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
    ];

    expect([own.status, other.status, other.json()]).toEqual([201, 403, refusalBody('cross_site_refused')]);
  });
});

describe('StytchSessions', () => {
  const stage = useApplication({ controllers: [MeController] });
  const newSession = () => stage.emulator.sessions.create({ email: 'ada@example.com' });

  it('writes no cookie without a response, and the next request gets the fresh JWT without a call', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    const result = await sessionsOf(stage).authenticate(requestWith({ cookie: browser.cookieHeader }));
    const next = await browser.get('/me');

    expect(result).toMatchObject({ kind: 'signed_in', session: { sessionId: session.session_id } });
    expect(cookiesSetBy(next)[jwtCookie]?.value).toBe('renewedJwt' in result && result.renewedJwt);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it.each<[string, Record<string, string>, unknown]>([
    [
      'another site',
      { origin: 'https://evil.example' },
      { kind: 'refused', refusal: refusal('cross_site_refused') },
    ],
    ['the application', { origin: 'http://localhost:3000' }, expect.objectContaining({ kind: 'signed_in' })],
    ['a program', {}, expect.objectContaining({ kind: 'signed_in' })],
  ])('decides a WebSocket handshake of %s', async (_, headers, expected) => {
    const { session_jwt } = await newSession();
    const handshake = requestWith({
      cookie: `${jwtCookie}=${session_jwt}`,
      upgrade: 'websocket',
      ...headers,
    });

    expect(await sessionsOf(stage).authenticate(handshake)).toEqual(expected);
  });

  it('exchanges the opaque token of a request', async () => {
    const { session_token, session_id } = await newSession();
    const request = requestWith({ cookie: `${tokenCookie}=${session_token}` });

    expect(await sessionsOf(stage).authenticate(request)).toMatchObject({
      kind: 'signed_in',
      session: { sessionId: session_id },
    });
  });

  it('verifies a JWT without a call, and refreshes an expired one with one call', async () => {
    const { session_jwt, session_id } = await newSession();
    const signedIn = {
      kind: 'signed_in',
      session: expect.objectContaining({ sessionId: session_id }) as unknown,
    };

    expect(await sessionsOf(stage).authenticate({ jwt: session_jwt })).toEqual(signedIn);
    expect(callsTo(stage.emulator)).toEqual([]);
    stage.emulator.clock.advance({ minutes: 6 });
    const results = await Promise.all([1, 2].map(() => sessionsOf(stage).authenticate({ jwt: session_jwt })));
    expect(results).toMatchObject([signedIn, signedIn]);
    expect(results.map((result) => 'renewedJwt' in result && result.renewedJwt)).toEqual([
      expect.stringMatching(/^ey/),
      expect.stringMatching(/^ey/),
    ]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('does not show the fresh JWT when the result is printed, serialized or copied', async () => {
    const { session_jwt } = await newSession();
    stage.emulator.clock.advance({ minutes: 6 });

    const result = await sessionsOf(stage).authenticate({ jwt: session_jwt });

    expect('renewedJwt' in result && result.renewedJwt).toMatch(/^ey/);
    const shown = inspect(result, { depth: 5 }) + JSON.stringify(result) + inspect({ ...result });
    expect(shown).toContain('signed_in');
    expect(shown).not.toMatch(/ey[\w-]+\.|renewedJwt/);
  });

  it.each<[string, unknown, Parameters<typeof refusalBody>[0]]>([
    ['nothing', undefined, 'session_missing'],
    ['an object', { toString: () => 'a.b.c' }, 'session_missing'],
    ['garbage', 'a.b.c', 'session_invalid'],
    ['an opaque token', 'x'.repeat(44), 'session_invalid'],
  ])('refuses %s in place of a JWT, without a call', async (_, jwt, code) => {
    expect(await sessionsOf(stage).authenticate({ jwt })).toEqual({
      kind: 'refused',
      refusal: refusal(code),
    });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<unknown>([{}, { headers: {} }, { token: 'a.b.c' }, null, undefined, 'a.b.c'])(
    'throws a TypeError that says what to pass for %j',
    async (input) => {
      const attempt = sessionsOf(stage).authenticate(input as object);

      await expect(attempt).rejects.toThrow(
        new TypeError('Pass a request of Node, Express or Fastify, or an object with a jwt.'),
      );
    },
  );

  it('takes no object that a client sent for a request, whose address it could make up', async () => {
    const { session_token, session_jwt } = await newSession();
    const forged = {
      method: 'GET',
      ip: '198.51.100.1',
      headers: { cookie: `${tokenCookie}=${session_token}` },
      socket: {},
    };

    await expect(sessionsOf(stage).authenticate(forged)).rejects.toThrow(TypeError);
    expect(await sessionsOf(stage).authenticate({ ...forged, jwt: session_jwt })).toMatchObject({
      kind: 'signed_in',
    });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('throws a TypeError for a response of nothing', async () => {
    await expect(sessionsOf(stage).authenticate(requestWith({}), {})).rejects.toThrow(TypeError);
  });
});

describe('StytchSessions with the credential bearer', () => {
  const options = { credentials: ['bearer'], bearer: { renewedJwtHeader: 'X-Session-Jwt' } } as const;
  const stage = useApplication({ controllers: [OwnController], providers: [OwnGuard], options });

  it('accepts a session JWT in the Authorization header, and offers the fresh one in the header of the option', async () => {
    const { session_jwt, user_id } = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    const authorization = `Bearer ${session_jwt}`;
    stage.emulator.clock.advance({ minutes: 6 });

    const response = await stage.application.browser().get('/own', { authorization });

    expect([response.status, response.json()]).toEqual([200, { userId: user_id, isSame: true }]);
    expect(response.headers.get('x-session-jwt')).toMatch(/^ey/);
    expect(response.setCookies).toEqual([]);
  });

  it('refuses cookies and access tokens', async () => {
    const { browser } = await signedInBrowser(stage);
    const { access_token } = await stage.emulator.m2m.issueToken({ scopes: [] });

    const responses = [
      await browser.get('/own'),
      await browser.get('/own', { authorization: `Bearer ${access_token}` }),
    ];

    expect(responses.map((response) => response.json())).toEqual([
      refusalBody('token_missing'),
      refusalBody('token_invalid'),
    ]);
  });
});

@Injectable()
class StytchStrategy extends passport.Strategy implements OnModuleInit {
  override readonly name = 'stytch';

  constructor(
    private readonly sessions: StytchSessions,
    private readonly refusals: StytchRefusals,
  ) {
    super();
  }

  onModuleInit() {
    passport.use(this);
  }

  override authenticate(request: Request): void {
    this.sessions.authenticate(request, request.res).then(
      (result) => {
        if (result.kind === 'signed_in') this.success(result.session);
        else this.error(this.refusals.toException(result.refusal, request, request.res));
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }
}

@UseGuards(AuthGuard('stytch'))
@Controller('passport')
class PassportController {
  @Get()
  show(@Req() { user }: { user: UserSession }) {
    return { userId: user.userId };
  }
}

describe('a Passport strategy that uses StytchSessions', () => {
  const stage = useApplication({ controllers: [PassportController], providers: [StytchStrategy] });

  it('gives Passport the session, and sets the cookie of a refreshed one', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/passport');

    expect([response.status, response.json()]).toEqual([200, { userId: session.user_id }]);
    expect(Object.keys(cookiesSetBy(response))).toEqual([jwtCookie]);
  });

  it('keeps 401 and 503 apart', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/authenticate' });

    const responses = [await stage.application.browser().get('/passport'), await browser.get('/passport')];

    expect(responses.map((response) => response.json())).toEqual([
      refusalBody('session_missing'),
      refusalBody('stytch_unavailable'),
    ]);
    expect(responses[0]?.headers.get('www-authenticate')).toBe('Session error="session_missing"');
  });
});

@WebSocketGateway()
class UpdatesGateway implements OnGatewayInit {
  constructor(private readonly sessions: StytchSessions) {}

  afterInit(server: Server) {
    server.use((socket, next) => {
      this.authenticate(socket).then(() => {
        next();
      }, next);
    });
  }

  private async authenticate(socket: Socket) {
    const { jwt } = socket.handshake.auth as { jwt?: unknown };
    const result = await this.sessions.authenticate(jwt === undefined ? socket.request : { jwt });
    if (result.kind === 'refused') throw new Error(result.refusal.code);
    attachSession(socket.request, result.session);
  }

  @SubscribeMessage('whoami')
  whoAmI(@ConnectedSocket() socket: Socket) {
    return { event: 'you', data: personIdOf(sessionOf(socket.request)) };
  }
}

describe('a gateway that uses StytchSessions in its handshake', () => {
  const stage = useApplication({ providers: [UpdatesGateway] });
  const whoAmI = async (options: Partial<ManagerOptions & SocketOptions>): Promise<unknown> => {
    const socket = connect(stage.application.url, { transports: ['websocket'], forceNew: true, ...options });
    try {
      return await new Promise((resolve) => {
        socket.on('connect_error', ({ message }) => {
          resolve(message);
        });
        socket.on('you', resolve);
        socket.emit('whoami');
      });
    } finally {
      socket.disconnect();
    }
  };

  it('accepts the session cookies, and a JWT', async () => {
    const { browser, session } = await signedInBrowser(stage);

    expect(await whoAmI({ extraHeaders: { cookie: browser.cookieHeader } })).toBe(session.user_id);
    expect(await whoAmI({ auth: { jwt: session.session_jwt } })).toBe(session.user_id);
  });

  it('refuses a handshake without a session, with a forged JWT, and of another site', async () => {
    const { browser } = await signedInBrowser(stage);
    const headers = { cookie: browser.cookieHeader, origin: 'https://evil.example' };

    expect(await whoAmI({})).toBe('session_missing');
    expect(await whoAmI({ auth: { jwt: 'a.b.c' } })).toBe('session_invalid');
    expect(await whoAmI({ extraHeaders: headers })).toBe('cross_site_refused');
  });
});
