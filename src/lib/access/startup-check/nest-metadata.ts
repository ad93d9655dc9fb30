/**
 * The metadata keys by which Nest's packages recognize handlers. They are not part of Nest's public
 * API, so the tests compare them with the installed packages.
 */
export const nestMetadata = {
  /** `@nestjs/common`: an HTTP route, set by `@Get()`, `@Post()`, `@Sse()` and the like. */
  routePath: 'path',
  /** The same: its HTTP method, one of `RequestMethod`. */
  requestMethod: 'method',
  /** `@nestjs/common`: server-sent events, set by `@Sse()`. */
  serverSentEvents: '__sse__',
  /** `@nestjs/core`: the path that `RouterModule` gives a module, followed by the id of the application. */
  modulePath: '__module_path__',
  /** `@nestjs/common`: the guards bound with `@UseGuards()`. */
  guards: '__guards__',
  /** `@nestjs/websockets`: `@WebSocketGateway()` on a class. */
  gateway: 'websockets:is_gateway',
  /** `@nestjs/websockets`: `@SubscribeMessage()`. */
  gatewayMessage: 'websockets:message_mapping',
  /** `@nestjs/microservices`: `@MessagePattern()`, `@EventPattern()`, `@GrpcMethod()` and the like. */
  messageHandler: 'microservices:handler_type',
  /** `@nestjs/graphql`: `@Query()`, `@Mutation()`, `@Subscription()`, with the operation as value. */
  resolverType: 'graphql:resolver_type',
  /** `@nestjs/graphql`: `@ResolveField()`. */
  resolverProperty: 'graphql:resolve_property',
  /** `@nestjs/graphql`: `@ResolveReference()` of a federated schema. */
  resolverReference: 'graphql:resolve_reference',
} as const;

/** The injection token of `@nestjs/graphql` for the options of `GraphQLModule`. */
export const graphqlModuleOptions = 'GqlModuleOptions';
