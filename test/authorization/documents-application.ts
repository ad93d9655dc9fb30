import {
  applyDecorators,
  Controller,
  Delete,
  Get,
  HttpCode,
  Injectable,
  NotFoundException,
  Post,
  Put,
  Sse,
  type ExecutionContext,
} from '@nestjs/common';
import {
  Args,
  GqlExecutionContext,
  Mutation,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import {
  CurrentClient,
  CurrentPrincipal,
  CurrentSession,
  Protected,
  Public,
  RefuseImpersonation,
  Require,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  RequireScopes,
  type AccessCheck,
  type AccessCheckInput,
  type ConnectedApp,
  type CredentialKind,
  type M2MClient,
  type Principal,
  type UserSession,
} from 'nestjs-stytch';
import { SocketSessions } from 'nestjs-stytch/websockets';
import { of } from 'rxjs';

// An application for documents, which people, services of partners and assistants use on each transport.

/** The person of a session or a connected app, or the id of an M2M client. */
function idOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return principal.userId;
    case 'member':
      return principal.memberId;
    case 'connected_app':
      return principal.subject.id;
    case 'm2m_client':
      return principal.clientId;
  }
}

/** What each handler responds with: who has called it. */
const allowed = (principal: Principal) => ({ by: idOf(principal) });

/** The document that a call is about: of a field, its parent. */
function documentIdOf(context: ExecutionContext): string {
  switch (context.getType<string>()) {
    case 'ws':
      return context.switchToWs().getData<{ id: string }>().id;
    case 'rpc':
      return context.switchToRpc().getData<{ id: string }>().id;
    case 'graphql': {
      const call = GqlExecutionContext.create(context);
      return call.getArgs<{ id?: string }>().id ?? call.getRoot<{ id: string }>().id;
    }
    default:
      return context.switchToHttp().getRequest<{ params: { id: string } }>().params.id;
  }
}

/** The documents and who they are shared with. */
@Injectable()
export class Documents {
  readonly byId = new Map<string, { owner: string; editors: string[]; viewers: string[] }>();

  of(context: ExecutionContext) {
    const document = this.byId.get(documentIdOf(context));
    if (document === undefined) throw new NotFoundException();
    return document;
  }
}

@Injectable()
export class Owns implements AccessCheck {
  constructor(private readonly documents: Documents) {}
  check({ principal, context }: AccessCheckInput) {
    return this.documents.of(context).owner === idOf(principal);
  }
}

@Injectable()
export class MayEdit implements AccessCheck {
  constructor(private readonly documents: Documents) {}
  check({ principal, context }: AccessCheckInput) {
    const { owner, editors } = this.documents.of(context);
    return [owner, ...editors].includes(idOf(principal));
  }
}

@Injectable()
export class MayView implements AccessCheck {
  constructor(private readonly documents: Documents) {}
  check({ principal, context }: AccessCheckInput) {
    const { owner, editors, viewers } = this.documents.of(context);
    return [owner, ...editors, ...viewers].includes(idOf(principal));
  }
}

// What the application requires, for handlers of all transports. Nest applies the last decorator of a list last, so
// that its requirement is checked first.

type Credentials = [CredentialKind, ...CredentialKind[]];
const tokens: Credentials = ['bearer', 'm2m', 'connected-app'];
const anyCredential: Credentials = ['cookie', ...tokens];

const ForReaders = (credentials = anyCredential) =>
  applyDecorators(RequirePermission('documents', 'read'), Protected({ credentials })) as ClassDecorator;
const ForViewers = () => applyDecorators(Require(MayView));
const ForEditors = () => applyDecorators(Require(MayEdit), RequirePermission('documents', 'write'));
const ForOwner = (...credentials: Credentials) => applyDecorators(Require(Owns), Protected({ credentials }));
const ForAdmins = (...credentials: Credentials) =>
  applyDecorators(RefuseImpersonation(), RequireRoles('admin'), Protected({ credentials }));
const ForPartners = () =>
  applyDecorators(RequireScopes('write:imports'), Protected({ credentials: ['m2m'] }));
const ForAssistants = () =>
  applyDecorators(RequireScopes('read:documents'), Protected({ credentials: ['connected-app'] }));

