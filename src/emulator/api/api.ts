import { type Context, type Handler, type Hono, type MiddlewareHandler } from 'hono';
import { type EmulatedProject } from '../emulated-project.js';
import { type Faults } from '../faults/faults.js';
import { misbehave } from '../faults/misbehave.js';
import { followMagicLink } from '../magic-links/redirect.js';
import { type RequestLog } from '../request-log.js';
import { ApiError, refuse } from './api-error.js';
import { type ApiHandler } from './api-route.js';
import { apiRoutes } from './api-routes.js';
import { basicAuth } from './basic-auth.js';
import { Fields } from './fields.js';
import { parseJsonObject, wireJson } from './json.js';
import { recordRequests } from './record-requests.js';
import { stytchOperations } from './stytch-operations.js';
import { type EmulatorEnv } from '../server/env.js';

export interface ApiParts {
  project: EmulatedProject;
  requests: RequestLog;
  faults: Faults;
}

/** Mounts Stytch's API: what is implemented, what is known and not implemented, and what is unknown. */
export function mountApi(app: Hono<EmulatorEnv>, { project, requests, faults }: ApiParts): void {
  const routes: Partial<Record<string, ApiHandler>> = apiRoutes(project);
  const newRequestId = () => project.identifiers.id('request-id');

  const serve = (operation: string): void => {
    const [method = '', path = ''] = operation.split(' ');
    const handler = routes[operation] ?? (() => notImplemented(operation));
    app.on(method, honoPath(path), (c) => answer(c, 200, handler(toCall(c)), newRequestId()));
  };

  app.use(recordRequests(requests, project.clock));
  app.use(misbehave(faults));

  app.get('/v1/magic_links/redirect', (c) => followMagicLink(c, project));
  app.use('/v1/sessions/jwks/*', cacheableWhereOk);
  stytchOperations.filter(isPublic).forEach(serve);
  app.use('/v1/*', basicAuth(project.project));
  stytchOperations.filter((operation) => !isPublic(operation)).forEach(serve);

  app.all('/sdk/v1/*', (c) => notImplemented(`${c.req.method} ${c.req.path}`));
  for (const [, path = ''] of stytchOperations.map((operation) => operation.split(' '))) {
    app.all(honoPath(path), methodNotAllowed);
  }
  app.notFound((c) => refuse('route_not_found', `Stytch has no ${c.req.method} ${c.req.path}.`));
  app.onError((error, c) => {
    const refusal = error instanceof ApiError ? error : internalError(error);
    return answer(c, refusal.status, refusal.toWire(), newRequestId());
  });
}

/** Keys, and everything a browser or an OAuth client calls without the project's secret. */
function isPublic(operation: string): boolean {
  return /\/public\/|\/jwks\/|\/\.well-known\//.test(operation);
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function toCall(c: Context<EmulatorEnv>) {
  const text = c.get('body');
  const body = text === '' ? {} : parseJsonObject(text);
  return {
    fields: new Fields(body ?? refuse('bad_request', 'The body must be a JSON object.')),
    parameter: (name: string) => c.req.param(name) ?? '',
    query: (name: string) => c.req.query(name),
  };
}

function answer(
  c: Context,
  status: ApiError['status'] | 200,
  fields: Record<string, unknown>,
  requestId: string,
) {
  return c.body(wireJson({ ...fields, request_id: requestId, status_code: status }), status, {
    'content-type': 'application/json',
  });
}

const cacheableWhereOk: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.ok) c.header('cache-control', 'public, max-age=900');
};

function notImplemented(operation: string): never {
  return refuse(
    'emulator_not_implemented',
    `${operation} is an operation of Stytch that the emulator does not implement yet.`,
  );
}

const methodNotAllowed: Handler = (c) =>
  refuse('method_not_allowed', `${c.req.path} has no ${c.req.method}.`);

function internalError(cause: unknown): ApiError {
  const error = new ApiError('internal_server_error', 'The emulator has a fault of its own.');
  error.cause = cause;
  return error;
}
