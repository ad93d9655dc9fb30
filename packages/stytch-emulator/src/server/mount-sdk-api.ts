import { type Context, type Hono } from 'hono';
import { type Product } from '../project/product.js';
import { type Project } from '../project/project.js';
import { type Resource } from '../resources/resource.js';
import { refuse } from '../wire/api-error.js';
import { type EmulatorEnv } from '../wire/env.js';
import { respondToSdk } from '../wire/envelope.js';
import { Fields } from '../wire/fields.js';
import { type SdkHandler } from '../wire/operation.js';
import { productOf } from '../wire/product-of-operation.js';
import { authenticatePage } from '../wire/public-token-auth.js';
import { sdkOperations } from '../wire/sdk-operations.js';
import { methodNotAllowed, notImplemented, readJsonFields, readParameters, toRoute } from './routing.js';

export interface SdkApiParts {
  project: Project;
  resources: readonly Resource[];
}

/**
 * Mounts the API that Stytch's browser SDKs call. Operations that no resource serves respond with 501, and so do
 * unknown paths: browser SDKs call more operations than Stytch documents.
 */
export function mountSdkApi(app: Hono<EmulatorEnv>, { project, resources }: SdkApiParts): void {
  const { credentials, identifiers } = project;
  const handlers = new Map<string, SdkHandler>(
    resources.flatMap(({ sdkRoutes = {} }) => Object.entries(sdkRoutes)),
  );

  for (const [operation, fieldNames] of Object.entries(sdkOperations)) {
    const handler = handlers.get(operation) ?? (() => refuseOperation(operation, credentials.product));
    app.on(...toRoute(operation), async (c) => {
      const sessionToken = isPublic(operation)
        ? undefined
        : authenticatePage(c.req.header('authorization'), credentials);
      const result = await handler({ ...readParameters(c), fields: readFields(c, fieldNames), sessionToken });
      return respondToSdk(c, result, identifiers.id('request-id'));
    });
  }
  for (const operation of Object.keys(sdkOperations)) {
    const [, path] = toRoute(operation);
    app.all(path, methodNotAllowed);
  }
  app.all('/sdk/v1/*', (c) => notImplemented(`${c.req.method} ${c.req.path}`));
}

/** The SDK sends telemetry without authorization, and names the public token in the path of the bootstrap. */
function isPublic(operation: string): boolean {
  return operation === 'POST /sdk/v1/events' || operation.startsWith('GET /sdk/v1/projects/bootstrap/');
}

/** The body of an operation without documented fields is not read. That of `events` is a list. */
function readFields(c: Context<EmulatorEnv>, names: readonly string[]): Fields {
  return names.length === 0 ? new Fields({}) : readJsonFields(c.get('body')).only(names);
}

function refuseOperation(operation: string, product: Product): never {
  const wanted = productOf(operation);
  if (wanted === undefined || wanted === product) return notImplemented(operation);
  return refuse(
    400,
    'bad_vertical_for_stytch_sdk',
    `This endpoint is for ${wanted === 'b2b' ? 'B2B' : 'consumer'} projects, and this project is not one.`,
  );
}
