import { Controller } from '@nestjs/common';
import {
  ClientProxyFactory,
  EventPattern,
  KafkaHeaders,
  MessagePattern,
  ServerKafka,
  Transport,
  type ClientProxy,
  type KafkaContext,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import {
  CurrentClient,
  CurrentSession,
  messages,
  OptionalSession,
  Protected,
  RequireScopes,
  type M2MClient,
  type UserSession,
} from 'nestjs-stytch';
import { lastValueFrom } from 'rxjs';
import { twoFreePorts } from '../support/free-ports.js';
import { callsTo, signedInBrowser } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

@Controller()
class Payments {
  readonly events: string[] = [];

  @Protected({ credentials: ['bearer', 'm2m'] })
  @MessagePattern('who')
  who(@CurrentSession() session?: UserSession, @CurrentClient() client?: M2MClient) {
    return session?.userId ?? client?.clientId;
  }

  @RequireScopes('write:payments')
  @Protected({ credentials: ['m2m'] })
  @MessagePattern('pay')
  pay(@CurrentClient() client: M2MClient) {
    return client.clientId;
  }

  @Protected({ credentials: ['bearer'] })
  @EventPattern('paid')
  paid(@CurrentSession() session: UserSession) {
    this.events.push(session.userId);
  }

  @OptionalSession()
  @MessagePattern('maybe')
  maybe(@CurrentSession() session?: UserSession) {
    return session?.userId ?? 'nobody';
  }
}

describe('messages over TCP', () => {
  const stage = useApplication({
    controllers: [Payments],
    options: {
      credentials: ['cookie', 'bearer'],
      transports: [
        messages({ credentialsOf: (context) => context.switchToRpc().getData<{ token?: unknown }>().token }),
      ],
    },
  });
  let client: ClientProxy;
  beforeAll(async () => {
    const { app } = stage.application;
    const [port] = await twoFreePorts();
    const options = { host: '127.0.0.1', port };
    app.connectMicroservice<MicroserviceOptions>({ transport: Transport.TCP, options });
    await app.startAllMicroservices();
    client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  });
  afterAll(async () => {
    await client.close();
  });

  /** The reply, or the code of the refusal. */
  const sendWith = (token: unknown, pattern: string): Promise<unknown> =>
    lastValueFrom(client.send<unknown>(pattern, { token })).catch(
      (error: unknown) => (error as { code?: string }).code,
    );

  it('are handled with the session of a JWT or the client of an access token', async () => {
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    const token = await stage.emulator.m2m.issueToken({ scopes: ['write:payments'] });
    stage.emulator.requests.clear();

    expect(await sendWith(session.session_jwt, 'who')).toBe(session.user_id);
    expect(await sendWith(token.access_token, 'who')).toBe(token.client_id);
    expect(await sendWith(token.access_token, 'pay')).toBe(token.client_id);
    expect(await sendWith(session.session_jwt, 'maybe')).toBe(session.user_id);
    expect(await sendWith(undefined, 'maybe')).toBe('nobody');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no token', undefined, 'token_missing'],
    ['an empty one', '', 'token_missing'],
    ['what is no text', { authorization: 'Bearer x' }, 'token_missing'],
    ['a token that is none', 'none', 'token_invalid'],
    ['two tokens', 'one two', 'token_invalid'],
    ['a line break in it', 'one\r\nCookie: stytch_session=x', 'token_invalid'],
    ['a token that is too long', 'x'.repeat(100_000), 'token_invalid'],
  ])('are refused with %s', async (_, token, code) => {
    expect(await sendWith(token, 'who')).toBe(code);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('are refused without a scope that the handler requires, with our code and message', async () => {
    const { access_token: token } = await stage.emulator.m2m.issueToken({ scopes: ['read:payments'] });

    await expect(lastValueFrom(client.send('pay', { token }))).rejects.toEqual({
      status: 'error',
      code: 'scope_missing',
      message: expect.any(String) as unknown,
    });
  });

  it('are refused with the JWT of a session that was signed out', async () => {
    const { browser, session } = await signedInBrowser(stage);
    expect(await sendWith(session.session_jwt, 'who')).toBe(session.user_id);
    await browser.request('POST', '/auth/logout');

    expect(await sendWith(session.session_jwt, 'who')).toBe('session_revoked');
    expect(await sendWith(session.session_jwt, 'maybe')).toBe('nobody');
  });

  it('are not handled as events without a session', async () => {
    const { session_jwt: token, user_id: userId } = await stage.emulator.sessions.create({
      email: 'bob@example.com',
    });
    await lastValueFrom(client.emit('paid', { token: 'none' }), { defaultValue: undefined });
    await lastValueFrom(client.emit('paid', { token }), { defaultValue: undefined });
    // Messages of one connection arrive in order.
    await sendWith(undefined, 'maybe');

    expect(stage.application.app.get(Payments).events).toEqual([userId]);
  });
});

type KafkaHeaderValues = Record<string, Buffer | Buffer[] | undefined>;

/** What the server sends to the broker. */
interface KafkaReply {
  readonly topic: string;
  readonly messages: readonly [{ readonly value?: unknown; readonly headers: Record<string, Buffer> }];
}

/** Nest's server for Kafka, with a client that has no broker: the test delivers messages as kafkajs does. */
class ServerWithoutBroker extends ServerKafka {
  readonly replies: KafkaReply[] = [];

  override createClient<Client>(): Promise<Client> {
    const done = () => Promise.resolve();
    const common = { on: () => undefined, events: {}, connect: done, disconnect: done };
    const client = {
      consumer: () => ({ ...common, subscribe: done, run: done }),
      producer: () => ({ ...common, send: (reply: KafkaReply) => Promise.resolve(this.replies.push(reply)) }),
    };
    return Promise.resolve(client as Client);
  }

  async deliver(topic: string, headers: KafkaHeaderValues): Promise<void> {
    const message = {
      key: null,
      value: Buffer.from('{}'),
      timestamp: '0',
      attributes: 0,
      offset: '0',
      headers: headers as Record<string, Buffer>,
    };
    await this.handleMessage({
      topic,
      partition: 0,
      message,
      heartbeat: async () => {},
      pause: () => () => {},
    });
  }

  /** The reply, or the error, to a message. */
  async ask(topic: string, headers: KafkaHeaderValues): Promise<unknown> {
    this.replies.length = 0;
    const toReply = {
      [KafkaHeaders.CORRELATION_ID]: Buffer.from('1'),
      [KafkaHeaders.REPLY_TOPIC]: Buffer.from('replies'),
    };
    await this.deliver(topic, { ...toReply, ...headers });
    await until(() =>
      this.replies.some(({ messages: [{ headers: sent }] }) => KafkaHeaders.NEST_IS_DISPOSED in sent),
    );
    const [reply] = this.replies;
    const error = reply?.messages[0].headers[KafkaHeaders.NEST_ERR];
    return error === undefined ? reply?.messages[0].value : (JSON.parse(error.toString()) as unknown);
  }
}

describe('messages over Kafka', () => {
  const stage = useApplication({
    controllers: [Payments],
    options: {
      credentials: ['cookie', 'bearer'],
      transports: [
        messages({
          credentialsOf: (context) =>
            context.switchToRpc().getContext<KafkaContext>().getMessage().headers?.['token'],
        }),
      ],
    },
  });
  let server: ServerWithoutBroker;
  beforeAll(async () => {
    const { app } = stage.application;
    server = new ServerWithoutBroker({});
    app.connectMicroservice<MicroserviceOptions>({ strategy: server });
    await app.startAllMicroservices();
  });
  const newSession = () => stage.emulator.sessions.create({ email: 'ada@example.com' });

  it('are handled with the token in their header', async () => {
    const session = await newSession();
    const token = await stage.emulator.m2m.issueToken({ scopes: ['write:payments'] });
    stage.emulator.requests.clear();

    expect(await server.ask('who', { token: Buffer.from(session.session_jwt) })).toBe(session.user_id);
    expect(await server.ask('pay', { token: Buffer.from(token.access_token) })).toBe(token.client_id);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, (token: Buffer) => KafkaHeaderValues, string]>([
    ['no header', () => ({}), 'token_missing'],
    ['an empty header', () => ({ token: Buffer.from('') }), 'token_missing'],
    ['a header that is no text', () => ({ token: Buffer.from([0, 1, 2]) }), 'token_missing'],
    ['a header that Nest parses', () => ({ token: Buffer.from('{"toString":1}') }), 'token_missing'],
    ['garbage in the header', () => ({ token: Buffer.from('none') }), 'token_invalid'],
    ['two headers', (token) => ({ token: [token, token] }), 'token_invalid'],
  ])('are refused with %s', async (_, headersWith, code) => {
    const { session_jwt } = await newSession();

    expect(await server.ask('who', headersWith(Buffer.from(session_jwt)))).toEqual({
      status: 'error',
      code,
      message: expect.any(String) as unknown,
    });
  });

  it('are not handled as events without a session', async () => {
    const session = await newSession();
    for (const headers of [{}, { token: Buffer.from('none') }, { token: Buffer.from(session.session_jwt) }]) {
      // kafkajs would log the refusal.
      await server.deliver('paid', headers).catch(() => undefined);
    }

    expect(stage.application.app.get(Payments).events).toEqual([session.user_id]);
  });
});
