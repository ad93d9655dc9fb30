// Also runs on Nest 11 and 12 from the packed tarballs, see test/package.
import type { INestApplication, LoggerService } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import {
  ConnectedSocket,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
} from '@nestjs/websockets';
import {
  CurrentPrincipal,
  CurrentSession,
  Protected,
  Public,
  RequireRoles,
  sessionOf,
  StytchEvents,
  StytchModule,
  type Principal,
  type RefusalCode,
  type RevocationChannel,
  type RevocationConnection,
  type RevocationListener,
  type Session,
  type StytchEvent,
  type UserSession,
} from 'nestjs-stytch';
import { stytchOptionsFor } from 'nestjs-stytch/testing';
import { SocketSessions, websockets } from 'nestjs-stytch/websockets';
import { request as httpRequest } from 'node:http';
import { io } from 'socket.io-client';
import { startStytchEmulator, type MintedSession, type StytchEmulator } from 'stytch-emulator';
import WebSocket from 'ws';

/** Each needs two file descriptors: both of its ends are in this process. */
const idleSockets = Number(process.env['IDLE_SOCKETS'] ?? 300);
const trustedOrigin = 'https://www.example.com';
const messages: Partial<Record<RefusalCode, string>> = {
  session_missing: 'Sign in to continue.',
  session_expired: 'Your session has expired. Please sign in again.',
  session_invalid: "Your session isn't valid for this application. Please sign in again.",
  session_revoked: 'You have been signed out. Please sign in again.',
  session_ambiguous: 'Your browser sent more than one session. Please sign in again.',
  token_missing:
    'A bearer token is required. Over HTTP, send it in the Authorization header: "Bearer <token>".',
  token_invalid: "This bearer token isn't valid here.",
  token_expired: 'The access token has expired. Get a new one.',
  cross_site_refused:
    "Requests from other sites aren't allowed. To allow a site, add its origin to the trustedOrigins option.",
  role_missing: "You don't have permission to do this. Required: role admin.",
  stytch_unavailable: "We couldn't verify your session right now. Please try again in a moment.",
};
const errorOf = (code: RefusalCode) => ({ status: 'error', code, message: messages[code] });
const refusedWith = (code: RefusalCode) => ({ event: 'exception', data: errorOf(code) });

/** The ids of those who were admitted, and `undefined` for each that was not. */
const admitted: (string | undefined)[] = [];
/** What is known of each client after that. */
const attached: (Session | undefined)[] = [];
const idOf = (principal: Principal | undefined) =>
  principal?.kind === 'user'
    ? principal.userId
    : principal?.kind === 'm2m_client'
      ? principal.clientId
      : undefined;

@Protected()
@WebSocketGateway({ connectTimeout: 1000 })
class OrdersGateway implements OnGatewayConnection {
  constructor(private readonly sockets: SocketSessions) {}

  async handleConnection(client: { request?: { url?: string } }, request?: { url?: string }) {
    const { url = '' } = client.request ?? request ?? {};
    if (url.includes('unadmitted')) return;
    const principal = url.includes('partner')
      ? await this.sockets.admit(client, request, { credentials: ['m2m'] })
      : await this.sockets.admit(client, request);
    admitted.push(idOf(principal));
    attached.push(sessionOf(client));
  }

  @SubscribeMessage('me')
  me(@CurrentSession() session: UserSession) {
    return { event: 'me', data: session.userId };
  }

  @RequireRoles('admin')
  @SubscribeMessage('audit')
  audit(@CurrentSession() { roles }: UserSession) {
    return { event: 'audit', data: roles };
  }

  @Protected({ credentials: ['m2m'] })
  @SubscribeMessage('partner')
  partner(@CurrentPrincipal() client: Principal) {
    return { event: 'partner', data: idOf(client) };
  }

  @Protected({ credentials: ['cookie'] })
  @SubscribeMessage('in browsers')
  inBrowsers(@CurrentSession() session: UserSession) {
    return { event: 'in browsers', data: session.userId };
  }

  @Public()
  @SubscribeMessage('roles')
  roles(@ConnectedSocket() client: object) {
    return { event: 'roles', data: sessionOf(client)?.roles };
  }

  @Public()
  @SubscribeMessage('ping')
  ping() {
    return { event: 'ping', data: 'pong' };
  }
}

