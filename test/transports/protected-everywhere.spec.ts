// Also runs on Nest 11 and 12 from the packed tarballs, see test/package.
import {
  applyDecorators,
  Controller,
  Get,
  Sse,
  type CanActivate,
  type INestApplication,
  type LoggerService,
  type Type,
} from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ClientProxyFactory, EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  Protected,
  Public,
  SessionGuard,
  StytchModule,
  type StytchStartupError,
  type StytchStaticOptions,
} from 'nestjs-stytch';
import { createServer, type AddressInfo } from 'node:net';
import { lastValueFrom, of } from 'rxjs';
import { io } from 'socket.io-client';

/** The handlers that ran, by transport. Without a session it stays empty. */
const ran: string[] = [];

function run(transport: string): string {
  ran.push(transport);
  return 'secret';
}

type Decorator = ClassDecorator & MethodDecorator;
type Decorate = { onClass: Decorator; onMethod: Decorator };

/** The classes of an application with one handler, and how a client calls it without a session. */
interface Subject {
  controllers?: Type[];
  providers?: Type[];
  call(app: INestApplication, rpcPort: number): Promise<unknown>;
}

const graphql = async (app: INestApplication, query: string) => {
  const response = await fetch(`${await app.getUrl()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as {
    data?: unknown;
    errors?: { message: string; extensions: { originalError?: { code?: string } } }[];
  };
  return errors === undefined
    ? { data }
    : errors.map(({ message, extensions }) => ({ code: extensions.originalError?.code, message }));
};

async function httpGet(app: INestApplication, path: string) {
  const response = await fetch(`${await app.getUrl()}${path}`);
  if (response.ok) return { status: response.status, body: await response.text() };
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, code };
}

async function socketMessage(app: INestApplication, event: string): Promise<unknown> {
  const socket = io(await app.getUrl(), { transports: ['websocket'] });
  try {
    return await new Promise((resolve, reject) => {
      socket.onAny((name: string, data: unknown) => {
        resolve({ event: name, data });
      });
      socket.on('connect_error', reject);
      socket.emit(event);
    });
  } finally {
    socket.close();
  }
}

async function rpc(port: number, pattern: string, kind: 'send' | 'emit'): Promise<unknown> {
  const client = ClientProxyFactory.create({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  });
  try {
    if (kind === 'send') return await lastValueFrom(client.send<unknown>(pattern, {}));
    await lastValueFrom(client.emit<unknown>(pattern, {}));
    // Events have no reply. Messages of one connection arrive in order, so this one comes after it.
    return await lastValueFrom(client.send<unknown>('ping', {}));
  } catch (error) {
    return error;
  } finally {
    await client.close();
  }
}

const transports: Record<string, (decorate: Decorate) => Subject> = {
  'HTTP route': ({ onClass, onMethod }) => {
    @onClass
    @Controller('secret')
    class Secrets {
      @onMethod
      @Get()
      show() {
        return run('HTTP route');
      }
    }
    return { controllers: [Secrets], call: (app) => httpGet(app, '/secret') };
  },
  'SSE route': ({ onClass, onMethod }) => {
    @onClass
    @Controller('stream')
    class Streams {
      @onMethod
      @Sse()
      stream() {
        return of({ data: run('SSE route') });
      }
    }
    return { controllers: [Streams], call: (app) => httpGet(app, '/stream') };
  },
  'gateway message': ({ onClass, onMethod }) => {
    @onClass
    @WebSocketGateway()
    class Gateway {
      @onMethod
      @SubscribeMessage('secret')
      show() {
        return { event: 'secret', data: run('gateway message') };
      }
    }
    return { providers: [Gateway], call: (app) => socketMessage(app, 'secret') };
  },
  'message pattern': ({ onClass, onMethod }) => {
    @onClass
    @Controller()
    class Messages {
      @onMethod
      @MessagePattern('secret')
      show() {
        return run('message pattern');
      }
    }
    return { controllers: [Messages], call: (_, port) => rpc(port, 'secret', 'send') };
  },
  'event pattern': ({ onClass, onMethod }) => {
    @onClass
    @Controller()
    class Events {
      @onMethod
      @EventPattern('secret')
      handle(event: unknown) {
        return event !== undefined && run('event pattern');
      }

      @Public()
      @MessagePattern('ping')
      ping() {
        return 'pong';
      }
    }
    return { controllers: [Events], call: (_, port) => rpc(port, 'secret', 'emit') };
  },
  'GraphQL query': ({ onClass, onMethod }) => {
    @onClass
    @Resolver('Order')
    class Orders {
      @onMethod
      @Query('secret')
      secret() {
        return run('GraphQL query');
      }
    }
    return { providers: [Orders], call: (app) => graphql(app, '{ secret }') };
  },
  'GraphQL field': ({ onClass, onMethod }) => {
    @onClass
    @Resolver('Order')
    class Orders {
      @Public()
      @Query('order')
      order() {
        return {};
      }

      @onMethod
      @ResolveField('secret')
      secret() {
        return run('GraphQL field');
      }
    }
    return { providers: [Orders], call: (app) => graphql(app, '{ order { secret } }') };
  },
};

const none = applyDecorators() as Decorator;
const onMethod: Decorate = { onClass: none, onMethod: Protected() };
const onClass: Decorate = { onClass: Protected(), onMethod: none };
const undecorated: Decorate = { onClass: none, onMethod: none };

const silence: LoggerService = {
  log: () => undefined,
  error: () => undefined,
  warn: () => undefined,
};

interface Settings {
  /** `false` leaves StytchModule out. */
  stytch?: StytchStaticOptions | false;
  inheritAppConfig?: boolean;
  graphql?: Partial<ApolloDriverConfig>;
  override?: ((builder: TestingModuleBuilder) => TestingModuleBuilder) | undefined;
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

/** Starts a hybrid application with the classes, calls the handler, and returns what the client received. */
async function callWithoutSession(subject: Subject, settings: Settings = {}): Promise<unknown> {
  const { stytch = {}, inheritAppConfig = false, override } = settings;
  const builder = Test.createTestingModule({
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        typeDefs: 'type Query { secret: String order: Order } type Order { secret: String }',
        playground: false,
        fieldResolverEnhancers: ['guards'],
        ...settings.graphql,
      }),
      ...(stytch === false
        ? []
        : [
            StytchModule.forRoot({
              projectId: 'project-test-00000000-0000-4000-8000-000000000000',
              secret: 'secret-test-none-of-these-requests-needs-it',
              // Nothing listens there: without a session, nothing is asked.
              apiUrl: 'http://127.0.0.1:9',
              appUrl: 'http://localhost:3000',
              ...stytch,
            }),
          ]),
    ],
    controllers: subject.controllers ?? [],
    providers: subject.providers ?? [],
  });
  builder.setLogger(silence);
  const testing = await (override?.(builder) ?? builder).compile();
  const app: INestApplication = testing.createNestApplication();
  const port = await freePort();
  try {
    app.useWebSocketAdapter(new IoAdapter(app));
    app.connectMicroservice(
      { transport: Transport.TCP, options: { host: '127.0.0.1', port } },
      { inheritAppConfig },
    );
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    return await subject.call(app, port);
  } finally {
    await app.close();
  }
}

const message = 'This handler requires a session, and sessions are not supported on its transport.';
const offHttp = { status: 'error', code: 'context_not_supported', message };

/** What the client receives when the handler is refused. */
const refusals: Record<string, unknown> = {
  'HTTP route': { status: 401, code: 'session_missing' },
  'SSE route': { status: 401, code: 'session_missing' },
  'gateway message': { event: 'exception', data: offHttp },
  'message pattern': offHttp,
  'event pattern': 'pong',
  'GraphQL query': [{ code: 'context_not_supported', message }],
  'GraphQL field': [{ code: 'context_not_supported', message }],
};

/** What the client receives when the handler runs. */
const replies: Record<string, unknown> = {
  'HTTP route': { status: 200, body: 'secret' },
  'SSE route': { status: 200, body: expect.stringContaining('data: secret') },
  'gateway message': { event: 'secret', data: 'secret' },
  'message pattern': 'secret',
  'event pattern': 'pong',
  'GraphQL query': { data: { secret: 'secret' } },
  'GraphQL field': { data: { order: { secret: 'secret' } } },
};

const names = Object.keys(transports);
const subjectOf = (name: string, decorate: Decorate) => transports[name]!(decorate);

async function problemsOf(starting: Promise<unknown>): Promise<string[]> {
  const error = await starting.then(
    () => new Error('The application started.'),
    (reason: unknown) => reason as Error,
  );
  const { problems } = error as Partial<StytchStartupError>;
  if (problems === undefined) throw error;
  return problems.map(({ className, problem }) => `${className} ${problem}`);
}

beforeEach(() => {
  ran.length = 0;
});

describe.each(names)('without a session, a handler (%s)', (name) => {
  it.each<[string, Decorate, Settings]>([
    ['with @Protected() on its class', onClass, {}],
    ['with @Protected() on the method', onMethod, {}],
    ['with @Protected() and guard: false', onMethod, { stytch: { guard: false } }],
    ['with @Protected() and isGlobal: false', onMethod, { stytch: { isGlobal: false } }],
    ['with @Protected() and inheritAppConfig', onMethod, { inheritAppConfig: true }],
    ['with @Protected() and opt-out', onMethod, { stytch: { protection: 'opt-out' } }],
  ])('does not run %s', async (_, decorate, settings) => {
    expect(await callWithoutSession(subjectOf(name, decorate), settings)).toEqual(refusals[name]);
    expect(ran).toEqual([]);
  });

  it('does not run where StytchModule is not imported: the application does not start', async () => {
    const starting = callWithoutSession(subjectOf(name, onMethod), { stytch: false });

    expect(await problemsOf(starting)).toEqual([
      expect.stringMatching(
        /^\w+ requires a session, but neither StytchModule nor StytchB2BModule is imported$/,
      ),
    ]);
    expect(ran).toEqual([]);
  });

  it('runs where a test replaces SessionGuard', async () => {
    class AllowEverybody implements CanActivate {
      canActivate() {
        return true;
      }
    }
    const override = (builder: TestingModuleBuilder) =>
      builder.overrideProvider(SessionGuard).useClass(AllowEverybody);

    expect(await callWithoutSession(subjectOf(name, onClass), { override })).toEqual(replies[name]);
    expect(ran).toEqual([name]);
  });
});

describe('with protection: opt-out, a handler without a decorator', () => {
  it.each(['HTTP route', 'SSE route', 'GraphQL query'])(
    'does not run without a session (%s)',
    async (name) => {
      const settings: Settings = { stytch: { protection: 'opt-out' } };

      expect(await callWithoutSession(subjectOf(name, undecorated), settings)).toEqual(refusals[name]);
      expect(ran).toEqual([]);
    },
  );

  it.each(
    ['gateway message', 'message pattern', 'event pattern'].flatMap((name) => [
      [name, false] as const,
      [name, true] as const,
    ]),
  )('stops the start (%s, inheritAppConfig: %s)', async (name, inheritAppConfig) => {
    const starting = callWithoutSession(subjectOf(name, undecorated), {
      inheritAppConfig,
      stytch: { protection: 'opt-out' },
    });

    expect(await problemsOf(starting)).toEqual([
      expect.stringContaining("handles messages and has no access decorator; with protection: 'opt-out'"),
    ]);
    expect(ran).toEqual([]);
  });

  it.each(['HTTP route', 'SSE route', 'GraphQL query'])(
    'stops the start where guard: false leaves it without a guard (%s)',
    async (name) => {
      const starting = callWithoutSession(subjectOf(name, undecorated), {
        stytch: { protection: 'opt-out', guard: false },
      });

      expect(await problemsOf(starting)).toEqual([
        expect.stringContaining('has no access decorator, and no global guard protects it'),
      ]);
      expect(ran).toEqual([]);
    },
  );
});

describe('a protected field resolver', () => {
  it.each([
    ['on the class', onClass],
    ['on the method', onMethod],
  ])('stops the start without fieldResolverEnhancers (@Protected() %s)', async (_, decorate) => {
    const starting = callWithoutSession(subjectOf('GraphQL field', decorate), {
      graphql: { fieldResolverEnhancers: [] },
    });

    expect(await problemsOf(starting)).toEqual([
      expect.stringContaining('is a protected field resolver, and GraphQLModule runs no guards'),
    ]);
  });
});

describe('a method that overrides a protected one', () => {
  class BaseOrders {
    @Protected()
    @Get()
    list() {
      return run('HTTP route');
    }
  }

  it('stops the start when it is not protected itself', async () => {
    @Controller('orders')
    class Orders extends BaseOrders {
      @Get()
      override list() {
        return run('HTTP route');
      }
    }
    const starting = callWithoutSession({ controllers: [Orders], call: (app) => httpGet(app, '/orders') });

    expect(await problemsOf(starting)).toEqual([
      'Orders overrides a method that is marked @Protected(), and is not protected itself',
    ]);
  });

  it.each([
    ['its own decorator', true, { status: 401, code: 'session_missing' }],
    ['@Public()', false, { status: 200, body: 'secret' }],
  ])('is accepted with %s', async (_, isProtected, expected) => {
    @Controller('orders')
    class Orders extends BaseOrders {
      @(isProtected ? Protected() : Public())
      @Get()
      override list() {
        return run('HTTP route');
      }
    }

    expect(
      await callWithoutSession({ controllers: [Orders], call: (app) => httpGet(app, '/orders') }),
    ).toEqual(expected);
  });

  it('stays protected where it is inherited and not overridden', async () => {
    @Controller('orders')
    class Orders extends BaseOrders {}

    expect(
      await callWithoutSession({ controllers: [Orders], call: (app) => httpGet(app, '/orders') }),
    ).toEqual({ status: 401, code: 'session_missing' });
    expect(ran).toEqual([]);
  });
});
