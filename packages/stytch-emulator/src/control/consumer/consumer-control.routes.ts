import { type Hono } from 'hono';
import { refuse } from '../../wire/api-error.js';
import { type EmulatorEnv } from '../../wire/env.js';
import { type Fields } from '../../wire/fields.js';
import { tokenToJson } from '../control.routes.js';
import {
  type ConnectedAppTokenOptions,
  type EmulatorControls,
  type ImpersonationTokenOptions,
  type NewSessionOptions,
  type UserIdentification,
} from '../controls.js';
import { present, readFields } from '../read-json.js';

/** Adds the routes of the control API that only a consumer project has. */
export function addConsumerRoutes(
  app: Hono<EmulatorEnv>,
  { sessions, users, connectedApps }: EmulatorControls,
): void {
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

  app.post('/connected-apps/tokens', async (c) => {
    const token = await connectedApps.issueToken(readConnectedAppTokenOptions(readFields(c.get('body'))));
    return c.json({ userId: token.user_id, ...tokenToJson(token) }, 201);
  });
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