/** Connects the instances of this test. */
class Channel implements RevocationChannel {
  readonly #listeners = new Set<RevocationListener>();

  connect(_namespace: string, listener: RevocationListener): RevocationConnection {
    this.#listeners.add(listener);
    queueMicrotask(() => {
      listener.connected();
    });
    return {
      publish: (notices) => {
        for (const each of this.#listeners) for (const notice of notices) each.received(notice);
        return Promise.resolve();
      },
      recent: async function* () {
        yield await Promise.resolve([]);
      },
      close: () => Promise.resolve(void this.#listeners.delete(listener)),
    };
  }
}

class Log implements LoggerService {
  readonly lines: string[] = [];
  readonly log = () => undefined;
  readonly error = (line: unknown) => this.lines.push(String(line));
  readonly warn = (line: unknown) => this.lines.push(String(line));
}

type RequestHeaders = Record<string, string | string[]>;

interface Handshake {
  headers?: RequestHeaders;
  query?: Record<string, string>;
  /** `auth.token` of socket.io. */
  token?: unknown;
  /** Whether socket.io begins without a WebSocket. */
  polls?: boolean;
}

/** A client of a gateway. */
interface Peer {
  /** The next event after this message. */
  ask(event: string): Promise<unknown>;
  /** What the client was told at the end. */
  readonly ended: Promise<unknown>;
  close(): void;
}

interface Platform {
  adapter(app: INestApplication): WsAdapter | IoAdapter;
  /** The path of the handshake, and what a client sends then so that it is connected to the gateway. */
  path: string;
  firstMessage: string;
  connect(url: string, handshake: Handshake): Peer;
  endOf(status: 401 | 403 | 503, code: RefusalCode): unknown;
}

const peers: Peer[] = [];

function wsPeer(url: string, { headers = {}, query = {} }: Handshake): Peer {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/?${new URLSearchParams(query).toString()}`, {
    headers: headers as Record<string, string>,
  });
  const isOpen = new Promise((resolve) => socket.once('open', resolve));
  return {
    async ask(event) {
      await isOpen;
      const reply = new Promise((resolve) => socket.once('message', resolve));
      socket.send(JSON.stringify({ event }));
      return JSON.parse(String(await reply)) as unknown;
    },
    ended: new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve([code, reason.toString()]);
      });
    }),
    close: () => {
      socket.terminate();
    },
  };
}

function ioPeer(url: string, { headers = {}, query = {}, token, polls = false }: Handshake): Peer {
  const socket = io(url, {
    transports: [polls ? 'polling' : 'websocket'],
    forceNew: true,
    extraHeaders: headers as Record<string, string>,
    query,
    ...(token !== undefined && { auth: { token } }),
  });
  let last: unknown;
  socket.on('exception', (data: unknown) => {
    last = data;
  });
  return {
    ask: (event) =>
      new Promise((resolve) => {
        socket.onAny((name: string, data: unknown) => {
          socket.offAny();
          resolve({ event: name, data });
        });
        socket.emit(event);
      }),
    ended: new Promise((resolve) => {
      socket.once('disconnect', (reason) => {
        resolve([last, reason]);
      });
    }),
    close: () => socket.close(),
  };
}

const platforms: Record<string, Platform> = {
  ws: {
    adapter: (app) => new WsAdapter(app),
    path: '/',
    firstMessage: '',
    connect: wsPeer,
    endOf: (status, code) => [status === 503 ? 1013 : 4000 + status, code],
  },
  'socket.io': {
    adapter: (app) => new IoAdapter(app),
    path: '/socket.io/?EIO=4&transport=websocket',
    firstMessage: '40',
    connect: ioPeer,
    endOf: (_, code) => [errorOf(code), 'io server disconnect'],
  },
};

const cookiesOf = ({ session_jwt, session_token }: MintedSession) =>
  `stytch_session_jwt=${session_jwt}; stytch_session=${session_token}`;
const withCookies = (session: MintedSession, headers: RequestHeaders = {}): Handshake => ({
  headers: { ...headers, cookie: cookiesOf(session) },
});
const bearer = ({ session_jwt }: MintedSession) => `Bearer ${session_jwt}`;

async function within(ms: number, promise: Promise<unknown>): Promise<unknown> {
  const startedAt = performance.now();
  const value = await promise;
  expect(performance.now() - startedAt).toBeLessThan(ms);
  return value;
}

describe.each(Object.keys(platforms))('a gateway on %s', (name) => {
  const platform = platforms[name]!;
  const log = new Log();
  const channel = new Channel();
  const events: StytchEvent[] = [];
  let emulator: StytchEmulator;
  let app: INestApplication;
  let url: string;

  async function start(): Promise<INestApplication> {
    const builder = Test.createTestingModule({
      imports: [
        StytchModule.forRoot({
          ...stytchOptionsFor(emulator),
          trustedOrigins: [trustedOrigin],
          credentials: ['cookie', 'bearer'],
          shared: { revocations: channel },
          transports: [websockets({ maxPendingAdmissions: 3, admissionTimeoutSeconds: 2 })],
        }),
      ],
      providers: [OrdersGateway],
    }).setLogger(log);
    const started = (await builder.compile()).createNestApplication();
    started.useWebSocketAdapter(platform.adapter(started));
    await started.listen(0, '127.0.0.1');
    return started;
  }

  const connect = (handshake: Handshake, to = url): Peer => {
    const peer = platform.connect(to, handshake);
    peers.push(peer);
    return peer;
  };
  const signIn = (options: { roles?: string[] } = {}) =>
    emulator.sessions.create({ email: 'ada@example.com', ...options });
  const callsToStytch = () =>
    emulator.requests
      .list()
      .map(({ path }) => path)
      .filter((path) => !path.startsWith('/v1/sessions/jwks/'));
  const callStytch = (path: string, body: object) =>
    fetch(`${emulator.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${emulator.projectId}:${emulator.secret}`)}`,
      },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    await emulator.keys.current();
    app = await start();
    url = await app.getUrl();
    app.get(StytchEvents).subscribe((event) => events.push(event));
  });
  beforeEach(() => {
    emulator.faults.clear();
    emulator.requests.clear();
    admitted.length = 0;
    attached.length = 0;
    events.length = 0;
    log.lines.length = 0;
  });
  afterEach(() => {
    for (const peer of peers.splice(0)) peer.close();
  });
  afterAll(async () => {
    await app.close();
    await emulator.close();
  });

