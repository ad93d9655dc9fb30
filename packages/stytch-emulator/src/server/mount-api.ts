import { type Context, type Hono, type MiddlewareHandler } from 'hono';
import { type EmulatorClock } from '../clock.js';
import { applyFault } from '../control/faults/apply-fault.js';
import { type Faults } from '../control/faults/faults.js';
import { recordRequests } from '../control/record-requests.js';
import { type RequestLog } from '../control/request-log.js';
import { codeOf } from '../emulator-error.js';
import { type Product } from '../project/product.js';
import { type Project } from '../project/project.js';
import { type SigningKeys } from '../project/signing-keys.js';
import { type Resource } from '../resources/resource.js';
import { ApiError, refuse } from '../wire/api-error.js';
import { basicAuth } from '../wire/basic-auth.js';
import { type EmulatorEnv } from '../wire/env.js';
import { respond } from '../wire/envelope.js';
import { Fields } from '../wire/fields.js';
import { isForm, parseForm } from '../wire/form.js';
import { type ApiHandler, Redirect, successStatus } from '../wire/operation.js';
import { productOf } from '../wire/product-of-operation.js';
import { stytchOperations } from '../wire/stytch-operations.js';
import { mountSdkApi } from './mount-sdk-api.js';
import { publishExchanges } from './publish-exchanges.js';
import { methodNotAllowed, notImplemented, readJsonFields, readParameters, toRoute } from './routing.js';

export interface ApiParts {
  project: Project;
  resources: readonly Resource[];
  requests: RequestLog;
  faults: Faults;
}

/**
 * Mounts Stytch's API. Operations that no resource serves respond with 501, other methods of known paths
 * with 405, and unknown paths with 404.
 */
export function mountApi(app: Hono<EmulatorEnv>, { project, resources, requests, faults }: ApiParts): void {
  const handlers = new Map<string, ApiHandler>(
    resources.flatMap((resource) => Object.entries(resource.routes)),
  );
  const { product } = project.credentials;
  const newRequestId = () => project.identifiers.id('request-id');

  const mount = (operation: string): void => {
    const handler = handlers.get(operation) ?? (() => refuseOperation(operation, product));
    app.on(...toRoute(operation), async (c) => {
      const result = await handler({ ...readParameters(c), fields: readFields(c) });
      if (!(result instanceof Redirect)) return respond(c, successStatus(operation), result, newRequestId());
      c.header('location', result.url);
      return respond(c, 302, { redirect_url: result.url }, newRequestId());
    });
  };

  const refuseOtherMethods = (operation: string): void => {
    const [, path] = toRoute(operation);
    app.all(path, methodNotAllowed);
  };

  app.use(sendDate(project.clock));
  app.use(recordRequests(requests, project.clock));
  app.use(applyFault(faults));
  app.use(publishExchanges);

  for (const [route, page] of resources.flatMap(({ pages = {} }) => Object.entries(pages))) {
    const [method = '', path = ''] = route.split(' ');
    app.on(method, path, page);
  }
  app.use(whenReady(project.keys));
  mountSdkApi(app, { project, resources });
  app.use('/v1/sessions/jwks/*', cacheSuccess);
  app.use('/v1/b2b/sessions/jwks/*', cacheSuccess);
  app.use('/v1/*', noStoreForOAuth);
  stytchOperations.filter(isPublic).forEach(mount);
  stytchOperations.filter(isPublic).forEach(refuseOtherMethods);
  app.use('/v1/*', basicAuth(project.credentials));
  stytchOperations.filter((operation) => !isPublic(operation)).forEach(mount);

  stytchOperations.forEach(refuseOtherMethods);
  app.notFound((c) =>
    refuse(404, 'route_not_found', `Stytch has no operation ${c.req.method} ${c.req.path}.`),
  );
  app.onError((error, c) => {
    const refusal = error instanceof ApiError ? error : internalError(error);
    const body = isOAuth(c.req.path) ? refusal.toOAuthWire(product) : refusal.toWire(product);
    return respond(c, refusal.status, body, newRequestId());
  });
}

/** Operations without the project's credentials: keys, and what browsers and OAuth clients call. */
function isPublic(operation: string): boolean {
  return /\/public\/|\/jwks\/|\/\.well-known\//.test(operation) || isOAuth(operation);
}

/** The OAuth 2.0 endpoints, which accept forms and have errors in the format of RFC 6749. */
function isOAuth(path: string): boolean {
  return path.includes('/oauth2/');
}

function readFields(c: Context<EmulatorEnv>): Fields {
  const text = c.get('body');
  if (!isOAuth(c.req.path) || !isForm(c.req.header('content-type'))) return readJsonFields(text);
  return new Fields(
    parseForm(text) ?? refuse(400, 'bad_request', 'A parameter must not be sent more than once.'),
  );
}

/** The `Date` header, by the emulator's clock. A fault may set another one. */
function sendDate(clock: EmulatorClock): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (!c.res.headers.has('date')) c.header('date', new Date(clock.nowMs()).toUTCString());
  };
}

const whenReady =
  (keys: SigningKeys): MiddlewareHandler =>
  async (_, next) => {
    await keys.ready;
    await next();
  };

const cacheSuccess: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.ok) c.header('cache-control', 'public, max-age=900');
};

// RFC 6749, section 5.1.
const noStoreForOAuth: MiddlewareHandler = async (c, next) => {
  await next();
  if (isOAuth(c.req.path)) c.header('cache-control', 'no-store');
};

/** Stytch has operations for one product and operations for both. */
function refuseOperation(operation: string, product: Product): never {
  const wanted = productOf(operation);
  if (wanted === undefined || wanted === product) return notImplemented(operation);
  return wanted === 'b2b'
    ? refuse(400, 'invalid_b2b_endpoint', 'This endpoint is only enabled for B2B projects.')
    : refuse(400, 'invalid_consumer_endpoint');
}

function internalError(cause: unknown): ApiError {
  const isNotWritten = codeOf(cause) === 'emulator_state_not_written';
  const message = isNotWritten
    ? `${(cause as Error).message} The change was undone.`
    : 'Internal error of the emulator.';
  console.error(isNotWritten ? `stytch-emulator: ${message}` : cause);
  return new ApiError(500, 'internal_server_error', message);
}
