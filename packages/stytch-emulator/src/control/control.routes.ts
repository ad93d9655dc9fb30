import { Hono } from 'hono';
import { EmulatorError, type EmulatorErrorCode } from '../emulator-error.js';
import { type MessageFilter } from '../mailbox/message.js';
import { ApiError, refuse } from '../wire/api-error.js';
import { type EmulatorEnv } from '../wire/env.js';
import { Fields } from '../wire/fields.js';
import { parseJsonObject } from '../wire/json.js';
import { type EmulatorControls, type NewSessionOptions } from './controls.js';
import { checkFault } from './faults/faults.js';

const maxWaitMs = 60_000;

/** The controls for other processes, as JSON with camelCase fields. Mounted at `/__emulator/v1`. */
export function controlApp(controls: EmulatorControls): Hono<EmulatorEnv> {
  const { clock, messages, sessions, keys, requests, faults } = controls;
  const app = new Hono<EmulatorEnv>();

  app.get('/health', (c) => c.json({ status: 'ok' }));

  app.post('/reset', async (c) => {
    await controls.reset();
    return c.body(null, 204);
  });

  app.get('/messages', (c) => c.json({ messages: messages.list(readFilter(c.req.query('to'))) }));
  app.get('/messages/latest', (c) => {
    const message = messages.latest(readFilter(c.req.query('to')));
    if (!message) throw new EmulatorError('emulator_no_message', 'No message matches.');
    return c.json(message);
  });
  app.get('/messages/wait', async (c) =>
    c.json(
      await messages.wait({ ...readFilter(c.req.query('to')), ...readTimeout(c.req.query('timeoutMs')) }),
    ),
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
  emulator_closed: 503,
};

function toJson({ code, message }: EmulatorError) {
  return { code, message };
}

function badRequest(message: string): EmulatorError {
  return new EmulatorError('emulator_options_invalid', message);
}

function readFilter(to: string | undefined): MessageFilter {
  return to === undefined ? {} : { to };
}

function readTimeout(timeoutMs: string | undefined): { timeoutMs?: number } {
  if (timeoutMs === undefined) return {};
  if (!/^\d{1,6}$/.test(timeoutMs) || Number(timeoutMs) > maxWaitMs) {
    throw badRequest(`timeoutMs must be an integer from 0 to ${maxWaitMs}.`);
  }
  return { timeoutMs: Number(timeoutMs) };
}

function readFields(text: string): Fields {
  const body = text === '' ? {} : parseJsonObject(text);
  return new Fields(body ?? refuse(400, 'bad_request', 'The body must be a JSON object.'));
}

function readNewSession(fields: Fields): NewSessionOptions {
  const options = {
    email: fields.string('email'),
    userId: fields.string('userId'),
    durationMinutes: fields.integer('durationMinutes'),
    customClaims: fields.object('customClaims'),
    roles: fields.strings('roles'),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
