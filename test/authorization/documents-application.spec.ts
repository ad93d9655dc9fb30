import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Injectable,
  NotFoundException,
  Post,
  Put,
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
import {
  CurrentClient,
  CurrentPrincipal,
  CurrentSession,
  describeAccess,
  Protected,
  RefuseImpersonation,
  Require,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  RequireScopes,
  type AccessCheck,
  type AccessCheckInput,
  type ConnectedApp,
  type M2MClient,
  type Principal,
  type UserSession,
} from 'nestjs-stytch';
import { graphql } from 'nestjs-stytch/graphql';
import type { MintedSession } from 'stytch-emulator';
import { documentAccess } from 'nestjs-stytch/swagger';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { graphqlModule, send, subscribe, type GraphqlResult } from '../support/graphql.js';
import { callsTo, keepSession } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';
import { codesOf, createDocument, operationsOf as operationsOfDocument } from '../swagger/documented.js';
import {
  documentsAccess,
  operations,
  type Caller,
  type Operation,
  type Person,
  type Result,
} from './documents-access.js';

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

/** The document that a call is about: of a field, its parent. */
function documentIdOf(context: ExecutionContext): string {
  if (context.getType<string>() !== 'graphql')
    return context.switchToHttp().getRequest<{ params: { id: string } }>().params.id;
  const call = GqlExecutionContext.create(context);
  return call.getArgs<{ id?: string }>().id ?? call.getRoot<{ id: string }>().id;
}

/** The documents and who they are shared with. */
@Injectable()
class Documents {
  readonly byId = new Map<string, { owner: string; editors: string[]; viewers: string[] }>();

  of(context: ExecutionContext) {
    const document = this.byId.get(documentIdOf(context));
    if (document === undefined) throw new NotFoundException();
    return document;
  }
}

@Injectable()
class Owns implements AccessCheck {
  constructor(private readonly documents: Documents) {}
  check({ principal, context }: AccessCheckInput) {
    return this.documents.of(context).owner === idOf(principal);
  }
}

@Injectable()
class MayEdit implements AccessCheck {
  constructor(private readonly documents: Documents) {}
  check({ principal, context }: AccessCheckInput) {
    const { owner, editors } = this.documents.of(context);
    return [owner, ...editors].includes(idOf(principal));
  }
}

@Injectable()
class MayView implements AccessCheck {
  constructor(private readonly documents: Documents) {}
  check({ principal, context }: AccessCheckInput) {
    const { owner, editors, viewers } = this.documents.of(context);
    return [owner, ...editors, ...viewers].includes(idOf(principal));
  }
}

@Protected({ credentials: ['cookie', 'bearer', 'm2m', 'connected-app'] })
@RequirePermission('documents', 'read')
@Controller('documents')
class DocumentsController {
  @Get()
  list(@CurrentPrincipal() principal: Principal) {
    return { by: idOf(principal) };
  }

  @Require(MayView)
  @Get(':id')
  read(@CurrentPrincipal() principal: Principal) {
    return { by: idOf(principal) };
  }

  @RequirePermission('documents', 'write')
  @Require(MayEdit)
  @Put(':id')
  edit(@CurrentPrincipal() principal: Principal) {
    return { by: idOf(principal) };
  }

  @Protected({ credentials: ['cookie', 'bearer'] })
  @Require(Owns)
  @Delete(':id')
  delete(@CurrentSession() session: UserSession) {
    return { by: session.userId };
  }

  @Protected({ credentials: ['cookie'] })
  @Require(Owns)
  @RequireRecentSignIn({ withinSeconds: 600 })
  @HttpCode(200)
  @Post(':id/share')
  share(@CurrentSession() session: UserSession) {
    return { by: session.userId };
  }
}

@RequireRoles('admin')
@RefuseImpersonation()
@Controller('admin')
class AdminController {
  @Get('audit')
  audit(@CurrentSession() session: UserSession) {
    return { by: session.userId };
  }
}

@Protected({ credentials: ['m2m'] })
@Controller('partner')
class PartnerController {
  @RequireScopes('write:imports')
  @HttpCode(200)
  @Post('imports')
  import(@CurrentClient() client: M2MClient) {
    return { by: client.clientId };
  }
}

@Protected({ credentials: ['connected-app'] })
@RequireScopes('read:documents')
@Controller('assistant')
class AssistantController {
  @Get('search')
  search(@CurrentClient() app: ConnectedApp) {
    return { by: app.subject.id };
  }
}

const typeDefs = `
  type Allowed { by: String! }
  type Document { by: String! history: Allowed }
  type Query { list: Allowed read(id: ID!): Document audit: Allowed search: Allowed }
  type Mutation { edit(id: ID!): Allowed delete(id: ID!): Allowed share(id: ID!): Allowed import: Allowed }
  type Subscription { changes(id: ID!): Allowed }
`;