  describe('admits', () => {
    it.each<[string, (session: MintedSession) => Handshake]>([
      ['cookies of a client that is no browser', withCookies],
      [
        'cookies of a page of the application',
        (session) => withCookies(session, { origin: 'http://localhost:3000' }),
      ],
      ['cookies of a page of a trusted origin', (session) => withCookies(session, { origin: trustedOrigin })],
      ['a JWT in the Authorization header', (session) => ({ headers: { authorization: bearer(session) } })],
      ...(name === 'ws'
        ? []
        : ([
            ['a JWT in auth.token', ({ session_jwt: token }) => ({ token })],
            [
              'cookies of a client that polls',
              (session) => ({ ...withCookies(session, { origin: trustedOrigin }), polls: true }),
            ],
          ] as [string, (session: MintedSession) => Handshake][])),
    ])('%s, without a call to Stytch', async (_, handshakeOf) => {
      const session = await signIn();
      const peer = connect(handshakeOf(session));

      expect(await peer.ask('me')).toEqual({ event: 'me', data: session.user.user_id });
      expect(admitted).toEqual([session.user.user_id]);
      expect(callsToStytch()).toEqual([]);
    });

    it('an access token where the gateway asks for one', async () => {
      const { client_id } = await emulator.m2m.createClient({ scopes: [] });
      const { access_token } = await emulator.m2m.issueToken({ clientId: client_id });
      const peer = connect({ headers: { authorization: `Bearer ${access_token}` }, query: { partner: '' } });

      expect(await peer.ask('partner')).toEqual({ event: 'partner', data: client_id });
      expect(await peer.ask('me')).toEqual(refusedWith('token_invalid'));
    });
  });

