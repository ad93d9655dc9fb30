import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { StytchTransport } from '../lib/index.js';
import { functionValue, requireFactoryOptions, type OptionDefinitions } from '../lib/internal.js';
import { requestOfContext, responseOfContext } from './context-request.js';
import { GraphqlRefusal } from './graphql-refusal.js';
import { endSubscriptions } from './end-subscriptions.js';

/** What {@link graphql} accepts. */
export interface GraphqlOptions {
  /**
   * Returns the request of Node, Express or Fastify from the GraphQL context of the application: the request of an
   * operation, or the one that opened the connection of a subscription.
   * @default `req`, `request`, `reply.request` or `extra.request` of the context, as Apollo, Mercurius and graphql-ws
   * set them
   */
  readonly requestOf?: (context: never) => unknown;
  /**
   * Returns the response from the GraphQL context, so that the cookies of a refreshed session are written.
   * @default `res` or `reply` of the context, or the response of the request of Express
   */
  readonly responseOf?: (context: never) => unknown;
}

const graphqlOptions = {
  requestOf: functionValue,
  responseOf: functionValue,
} satisfies OptionDefinitions<GraphqlOptions>;

/**
 * Makes `@Protected()` and the other decorators work for queries, mutations, field resolvers and subscriptions of
 * `@nestjs/graphql`, with Apollo and Mercurius.
 *
 * - A refusal is a GraphQL error with our code in `extensions.code`.
 * - The resolvers of one request share one authentication. What each requires is checked for each.
 * - A subscription is authenticated by the request that opened its connection. It ends when its session ends, or no
 *   longer meets what the resolver requires.
 * - Field resolvers need `fieldResolverEnhancers: ['guards']` in the options of `GraphQLModule`.
 *
 * @example
 * ```ts
 * StytchModule.forRootAsync({ ...stytchConfig.asProvider(), transports: [graphql()] });
 * ```
 * @throws {StytchOptionsError} for options that are not valid
 */
export function graphql(options: GraphqlOptions = {}): StytchTransport {
  requireFactoryOptions(options, graphqlOptions);
  const { requestOf = requestOfContext, responseOf = responseOfContext } = options;
  return {
    contextType: 'graphql',
    callOf(executionContext) {
      const resolver = GqlExecutionContext.create(executionContext);
      const context = resolver.getContext<never>();
      const info = resolver.getInfo<GraphQLResolveInfo>();
      return {
        request: requestOf(context),
        response: responseOf(context),
        // Created for each call of a resolver; the context is shared by all of an operation.
        target: info,
        sharesAuthentication: true,
        // The fields of its events are resolved anew for each event.
        staysOpen: info.parentType === info.schema.getSubscriptionType(),
      };
    },
    toError: (refusal) => new GraphqlRefusal(refusal),
    start: endSubscriptions,
  };
}