@ForReaders()
@Controller('documents')
class DocumentsController {
  @Get()
  list(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForViewers()
  @Get(':id')
  read(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForEditors()
  @Put(':id')
  edit(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForOwner('cookie', 'bearer')
  @Delete(':id')
  delete(@CurrentSession() session: UserSession) {
    return allowed(session);
  }

  @ForOwner('cookie')
  @RequireRecentSignIn({ withinSeconds: 600 })
  @HttpCode(200)
  @Post(':id/share')
  share(@CurrentSession() session: UserSession) {
    return allowed(session);
  }
}

@Controller()
class OtherController {
  @ForAdmins('cookie', 'bearer')
  @Get('admin/audit')
  audit(@CurrentSession() session: UserSession) {
    return allowed(session);
  }

  @ForPartners()
  @HttpCode(200)
  @Post('partner/imports')
  import(@CurrentClient() client: M2MClient) {
    return allowed(client);
  }

  @ForAssistants()
  @Get('assistant/search')
  search(@CurrentClient() app: ConnectedApp) {
    return allowed(app);
  }
}

@ForReaders()
@Controller('streams/documents')
class DocumentStreams {
  @Sse()
  list(@CurrentPrincipal() principal: Principal) {
    return of({ data: allowed(principal) });
  }

  @ForViewers()
  @Sse(':id')
  read(@CurrentPrincipal() principal: Principal) {
    return of({ data: allowed(principal) });
  }
}

@Controller('streams')
class OtherStreams {
  @ForAdmins('cookie', 'bearer')
  @Sse('audit')
  audit(@CurrentSession() session: UserSession) {
    return of({ data: allowed(session) });
  }

  @ForAssistants()
  @Sse('search')
  search(@CurrentClient() app: ConnectedApp) {
    return of({ data: allowed(app) });
  }
}

export const typeDefs = `
  type Allowed { by: String! }
  type Document { content: Allowed history: Allowed }
  type Query { list: Allowed read(id: ID!): Allowed audit: Allowed search: Allowed document(id: ID!): Document! }
  type Mutation { edit(id: ID!): Allowed delete(id: ID!): Allowed share(id: ID!): Allowed import: Allowed }
  type Subscription { list: Allowed read(id: ID!): Allowed audit: Allowed search: Allowed }
`;

@ForReaders()
@Resolver()
class DocumentsResolver {
  @Query('list')
  list(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForViewers()
  @Query('read')
  read(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForEditors()
  @Mutation('edit')
  edit(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForOwner('cookie', 'bearer')
  @Mutation('delete')
  delete(@CurrentSession() session: UserSession) {
    return allowed(session);
  }

  @ForOwner('cookie')
  @RequireRecentSignIn({ withinSeconds: 600 })
  @Mutation('share')
  share(@CurrentSession() session: UserSession) {
    return allowed(session);
  }
}

@ForReaders()
@Resolver('Document')
class DocumentFields {
  @ForViewers()
  @ResolveField('content')
  content(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForEditors()
  @ResolveField('history')
  history(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }
}

@Resolver()
class OtherResolver {
  @Public()
  @Query('document')
  document(@Args('id') id: string) {
    return { id };
  }

  @ForAdmins('cookie', 'bearer')
  @Query('audit')
  audit(@CurrentSession() session: UserSession) {
    return allowed(session);
  }

  @ForPartners()
  @Mutation('import')
  import(@CurrentClient() client: M2MClient) {
    return allowed(client);
  }

  @ForAssistants()
  @Query('search')
  search(@CurrentClient() app: ConnectedApp) {
    return allowed(app);
  }
}

async function* once<Value>(value: Value) {
  yield await Promise.resolve(value);
}

@ForReaders()
@Resolver()
class DocumentSubscriptions {
  @Subscription('list')
  list(@CurrentPrincipal() principal: Principal) {
    return once({ list: allowed(principal) });
  }

  @ForViewers()
  @Subscription('read')
  read(@CurrentPrincipal() principal: Principal) {
    return once({ read: allowed(principal) });
  }
}

@Resolver()
class OtherSubscriptions {
  @ForAdmins('cookie', 'bearer')
  @Subscription('audit')
  audit(@CurrentSession() session: UserSession) {
    return once({ audit: allowed(session) });
  }

  @ForAssistants()
  @Subscription('search')
  search(@CurrentClient() app: ConnectedApp) {
    return once({ search: allowed(app) });
  }
}

@ForReaders()
@WebSocketGateway()
class DocumentsGateway implements OnGatewayConnection {
  constructor(private readonly sockets: SocketSessions) {}

  async handleConnection(client: object, request?: object) {
    await this.sockets.admit(client, request, { credentials: anyCredential });
  }

  @SubscribeMessage('list')
  list(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForViewers()
  @SubscribeMessage('read')
  read(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForEditors()
  @SubscribeMessage('edit')
  edit(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForOwner('cookie', 'bearer')
  @SubscribeMessage('delete')
  delete(@CurrentSession() session: UserSession) {
    return allowed(session);
  }

  @ForOwner('cookie')
  @RequireRecentSignIn({ withinSeconds: 600 })
  @SubscribeMessage('share')
  share(@CurrentSession() session: UserSession) {
    return allowed(session);
  }
}

/** Shares the sockets that the other gateway admits. */
@WebSocketGateway()
class OtherGateway {
  @ForAdmins('cookie', 'bearer')
  @SubscribeMessage('audit')
  audit(@CurrentSession() session: UserSession) {
    return allowed(session);
  }

  @ForPartners()
  @SubscribeMessage('import')
  import(@CurrentClient() client: M2MClient) {
    return allowed(client);
  }

  @ForAssistants()
  @SubscribeMessage('search')
  search(@CurrentClient() app: ConnectedApp) {
    return allowed(app);
  }
}

@ForReaders(tokens)
@Controller()
class DocumentMessages {
  @MessagePattern('list')
  list(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForViewers()
  @MessagePattern('read')
  read(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForEditors()
  @MessagePattern('edit')
  edit(@CurrentPrincipal() principal: Principal) {
    return allowed(principal);
  }

  @ForOwner('bearer')
  @MessagePattern('delete')
  delete(@CurrentSession() session: UserSession) {
    return allowed(session);
  }
}

@Controller()
class OtherMessages {
  @ForAdmins('bearer')
  @MessagePattern('audit')
  audit(@CurrentSession() session: UserSession) {
    return allowed(session);
  }

  @ForPartners()
  @MessagePattern('import')
  import(@CurrentClient() client: M2MClient) {
    return allowed(client);
  }

  @ForAssistants()
  @MessagePattern('search')
  search(@CurrentClient() app: ConnectedApp) {
    return allowed(app);
  }
}

export const controllers = [
  DocumentsController,
  OtherController,
  DocumentStreams,
  OtherStreams,
  DocumentMessages,
  OtherMessages,
];
export const checks = [Owns, MayEdit, MayView];
export const resolvers = [
  DocumentsResolver,
  DocumentFields,
  OtherResolver,
  DocumentSubscriptions,
  OtherSubscriptions,
];
export const gateways = [DocumentsGateway, OtherGateway];