  describe('refuses and closes', () => {
    const jwtLike = `${btoa('{"alg":"RS256"}')}.${btoa('{}')}.AAAA`.replaceAll('=', '');

    it.each<[string, 401 | 403, RefusalCode, (session: MintedSession, other: MintedSession) => Handshake]>([
      ['no credentials', 401, 'session_missing', () => ({})],
      [
        'cookies from a page of another origin',
        403,
        'cross_site_refused',
        (session) => withCookies(session, { origin: 'https://evil.example' }),
      ],
      [
        'cookies from a page without an identifiable origin',
        403,
        'cross_site_refused',
        (session) => withCookies(session, { origin: 'null' }),
      ],
      [
        'cookies from another port of the host of the application',
        403,
        'cross_site_refused',
        (session) => withCookies(session, { origin: 'http://localhost:3001' }),
      ],
      [
        'a bearer token from a page of another origin',
        403,
        'cross_site_refused',
        (session) => ({ headers: { authorization: bearer(session), origin: 'https://evil.example' } }),
      ],
      [
        'no credentials from a page of another origin',
        403,
        'cross_site_refused',
        () => ({ headers: { origin: 'https://evil.example' } }),
      ],
      [
        'a JWT in the query string',
        401,
        'token_invalid',
        ({ session_jwt }) => ({ query: { ticket: session_jwt } }),
      ],
      [
        'a token in the query string besides cookies',
        401,
        'token_invalid',
        (session) => ({ ...withCookies(session), query: { access_token: 'any' } }),
      ],
      [
        'an opaque token in the query string',
        401,
        'token_invalid',
        (session) => ({ query: { stytch_session: session.session_token } }),
      ],
      [
        'a bearer token besides another scheme',
        401,
        'token_invalid',
        (session) => ({ headers: { authorization: ['Basic YTpi', bearer(session)] } }),
      ],
      [
        'a forged bearer token besides genuine cookies',
        401,
        'token_invalid',
        (session) => withCookies(session, { authorization: `Bearer ${jwtLike}` }),
      ],
      [
        'two Authorization headers',
        401,
        'token_invalid',
        (session, other) => ({ headers: { authorization: [bearer(session), bearer(other)] } }),
      ],
      [
        'a forged bearer token',
        401,
        'token_invalid',
        () => ({ headers: { authorization: `Bearer ${jwtLike}` } }),
      ],
      [
        'garbage in the cookies',
        401,
        'session_invalid',
        () => ({ headers: { cookie: 'stytch_session_jwt=%00garbage; stytch_session=garbage' } }),
      ],
      [
        'cookies of two sessions',
        401,
        'session_ambiguous',
        (session, other) => ({ headers: { cookie: `${cookiesOf(session)}; ${cookiesOf(other)}` } }),
      ],
      ...(name === 'ws'
        ? []
        : ([
            [
              'a token in the header and one in auth.token',
              401,
              'token_invalid',
              (session, other) => ({ headers: { authorization: bearer(session) }, token: other.session_jwt }),
            ],
            [
              'cookies of a client that polls from a page of another origin',
              403,
              'cross_site_refused',
              (session) => ({ ...withCookies(session, { origin: 'https://evil.example' }), polls: true }),
            ],
            [
              'an auth.token that is no text',
              401,
              'token_invalid',
              ({ session_jwt }) => ({ token: [session_jwt] }),
            ],
          ] as [
            string,
            401 | 403,
            RefusalCode,
            (session: MintedSession, other: MintedSession) => Handshake,
          ][])),
    ])('%s', async (_, status, code, handshakeOf) => {
      const other = await emulator.sessions.create({ email: 'eve@example.com' });
      const peer = connect(handshakeOf(await signIn(), other));

      expect(await peer.ended).toEqual(platform.endOf(status, code));
      expect([admitted, attached]).toEqual([[undefined], [undefined]]);
      expect(callsToStytch()).toEqual([]);
      expect(events).toEqual([{ type: 'refused', code, network: '127.0.0.0/24', at: expect.any(String) }]);
    });

    it('nobody by an empty list of credentials, which is an error of the application', async () => {
      const client = { readyState: 1, close: () => undefined, send: () => undefined };
      const admission = app.get(SocketSessions).admit(client, { headers: {} }, { credentials: [] as never });

      await expect(admission).rejects.toThrow(
        new TypeError('credentials must be a list of one or more of: cookie, bearer, m2m, connected-app.'),
      );
    });

    it('an expired session', async () => {
      const session = await signIn();
      emulator.clock.advance({ minutes: 61 });

      expect(await connect(withCookies(session)).ended).toEqual(platform.endOf(401, 'session_expired'));
    });

    it('sockets that wait for Stytch too long, and further ones at once, but none that need not wait', async () => {
      const session = await signIn();
      emulator.clock.advance({ minutes: 6 });
      emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
      const waiting = Array.from({ length: 3 }, () => connect(withCookies(session)));
      await Promise.race(waiting.map(async (peer) => peer.ended.then(() => 'ended')).concat(pending(300)));

      expect(admitted).toEqual([]);
      expect(await within(1500, connect(withCookies(session)).ended)).toEqual(
        platform.endOf(503, 'stytch_unavailable'),
      );
      const fresh = await signIn();
      expect(await connect(withCookies(fresh)).ask('me')).toEqual({ event: 'me', data: fresh.user.user_id });
      expect(admitted).toEqual([undefined, fresh.user.user_id]);
      for (const peer of waiting) expect(await peer.ended).toEqual(platform.endOf(503, 'stytch_unavailable'));
      expect(admitted.slice(2)).toEqual([undefined, undefined, undefined]);
    });

    it(`${idleSockets} sockets that say nothing, nor close their side, before ws would`, async () => {
      const lifetimes: Promise<number>[] = [];
      while (lifetimes.length < idleSockets) {
        // No more at once than the server accepts at once.
        const batch = Array.from({ length: 100 }, () => idleSocket(url, platform));
        lifetimes.push(...(await Promise.all(batch)).map(({ closedAfterMs }) => closedAfterMs));
      }
      const lifetimesMs = await Promise.all(lifetimes);

      // Without the limit of this package: ws itself waits for half a minute.
      expect(Math.max(...lifetimesMs)).toBeLessThan(25_000);
      expect(admitted).toEqual(lifetimesMs.map(() => undefined));
    });
  });