@Protected({ credentials: ['cookie', 'bearer', 'm2m', 'connected-app'] })
@RequirePermission('documents', 'read')
@Resolver('Document')
class DocumentsResolver {
  @Query('list')
  list(@CurrentPrincipal() principal: Principal) {
    return { by: idOf(principal) };
  }

  @Require(MayView)
  @Query('read')
  read(@Args('id') id: string, @CurrentPrincipal() principal: Principal) {
    return { id, by: idOf(principal) };
  }

  @RequirePermission('documents', 'write')
  @Require(MayEdit)
  @ResolveField('history')
  history(@CurrentPrincipal() principal: Principal) {
    return { by: idOf(principal) };
  }

  @RequirePermission('documents', 'write')
  @Require(MayEdit)
  @Mutation('edit')
  edit(@CurrentPrincipal() principal: Principal) {
    return { by: idOf(principal) };
  }

  @Protected({ credentials: ['cookie', 'bearer'] })
  @Require(Owns)
  @Mutation('delete')
  delete(@CurrentSession() session: UserSession) {
    return { by: session.userId };
  }

  @Protected({ credentials: ['cookie'] })
  @Require(Owns)
  @RequireRecentSignIn({ withinSeconds: 600 })
  @Mutation('share')
  share(@CurrentSession() session: UserSession) {
    return { by: session.userId };
  }

  @Require(MayView)
  @Subscription('changes')
  async *changes(@CurrentPrincipal() principal: Principal) {
    yield await Promise.resolve({ changes: { by: idOf(principal) } });
  }
}

@Resolver()
class OtherResolver {
  @RequireRoles('admin')
  @RefuseImpersonation()
  @Query('audit')
  audit(@CurrentSession() session: UserSession) {
    return { by: session.userId };
  }

  @Protected({ credentials: ['m2m'] })
  @RequireScopes('write:imports')
  @Mutation('import')
  import(@CurrentClient() client: M2MClient) {
    return { by: client.clientId };
  }

  @Protected({ credentials: ['connected-app'] })
  @RequireScopes('read:documents')
  @Query('search')
  search(@CurrentClient() app: ConnectedApp) {
    return { by: app.subject.id };
  }
}

/** All operations of a person in two requests. The resolvers of one request accept different credentials. */
const graphqlOperations = [
  '{ list { by } read(id: "1") { by history { by } } audit { by } search { by } }',
  'mutation { edit(id: "1") { by } delete(id: "1") { by } share(id: "1") { by } import { by } }',
];

