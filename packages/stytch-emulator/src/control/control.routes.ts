import { Hono } from 'hono';
import { EmulatorError, type EmulatorErrorCode } from '../emulator-error.js';
import { type MessageFilter } from '../mailbox/message.js';
import { ApiError, refuse } from '../wire/api-error.js';
import { type EmulatorEnv } from '../wire/env.js';
import { Fields } from '../wire/fields.js';
import { parseJsonObject } from '../wire/json.js';
import { type NewRbacPolicy } from '../resources/consumer/rbac/policy.js';
import {
  type ConnectedAppTokenOptions,
  type EmulatorControls,
  type ImpersonationTokenOptions,
  type IssuedM2MToken,
  type M2MTokenOptions,
  type NewM2MClientOptions,
  type NewSessionOptions,
  type UserIdentification,
} from './controls.js';
import { checkFault } from './faults/faults.js';

const maxWaitMs = 60_000;

/** The controls for other processes, as JSON with camelCase fields. Mounted at `/__emulator/v1`. */
export function controlApp(controls: EmulatorControls): Hono<EmulatorEnv> {
  const { clock, messages, sessions, users, m2m, connectedApps, rbac, keys, requests, faults } = controls;
  const app = new Hono<EmulatorEnv>();

  app.get('/health', (c) => c.json({ status: 'ok' }));

  app.post('/reset', async (c) => {
    await controls.reset();
    return c.body(null, 204);
  });

  app.get('/messages', (c) => c.json({ messages: messages.list(readFilter(c.req.query())) }));
  app.get('/messages/latest', (c) => {
    const message = messages.latest(readFilter(c.req.query()));
    if (!message) throw new EmulatorError('emulator_no_message', 'No message matches.');
    return c.json(message);
  });
  app.get('/messages/wait', async (c) =>
    c.json(await messages.wait({ ...readFilter(c.req.query()), ...readTimeout(c.req.query('timeoutMs')) })),
  );
  app.delete('/messages', (c) => {
    messages.clear();
    return c.body(null, 204);
  });

  app.get('/sessions', (c) => c.json({ sessions: sessions.list() }));
  app.post('/sessions', async (c) => {
    const { user_id, session_id, session_token, session_jwt, session, user } = await sessions.create(
      readNewSession(readFields(c.get('body'))),
    );
    return c.json(
      {
        userId: user_id,
        sessionId: session_id,
        sessionToken: session_token,
        sessionJwt: session_jwt,
        session,
        user,
      },
      201,
    );
  });

  app.post('/users/unlock', async (c) => {
    await users.unlock(readUserIdentification(readFields(c.get('body'))));
    return c.body(null, 204);
  });
  app.post('/users/impersonate', async (c) => {
    const { user_id, ...created } = await users.impersonate(
      readImpersonationTokenOptions(readFields(c.get('body'))),
    );
    return c.json({ userId: user_id, ...created }, 201);
  });

  app.post('/m2m/clients', async (c) => {
    const { client_id, client_secret, m2m_client } = await m2m.createClient(
      readNewM2MClient(readFields(c.get('body'))),
    );
    return c.json({ clientId: client_id, clientSecret: client_secret, client: m2m_client }, 201);
  });
  app.post('/m2m/tokens', async (c) =>
    c.json(tokenToJson(await m2m.issueToken(readTokenOptions(readFields(c.get('body'))))), 201),
  );

  app.post('/connected-apps/tokens', async (c) => {
    const token = await connectedApps.issueToken(readConnectedAppTokenOptions(readFields(c.get('body'))));
    return c.json({ userId: token.user_id, ...tokenToJson(token) }, 201);
  });

  app.get('/rbac/policy', (c) => c.json(rbac.policy()));
  app.put('/rbac/policy', async (c) =>
    c.json(await rbac.setPolicy(readObject(c.get('body')) as NewRbacPolicy)),
  );

  app.get('/clock', (c) => c.json({ nowMs: clock.nowMs() }));
  app.post('/clock', (c) => {
    const fields = readFields(c.get('body'));
    const seconds = fields.any('advanceSeconds') ?? 0;
    if (typeof seconds !== 'number') throw badRequest('advanceSeconds must be a number.');
    clock.advance({ seconds });
    return c.json({ nowMs: clock.nowMs() });
  });

  app.get('/faults', (c) => c.json({ faults: faults.list() }));
  app.post('/faults', (c) => {
    faults.add(checkFault(parseJsonObject(c.get('body'))));
    return c.json({ faults: faults.list() }, 201);
  });
  app.delete('/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });

  app.get('/requests', (c) => c.json({ requests: requests.list() }));
  app.delete('/requests', (c) => {
    requests.clear();
    return c.body(null, 204);
  });

  app.post('/keys/rotate', async (c) => {
    const withdrawOld = readFields(c.get('body')).boolean('withdrawOld') ?? false;
    return c.json(await keys.rotate({ withdrawOld }));
  });

  app.all('*', (c) =>
    c.json({ code: 'emulator_route_not_found', message: 'The control API has no such route.' }, 404),
  );
  app.onError((error, c) => {
    if (error instanceof EmulatorError) return c.json(toJson(error), statusByCode[error.code] ?? 500);
    if (error instanceof ApiError || error instanceof RangeError) {
      return c.json({ code: 'emulator_options_invalid', message: error.message }, 400);
    }
    return c.json({ code: 'emulator_internal_error', message: 'Internal error of the emulator.' }, 500);
  });
  return app;
}

const statusByCode: Partial<Record<EmulatorErrorCode, 400 | 404 | 503>> = {
  emulator_options_invalid: 400,
  emulator_no_message: 404,
  emulator_user_not_found: 404,
  emulator_client_not_found: 404,
  emulator_closed: 503,
};

function toJson({ code, message }: EmulatorError) {
  return { code, message };
}

function badRequest(message: string): EmulatorError {
  return new EmulatorError('emulator_options_invalid', message);
}

function readFilter({ to, kind }: Record<string, string>): MessageFilter {
  if (kind !== undefined && kind !== 'link' && kind !== 'code')
    throw badRequest('kind must be link or code.');
  return present({ to, kind });
}

function readTimeout(timeoutMs: string | undefined): { timeoutMs?: number } {
  if (timeoutMs === undefined) return {};
  if (!/^\d{1,6}$/.test(timeoutMs) || Number(timeoutMs) > maxWaitMs) {
    throw badRequest(`timeoutMs must be an integer from 0 to ${maxWaitMs}.`);
  }
  return { timeoutMs: Number(timeoutMs) };
}

function readFields(text: string): Fields {
  return new Fields(readObject(text));
}

function readObject(text: string): Record<string, unknown> {
  const body = text === '' ? {} : parseJsonObject(text);
  return body ?? refuse(400, 'bad_request', 'The body must be a JSON object.');
}

function readNewSession(fields: Fields): NewSessionOptions {
  return present({
    email: fields.string('email'),
    userId: fields.string('userId'),
    durationMinutes: fields.integer('durationMinutes'),
    customClaims: fields.object('customClaims'),
    roles: fields.strings('roles'),
  });
}

function readUserIdentification(fields: Fields): UserIdentification {
  return present({ email: fields.string('email'), userId: fields.string('userId') });
}

function readImpersonationTokenOptions(fields: Fields): ImpersonationTokenOptions {
  return {
    ...readUserIdentification(fields),
    ...present({
      impersonatorEmail: fields.string('impersonatorEmail'),
      impersonatorId: fields.string('impersonatorId'),
      redirectUrl: fields.string('redirectUrl'),
    }),
  };
}

function readNewM2MClient(fields: Fields): NewM2MClientOptions {
  return {
    scopes: fields.strings('scopes') ?? refuse(400, 'bad_request', 'scopes is required.'),
    ...present({
      clientId: fields.string('clientId'),
      clientSecret: fields.string('clientSecret'),
      name: fields.string('name'),
      description: fields.string('description'),
      trustedMetadata: fields.object('trustedMetadata'),
    }),
  };
}

function readTokenOptions(fields: Fields): M2MTokenOptions {
  return present({
    clientId: fields.string('clientId'),
    scopes: fields.strings('scopes'),
    customClaims: fields.object('customClaims'),
  });
}

function readConnectedAppTokenOptions(fields: Fields): ConnectedAppTokenOptions {
  return {
    scopes: fields.strings('scopes') ?? refuse(400, 'bad_request', 'scopes is required.'),
    ...present({
      email: fields.string('email'),
      userId: fields.string('userId'),
      clientId: fields.string('clientId'),
      customClaims: fields.object('customClaims'),
    }),
  };
}

function tokenToJson({ client_id, access_token, expires_in }: IssuedM2MToken) {
  return { clientId: client_id, accessToken: access_token, expiresInSeconds: expires_in };
}

/** Without the options that are undefined. */
function present<Options extends object>(options: Options) {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Options]?: Exclude<Options[Name], undefined> };
}