  describe('responds to messages', () => {
    it('that arrive before the admission has completed, with the same call to Stytch', async () => {
      const session = await signIn();
      emulator.clock.advance({ minutes: 6 });
      emulator.faults.add({ kind: 'delay', ms: 200, path: '/v1/sessions/authenticate' });
      const peer = connect(withCookies(session));

      expect(await peer.ask('me')).toEqual({ event: 'me', data: session.user.user_id });
      expect(callsToStytch()).toEqual(['/v1/sessions/authenticate']);
    });

    it('on a socket that was never admitted with a refusal, and the log says how to admit it', async () => {
      const peer = connect({ ...withCookies(await signIn()), query: { unadmitted: '' } });

      expect(await peer.ask('me')).toEqual(refusedWith('session_missing'));
      expect(events).toEqual([{ type: 'refused', code: 'session_missing', at: expect.any(String) }]);
      expect(await peer.ask('ping')).toEqual({ event: 'ping', data: 'pong' });
      expect(log.lines).toEqual([
        'A message to OrdersGateway was refused, because its socket was never admitted. Call SocketSessions.admit(client, request) in handleConnection of that gateway.',
      ]);
    });

    it('by the credentials of the handshake only, if the handler accepts them', async () => {
      const session = await signIn();
      const cookie = cookiesOf(await emulator.sessions.create({ email: 'eve@example.com' }));
      const peer = connect({ headers: { authorization: bearer(session), cookie } });

      expect(await peer.ask('me')).toEqual({ event: 'me', data: session.user.user_id });
      expect(await peer.ask('in browsers')).toEqual(refusedWith('session_missing'));
    });

    it('with the newest claims: a new role is known within five minutes', async () => {
      const session = await signIn({ roles: [] });
      const peer = connect(withCookies(session));
      expect(await peer.ask('audit')).toEqual(refusedWith('role_missing'));
      await signIn({ roles: ['admin'] });
      emulator.clock.advance({ minutes: 4, seconds: 30 });

      const data = ['stytch_user', 'admin'];
      expect(await repliesUntil(peer, 'audit', ({ event }) => event === 'audit')).toEqual({
        event: 'audit',
        data,
      });
      expect(callsToStytch()).toEqual(['/v1/sessions/authenticate']);
      await signIn({ roles: [] });
    });

    it('and knows the newest session also of a client whose messages need none', async () => {
      const session = await signIn({ roles: ['admin'] });
      const peer = connect(withCookies(session));
      expect(await peer.ask('roles')).toEqual({ event: 'roles', data: ['stytch_user', 'admin'] });
      await signIn({ roles: [] });
      emulator.clock.advance({ minutes: 6 });

      const isRenewed = ({ data }: Reply) => !(data as string[]).includes('admin');
      expect(await repliesUntil(peer, 'roles', isRenewed)).toEqual({ event: 'roles', data: ['stytch_user'] });
    });
  });

