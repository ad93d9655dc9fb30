import type { CredentialKind } from '../../lib/index.js';
import { publicSecurity, type DocumentContext } from '../guarded-operation.js';
import type { Operation } from '../openapi.js';
import { mergeResponses, refusalResponses } from '../refusal-responses.js';
import { alternativesOf } from '../security.js';
import type { AuthRoute, AuthRouteContext, DescribeAuthRoute } from './auth-route.js';
import { declaredRoute } from './declared-route.js';
import { organizationRoutes } from './organization-routes.js';
import { sessionRoutes } from './session-routes.js';
import { signInRoutes } from './sign-in-routes.js';
import { webhookRoutes } from './webhook-route.js';

const routes: Readonly<Record<string, DescribeAuthRoute>> = {
  ...signInRoutes,
  ...sessionRoutes,
  ...organizationRoutes,
  ...webhookRoutes,
};

/**
 * The operation of a login route; `undefined` if there is nothing to call. The controllers read requests of any
 * shape themselves, so that Nest Swagger knows neither bodies nor responses.
 */
export function authOperation(
  operation: Operation,
  method: object,
  context: AuthRouteContext,
  document: DocumentContext,
): Operation | undefined {
  const route = routes[declaredRoute(method)]?.(context);
  return route && { ...operation, ...descriptionOf(route), ...securityOf(route, operation, document) };
}

/** People send forms, programs JSON. */
const formats = ['application/json', 'application/x-www-form-urlencoded'];

function descriptionOf({
  summary,
  description,
  parameters = [],
  body,
  bodyTypes = formats,
  ...route
}: AuthRoute): Omit<Operation, 'security'> {
  const refusals = refusalResponses(route.codes, { asPage: route.hasPages });
  return {
    summary,
    ...(description !== undefined && { description }),
    parameters: [...parameters],
    ...(body && {
      requestBody: {
        required: route.isBodyOptional !== true,
        content: Object.fromEntries(bodyTypes.map((type) => [type, { schema: body }])),
      },
    }),
    responses: mergeResponses(route.responses, refusals),
  };
}

function securityOf(
  { session, acceptsBearer = false }: AuthRoute,
  operation: Operation,
  document: DocumentContext,
): Pick<Operation, 'security'> {
  if (session === undefined) return publicSecurity(operation, document);
  const hasBearer = acceptsBearer && document.options.credentials.includes('bearer');
  const credentials = new Set<CredentialKind>(hasBearer ? ['cookie', 'bearer'] : ['cookie']);
  const alternatives = alternativesOf(credentials, document.names);
  return { security: session === 'optional' ? [{}, ...alternatives] : alternatives };
}
