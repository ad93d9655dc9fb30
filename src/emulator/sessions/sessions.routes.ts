import { refuse } from '../api/api-error.js';
import { type ApiCall, type ApiRoutes } from '../api/api-route.js';
import { type Fields } from '../api/fields.js';
import { type EmulatedProject } from '../emulated-project.js';
import { userToWire } from '../users/user.wire.js';
import { sessionArgument, sessionTokens, sessionUpdate } from './session-arguments.js';
import { type Session } from './session.js';
import { sessionToWire } from './session.wire.js';

export function sessionRoutes(project: EmulatedProject) {
  return {
    'GET /v1/sessions': (call) => list(project, call),
    'POST /v1/sessions/authenticate': (call) => authenticate(project, call),
    'POST /v1/sessions/revoke': (call) => revoke(project, call),
    // Public, hence answered with its own headers before authentication; it stands here for completeness.
    'GET /v1/sessions/jwks/{project_id}': (call) => publishedKeys(project, call),
  } satisfies ApiRoutes;
}

function list({ sessions, users }: EmulatedProject, { query }: ApiCall) {
  const user = users.get(query('user_id') ?? '');
  return { sessions: sessions.ofUser(user.userId).map((session) => sessionToWire(session, user)) };
}

function authenticate(project: EmulatedProject, { fields }: ApiCall) {
  // A check that is not made must not look like one that was passed.
  if (fields.any('authorization_check') !== undefined) {
    refuse(
      'emulator_not_implemented',
      'The emulator does not implement authorization_check of sessions/authenticate yet.',
    );
  }
  const update = sessionUpdate(fields);
  const session =
    sessionArgument(project, fields) ?? refuse('no_session_arguments', 'Give session_token or session_jwt.');
  project.sessions.touch(session, update);
  const user = project.users.get(session.userId);
  return {
    ...sessionTokens(project, session, fields),
    session: sessionToWire(session, user),
    user: userToWire(user),
    verdict: null,
  };
}

/** An unknown session and one revoked before are `session_not_found`: what Stytch does is not documented. */
function revoke(project: EmulatedProject, { fields }: ApiCall) {
  project.sessions.revoke(sessionToRevoke(project, fields));
  return {};
}

function sessionToRevoke({ sessions, sessionJwts }: EmulatedProject, fields: Fields): Session {
  const id = fields.string('session_id');
  const token = fields.string('session_token');
  const jwt = fields.string('session_jwt');
  const given = [id, token, jwt].filter((one) => one !== undefined).length;
  if (given > 1) {
    refuse('too_many_session_revoke_arguments', 'Give one of session_id, session_token and session_jwt.');
  }
  if (id !== undefined) {
    if (!/^session-test-[\w-]+$/.test(id))
      refuse('invalid_session_id', 'session_id is not in the format of a session id.');
    return sessions.getById(id);
  }
  if (token !== undefined) return sessions.getByToken(token);
  if (jwt !== undefined) return sessions.getById(sessionJwts.sessionIdIn(jwt));
  return refuse('no_session_revoke_arguments', 'Give one of session_id, session_token and session_jwt.');
}

function publishedKeys({ keys, project }: EmulatedProject, { parameter }: ApiCall) {
  if (parameter('project_id') !== project.projectId) {
    refuse('project_not_found', 'The emulator plays another project than this one.');
  }
  return { keys: keys.published };
}