  if (name === 'socket.io')
    it('acknowledges a refused message, so that the client does not wait indefinitely', async () => {
      const socket = io(url, { transports: ['websocket'], forceNew: true, query: { unadmitted: '' } });
      const acknowledged: unknown = await socket.timeout(5000).emitWithAck('me');
      socket.close();

      expect(acknowledged).toEqual(errorOf('session_missing'));
    });

  describe('closes the sockets of a session', () => {
    it('within a second after it was signed out here or on another instance, and of no other session', async () => {
      const another = await start();
      const [session, other] = [await signIn(), await signIn()];
      const sockets = [connect(withCookies(session)), connect(withCookies(session), await another.getUrl())];
      const untouched = connect(withCookies(other));
      for (const peer of [...sockets, untouched]) await peer.ask('me');
      const ends = Promise.all(sockets.map((peer) => peer.ended));
      const response = await fetch(`${url}/auth/logout`, {
        method: 'POST',
        headers: { cookie: cookiesOf(session) },
      });

      expect(response.status).toBe(204);
      const revoked = platform.endOf(401, 'session_revoked');
      expect(await within(1000, ends)).toEqual([revoked, revoked]);
      expect(await untouched.ask('me')).toEqual({ event: 'me', data: other.user.user_id });
      await another.close();
    });

    it('within a second after it has expired', async () => {
      const peer = connect(withCookies(await signIn()));
      await peer.ask('me');
      emulator.clock.advance({ minutes: 61 });

      expect(await within(1000, peer.ended)).toEqual(platform.endOf(401, 'session_expired'));
    });

    it('when its JWT is refreshed after it was revoked at Stytch', async () => {
      const session = await signIn();
      const peer = connect(withCookies(session));
      await peer.ask('me');
      await callStytch('/v1/sessions/revoke', { session_id: session.session.session_id });
      emulator.clock.advance({ minutes: 4, seconds: 30 });

      expect(await peer.ended).toEqual(platform.endOf(401, 'session_revoked'));
    });
  });

  it('closes its sockets when the application shuts down, and forgets them', async () => {
    const another = await start();
    const peer = connect(withCookies(await signIn()), await another.getUrl());
    await peer.ask('me');
    await another.close();

    expect(await peer.ended).toBeDefined();
  });
});

interface Reply {
  readonly event: string;
  readonly data?: unknown;
}

/** Asks until the reply is as expected, or for a while. */
async function repliesUntil(
  peer: Peer,
  event: string,
  isExpected: (reply: Reply) => boolean,
): Promise<unknown> {
  for (let at = 0; ; at += 1) {
    const reply = (await peer.ask(event)) as Reply;
    if (isExpected(reply) || at === 500) return reply;
    await pending(20);
  }
}

const pending = (ms: number) => new Promise<'pending'>((resolve) => setTimeout(resolve, ms, 'pending'));

/** A WebSocket that ignores what it receives, and the time until the server has ended its connection. */
const idleSocket = (url: string, { path, firstMessage }: Platform) =>
  new Promise<{ closedAfterMs: Promise<number> }>((resolve, reject) => {
    httpRequest(`${url}${path}`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      },
    })
      .on('upgrade', (_, socket) => {
        const openedAtMs = performance.now();
        socket.resume();
        // A text frame whose mask changes nothing: RFC 6455 section 5.2.
        const header = [0x81, 0x80 | firstMessage.length, 0, 0, 0, 0];
        if (firstMessage !== '')
          socket.write(Buffer.concat([Buffer.from(header), Buffer.from(firstMessage)]));
        socket.on('error', () => undefined);
        const closedAfterMs = new Promise<number>((closed) => {
          socket.once('close', () => {
            closed(performance.now() - openedAtMs);
          });
        });
        resolve({ closedAfterMs });
      })
      .on('error', reject)
      .end();
  });