describePlatforms('an application for documents', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [DocumentsController, AdminController, PartnerController, AssistantController],
    providers: [Documents, Owns, MayEdit, MayView, DocumentsResolver, OtherResolver],
    imports: [graphqlModule(platform, typeDefs)],
    options: { transports: [graphql()] },
  });
  const people = {} as Record<Person, MintedSession>;

  beforeAll(async () => {
    const { emulator, application } = stage;
    const documents = (...actions: string[]) => [{ resource_id: 'documents', actions }];
    await emulator.rbac.setPolicy({
      resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
      roles: [
        { role_id: 'stytch_user', permissions: documents('read', 'write') },
        { role_id: 'admin', permissions: [] },
      ],
      scopes: [
        { scope: 'read:documents', permissions: documents('read') },
        { scope: 'write:documents', permissions: documents('write') },
      ],
    });
    for (const person of ['owner', 'editor', 'viewer', 'stranger', 'admin'] as const) {
      const roles = person === 'admin' ? ['admin'] : [];
      people[person] = await emulator.sessions.create({ email: `${person}@example.com`, roles });
    }
    for (const clientId of ['partner', 'other-partner']) {
      const scopes = ['read:documents', 'write:documents', 'write:imports'];
      await emulator.m2m.createClient({ clientId, scopes });
    }
    application.app.get(Documents).byId.set('1', {
      owner: people.owner.user_id,
      editors: [people.editor.user_id],
      viewers: [people.viewer.user_id, 'partner'],
    });
  });

  /** A browser or another HTTP client with the credential of a caller, and the id that handlers see. */
  async function clientOf(caller: Caller): Promise<{ browser: TestBrowser; token?: string; id?: string }> {
    const browser = stage.application.browser();
    const { m2m, connectedApps } = stage.emulator;
    switch (caller.by) {
      case 'nobody':
        return { browser };
      case 'cookie':
        keepSession(browser, people[caller.person]);
        return { browser, id: people[caller.person].user_id };
      case 'bearer':
        return { browser, token: people[caller.person].session_jwt, id: people[caller.person].user_id };
      case 'm2m': {
        const { partner, scopes } = caller;
        const token =
          scopes.length > 0
            ? await m2m.issueToken({ clientId: partner, scopes })
            : await m2m.issueToken({ scopes });
        return { browser, token: token.access_token, id: token.client_id };
      }
      case 'connected-app': {
        const userId = people[caller.person].user_id;
        const token = await connectedApps.issueToken({ userId, scopes: caller.scopes });
        return { browser, token: token.access_token, id: userId };
      }
    }
  }

  it.each(documentsAccess)('responds to %s as the table says', async (_, caller, results) => {
    const { browser, token, id } = await clientOf(caller);

    for (const operation of Object.keys(operations) as Operation[]) {
      const [method, path] = operations[operation].split(' ') as [string, string];
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await browser.request(method, path, { headers });

      const { code, by } = response.json() as { code?: string; by?: string };
      expect([operation, code ?? 'allowed', by]).toEqual([
        operation,
        results[operation],
        results[operation] === 'allowed' ? id : undefined,
      ]);
      expect(response.setCookies).toEqual([]);
    }
    expect(callsTo(stage.emulator).filter((call) => call !== 'GET /v1/rbac/policy')).toEqual([]);
  });

  /** What each field of an operation responded with: who called it, or the code that it was refused with. */
  function fieldsOf({ data, errors = [] }: GraphqlResult): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(data ?? {})) {
      const { by, history } = (value ?? {}) as { by?: string; history?: { by: string } | null };
      fields[name] = by;
      if (history) fields['history'] = history.by;
    }
    for (const { path = [], extensions } of errors) fields[path.at(-1) ?? ''] = extensions?.code;
    return fields;
  }

  it.each(documentsAccess)('responds to %s over GraphQL as the table says', async (_, caller, results) => {
    const { browser, token, id } = await clientOf(caller);
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const fields: Record<string, unknown> = {};
    for (const operation of graphqlOperations) {
      const response = await send(browser, operation, headers);
      Object.assign(fields, fieldsOf(response.json() as GraphqlResult));
      expect(response.setCookies).toEqual([]);
    }
    const cookie = browser.cookieHeader;
    const changes = subscribe(stage.application, 'subscription { changes(id: "1") { by } }', {
      ...(cookie !== '' && { cookie }),
      ...headers,
    });
    const ended = await changes.ended;
    await changes.stop();

    const responseTo = (result: Result) => (result === 'allowed' ? id : result);
    const expected = Object.entries(results).map(([name, result]) => [name, responseTo(result)]);
    expect(fields).toEqual({
      ...Object.fromEntries(expected),
      // Of a document that can be read, the history is for those who may edit.
      ...(results.read === 'allowed' && { history: responseTo(results.edit) }),
    });
    if (results.read === 'allowed') expect([changes.events, ended]).toEqual([[{ changes: { by: id } }], []]);
    else expect([changes.events, ended]).toEqual([[], [expect.stringMatching(`${results.read}$`)]]);
    expect(callsTo(stage.emulator).filter((call) => call !== 'GET /v1/rbac/policy')).toEqual([]);
  });

  it('documents every refusal of the table', () => {
    const { app } = stage.application;
    const documented = operationsOfDocument(documentAccess(app, createDocument(app)));
    const codesOfOperation = (operation: Operation) =>
      Object.values(codesOf(documented[operations[operation].replace('/1', '/{id}')]!)).flat();

    const results = documentsAccess.flatMap(([, , row]) =>
      (Object.keys(operations) as Operation[]).map((operation) => [operation, row[operation]] as const),
    );
    const undocumented = results.filter(
      ([operation, result]) => result !== 'allowed' && !codesOfOperation(operation).includes(result),
    );
    expect(undocumented).toEqual([]);
  });

  it('requires of each handler what its decorators say', () => {
    const lines = String(describeAccess(stage.application.app)).split('\n');

    expect(lines.filter((line) => !/^(Auth|Webhooks)Controller/.test(line))).toEqual([
      'AdminController.audit: protected, role admin, no impersonation',
      'AssistantController.search: protected (connected-app), scope read:documents',
      'DocumentsController.delete: protected (cookie, bearer), permission documents:read, Owns',
      'DocumentsController.edit: protected (cookie, bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentsController.list: protected (cookie, bearer, m2m, connected-app), permission documents:read',
      'DocumentsController.read: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentsController.share: protected, permission documents:read, Owns, sign-in within 600 s',
      'DocumentsResolver.changes: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentsResolver.delete: protected (cookie, bearer), permission documents:read, Owns',
      'DocumentsResolver.edit: protected (cookie, bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentsResolver.history: protected (cookie, bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentsResolver.list: protected (cookie, bearer, m2m, connected-app), permission documents:read',
      'DocumentsResolver.read: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentsResolver.share: protected, permission documents:read, Owns, sign-in within 600 s',
      'OtherResolver.audit: protected, role admin, no impersonation',
      'OtherResolver.import: protected (m2m), scope write:imports',
      'OtherResolver.search: protected (connected-app), scope read:documents',
      'PartnerController.import: protected (m2m), scope write:imports',
    ]);
  });
});
