import { io } from 'socket.io-client';
import type { MintedSession } from 'stytch-emulator';
import { WebSocket } from 'ws';
import { subscribe } from '../support/graphql.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { cookiesOf, keepSession } from '../support/sessions.js';
import { startApplicationProcess, type ApplicationProcess } from '../support/start-application-process.js';
import { StreamReader } from '../support/stream-reader.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';
import { webhookPath, webhookSecret } from '../support/webhook-deliveries.js';

/** How long anything may outlive its session. */
const maxOutlivedMs = 1_000;

/** What stays open at an instance after its request. */
interface OpenStream {
  /** Resolves with what the client was told at the end. */
  readonly ended: Promise<unknown>;
  close(): void;
}

type Opened = Pick<OpenStream, 'ended'> & { readonly kind: string };

interface Kind {
  /** The instance that has it. */
  readonly sockets: 'ws' | 'socket.io';
  /** What the client is told when the session was revoked. */
  readonly end: unknown;
  open(instance: ApplicationProcess, headers: Record<string, string>): Promise<OpenStream>;
}

const kinds: Record<string, Kind> = {
  'a socket of ws': {
    sockets: 'ws',
    end: [4401, 'session_revoked'],
    async open({ url }, headers) {
      const socket = new WebSocket(url.replace('http', 'ws'), { headers });
      const ended = new Promise((resolve) => {
        socket.once('close', (code, reason) => {
          resolve([code, reason.toString()]);
        });
      });
      const replied = new Promise((resolve) => socket.once('message', resolve));
      socket.once('open', () => {
        socket.send(JSON.stringify({ event: 'ping' }));
      });
      await replied;
      return {
        ended,
        close: () => {
          socket.terminate();
        },
      };
    },
  },
  'a socket of socket.io': {
    sockets: 'socket.io',
    end: ['session_revoked', 'io server disconnect'],
    async open({ url }, extraHeaders) {
      const socket = io(url, { transports: ['websocket'], forceNew: true, extraHeaders });
      let code: unknown;
      socket.on('exception', (error: { code: unknown }) => {
        ({ code } = error);
      });
      const ended = new Promise((resolve) => {
        socket.once('disconnect', (reason) => {
          resolve([code, reason]);
        });
      });
      const replied = new Promise((resolve) => socket.once('ping', resolve));
      socket.emit('ping');
      await replied;
      return { ended, close: () => socket.close() };
    },
  },
  'a subscription': {
    sockets: 'socket.io',
    end: [expect.stringMatching(/session_revoked$/)],
    async open(instance, headers) {
      const { events, ended, stop } = subscribe(instance, 'subscription { ticks }', headers);
      await until(() => events.length > 0);
      return { ended, close: () => void stop() };
    },
  },
  'an event stream': {
    sockets: 'ws',
    end: undefined,
    async open({ url }, headers) {
      const reader = await StreamReader.open(`${url}/events`, headers);
      await reader.next();
      return reader;
    },
  },
};

describeWithRedis('what stays open at an instance', () => {
  const stage = useEmulator();
  const opened: OpenStream[] = [];
  let server: RedisServer;
  let instances: Record<'ws' | 'socket.io', ApplicationProcess>;
  let other: ApplicationProcess;

  beforeAll(async () => {
    server = await RedisServer.start();
    const start = (sockets?: 'ws' | 'socket.io') =>
      startApplicationProcess(stage.emulator, {
        redisUrl: server.url,
        webhooks: { secret: webhookSecret },
        ...(sockets && { sockets }),
      });
    const [ws, socketIo, without] = await Promise.all([start('ws'), start('socket.io'), start()]);
    instances = { ws, 'socket.io': socketIo };
    other = without;
  });
  afterEach(() => {
    stage.emulator.webhooks.stop();
    for (const stream of opened.splice(0)) stream.close();
  });
  afterAll(async () => {
    const all = [...Object.values(instances), other];
    for (const { child } of all) child.kill('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
    await server.stop();
  });

  /** Opens one of each kind. */
  const openAll = (session: MintedSession) =>
    Promise.all(
      Object.entries(kinds).map(async ([kind, { sockets, open }]) => {
        const stream = await open(instances[sockets], { cookie: cookiesOf(session) });
        opened.push(stream);
        return { kind, ended: stream.ended };
      }),
    );
  const browserOf = (session: MintedSession) => {
    const browser = other.browser();
    keepSession(browser, session);
    return browser;
  };
  /** Checks that all end with `session_revoked` in time, counted from the response to what the test does now. */
  const expectToEnd = async (streams: Opened[], act: () => Promise<void>) => {
    const ends = Promise.all(
      streams.map(async ({ kind, ended }) => ({ kind, end: await ended, endedAtMs: performance.now() })),
    );
    await act();
    const actedAtMs = performance.now();
    const results = (await ends).map(({ endedAtMs, ...result }) => ({
      ...result,
      inTime: endedAtMs - actedAtMs < maxOutlivedMs,
    }));
    expect(results).toEqual(streams.map(({ kind }) => ({ kind, end: kinds[kind]?.end, inTime: true })));
  };
  const arePending = async (streams: Opened[]) =>
    Promise.race([...streams.map(({ ended }) => ended.then(() => false)), Promise.resolve(true)]);

  it('ends within a second after a sign-out at another instance, and what others have open does not', async () => {
    const bystander = await openAll(await stage.emulator.sessions.create({ email: 'grace@example.com' }));
    for (let signOut = 0; signOut < 5; signOut += 1) {
      const session = await stage.emulator.sessions.create({ email: 'ada@example.com' });
      await expectToEnd(await openAll(session), async () => {
        expect((await browserOf(session).request('POST', '/auth/logout')).status).toBe(204);
      });
    }
    expect(await arePending(bystander)).toBe(true);
  });

  it('ends within a second after the person signed out everywhere with another session', async () => {
    const [one, two, signedOut] = [
      await stage.emulator.sessions.create({ email: 'ada@example.com' }),
      await stage.emulator.sessions.create({ email: 'ada@example.com' }),
      await stage.emulator.sessions.create({ email: 'ada@example.com' }),
    ];
    const streams = [...(await openAll(one)), ...(await openAll(two))];
    await expectToEnd(streams, async () => {
      const response = await browserOf(signedOut).postJson('/auth/logout', { everywhere: true });
      expect(response.status).toBe(204);
    });
  });

  it('ends within a second after a webhook has told another instance that the user was deleted', async () => {
    const { emulator } = stage;
    const session = await emulator.sessions.create({ email: 'ada@example.com' });
    const streams = await openAll(session);
    emulator.webhooks.deliverTo({ url: other.url + webhookPath, secret: webhookSecret });
    await expectToEnd(streams, async () => {
      const response = await fetch(`${emulator.url}/v1/users/${session.user_id}`, {
        method: 'DELETE',
        headers: { authorization: `Basic ${btoa(`${emulator.projectId}:${emulator.secret}`)}` },
      });
      expect(response.status).toBe(200);
    });
  });
});
