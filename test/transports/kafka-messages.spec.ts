// Does not run on Nest 11, whose server loads kafkajs when it is created.
import {
  KafkaHeaders,
  ServerKafka,
  type KafkaContext,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { messages } from 'nestjs-stytch';
import { PaymentsController } from '../support/payments.controller.js';
import { callsTo } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

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
    controllers: [PaymentsController],
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

    expect(stage.application.app.get(PaymentsController).events).toEqual([session.user_id]);
  });
});
