// Also runs on Nest 11 and 12 from the packed tarballs, see test/package.
import {
  ClientProxyFactory,
  Transport,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { messages } from 'nestjs-stytch';
import { lastValueFrom } from 'rxjs';
import { twoFreePorts } from '../support/free-ports.js';
import { PaymentsController } from '../support/payments.controller.js';
import { callsTo, signedInBrowser } from '../support/sessions.js';
import { useApplication } from '../support/use-application.js';

describe('messages over TCP', () => {
  const stage = useApplication({
    controllers: [PaymentsController],
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

    expect(stage.application.app.get(PaymentsController).events).toEqual([userId]);
  });
});
