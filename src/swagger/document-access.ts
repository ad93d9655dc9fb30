import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import {
  AccessRequirements,
  requireFactoryOptions,
  RESOLVED_OPTIONS,
  SignInMethods,
  StytchProduct,
  withDefaults,
  type ResolvedOptions,
} from '../lib/internal.js';
import type { AuthRouteContext } from './auth-routes/auth-route.js';
import { authOperation } from './auth-routes/auth-operation.js';
import { sessionSchema } from './auth-routes/session-schema.js';
import { addComponents } from './components.js';
import { documentAccessOptions, type DocumentAccessOptions } from './document-access.options.js';
import { guardedOperation, type DocumentContext } from './guarded-operation.js';
import { mapOperations } from './openapi.js';
import { refusalSchemas } from './refusal-responses.js';
import { handlersOf } from './route-handlers.js';
import { securitySchemes } from './security.js';

/**
 * Completes an OpenAPI document with what the guard requires of each operation: security, the responses 401, 403 and
 * 503 with their codes, and requirements in the description. The login routes get their bodies, statuses and codes.
 * What an operation documents itself is kept.
 *
 * @param app an application that imports `StytchModule` or `StytchB2BModule`
 * @param document what `SwaggerModule.createDocument()` returned for it. It is not changed
 * @returns the completed document
 * @throws {TypeError} if the application has no handler for an operation, or the document has another security
 * scheme of the same name
 *
 * @example
 * ```ts
 * const document = documentAccess(app, SwaggerModule.createDocument(app, config));
 * SwaggerModule.setup('api', app, document);
 * ```
 */
export function documentAccess(
  app: INestApplication,
  document: OpenAPIObject,
  options?: DocumentAccessOptions,
): OpenAPIObject {
  requireFactoryOptions(options, documentAccessOptions);
  const { authRoutes, documentOptions, cookieScheme, bearerScheme } = withDefaults<
    DocumentAccessOptions,
    typeof documentAccessOptions
  >(options, documentAccessOptions);
  const context: DocumentContext = {
    product: app.get(StytchProduct, { strict: false }).name,
    options: app.get<ResolvedOptions>(RESOLVED_OPTIONS, { strict: false }),
    names: { cookie: cookieScheme, bearer: bearerScheme },
    security: document.security ?? [],
  };
  const requirements = app.get(AccessRequirements, { strict: false });
  const authControllers = authControllersOf(app);
  const authContext = authContextOf(app, context);
  const findHandler = handlersOf(app, document, documentOptions);
  const unknown: string[] = [];

  const paths = mapOperations(document.paths, (operation, place) => {
    const handler = findHandler(place);
    if (handler === undefined) {
      unknown.push(`${place.verb.toUpperCase()} ${place.path}`);
      return operation;
    }
    const { controller, method } = handler;
    if (authControllers.has(controller)) {
      return authRoutes === 'hidden' ? undefined : authOperation(operation, method, authContext, context);
    }
    return guardedOperation(operation, place, requirements.ofHandler(controller, method), context);
  });
  if (unknown.length > 0) throw withoutHandler(unknown);
  return addComponents(
    { ...document, paths },
    {
      schemas: { ...refusalSchemas, StytchSession: sessionSchema(authContext) },
      securitySchemes: securitySchemes(context.names, context.options.cookies),
    },
  );
}

/** The controllers of the module for either product, which are the login routes. */
function authControllersOf(app: INestApplication): ReadonlySet<unknown> {
  const modules = [...app.get(ModulesContainer).values()];
  const ours = modules.filter(({ providers }) => providers.has(RESOLVED_OPTIONS));
  return new Set(
    ours.flatMap(({ controllers }) => [...controllers.values()].map(({ metatype }) => metatype)),
  );
}

function authContextOf(app: INestApplication, { product, options }: DocumentContext): AuthRouteContext {
  const { list, first } = app.get(SignInMethods, { strict: false });
  return { product, options, methods: list, first };
}

const withoutHandler = (operations: readonly string[]) =>
  new TypeError(
    `documentAccess(): the application has no handler for ${operations.join(', ')}. Pass the document as SwaggerModule.createDocument() returns it, and its options, if there are any, as documentOptions. Add operations of your own afterwards.`,
  );
