import { Hono } from 'hono';
import { EmulatorError, type EmulatorErrorCode } from '../emulator-error.js';
import { type MessageFilter } from '../mailbox/message.js';
import { ApiError, refuse } from '../wire/api-error.js';
import { type EmulatorEnv } from '../wire/env.js';
import { type Fields } from '../wire/fields.js';
import { parseJsonObject } from '../wire/json.js';
import { type NewRbacPolicy } from '../resources/rbac/policy.js';
import {
  type IssuedM2MToken,
  type M2MTokenOptions,
  type NewM2MClientOptions,
  type ProjectControls,
} from './controls.js';
import { checkFault } from './faults/faults.js';
import { present, readFields, readObject } from './read-json.js';

const maxWaitMs = 60_000;

/**
 * The controls for other processes, as JSON with camelCase fields. Mounted at `/__emulator/v1`.
 *
 * @param addRoutes adds the routes of the product
 */
export function controlApp(
  controls: ProjectControls,
  addRoutes: (app: Hono<EmulatorEnv>) => void,
): Hono<EmulatorEnv> {
  const { clock, messages, m2m, rbac, keys, requests, faults, webhooks } = controls;
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

  app.post('/m2m/clients', async (c) => {
    const { client_id, client_secret, m2m_client } = await m2m.createClient(
      readNewM2MClient(readFields(c.get('body'))),
    );
    return c.json({ clientId: client_id, clientSecret: client_secret, client: m2m_client }, 201);
  });
  app.post('/m2m/tokens', async (c) =>
    c.json(tokenToJson(await m2m.issueToken(readTokenOptions(readFields(c.get('body'))))), 201),
  );

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

  app.get('/webhooks', (c) => c.json({ endpoint: webhooks.endpoint() ?? null }));
  app.put('/webhooks', (c) => {
    const fields = readFields(c.get('body'));
    const url = fields.string('url') ?? refuse(400, 'bad_request', 'url is required.');
    return c.json({ endpoint: webhooks.deliverTo({ url, ...present({ secret: fields.string('secret') }) }) });
  });
  app.delete('/webhooks', (c) => {
    webhooks.stop();
    return c.body(null, 204);
  });
  app.get('/webhooks/deliveries', (c) => c.json({ deliveries: webhooks.deliveries() }));
  app.post('/webhooks/deliveries/:id/resend', (c) => c.json(webhooks.resend(c.req.param('id')), 202));

  addRoutes(app);

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
  emulator_organization_not_found: 404,
  emulator_member_not_found: 404,
  emulator_delivery_not_found: 404,
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

export function tokenToJson({ client_id, access_token, expires_in }: IssuedM2MToken) {
  return { clientId: client_id, accessToken: access_token, expiresInSeconds: expires_in };
}
