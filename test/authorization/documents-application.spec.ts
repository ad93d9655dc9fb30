// Also runs on Nest 11 and 12 from the packed tarballs, see test/package.
import { ClientProxyFactory, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { describeAccess, messages } from 'nestjs-stytch';
import { graphql } from 'nestjs-stytch/graphql';
import { documentAccess } from 'nestjs-stytch/swagger';
import { websockets } from 'nestjs-stytch/websockets';
import type { MintedSession, StytchEmulator } from 'stytch-emulator';
import { twoFreePorts } from '../support/free-ports.js';
import { graphqlModule } from '../support/graphql.js';
import { refusalBody, type RefusalBody } from '../support/refusals.js';
import { callsTo, cookiesOf } from '../support/sessions.js';
import { describePlatforms, startApplication, type Platform } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';
import { codesOf, createDocument, operationsOf } from '../swagger/documented-operations.js';
import {
  documentsAccess,
  transports,
  type Caller,
  type Operation,
  type Person,
  type Refused,
  type TransportName,
} from './documents-access.js';
import { checks, controllers, Documents, gateways, resolvers, typeDefs } from './documents-application.js';
import { callers, routes, type Credential, type RunningDocuments } from './documents-callers.js';

const documents = new Documents();
const providers = [{ provide: Documents, useValue: documents }, ...checks];

const settingsOf = (platform: Platform) => ({
  platform,
  controllers,
  providers: [...providers, ...resolvers],
  imports: [graphqlModule(platform, typeDefs)],
  options: {
    transports: [
      graphql(),
      messages({ credentialsOf: (context) => context.switchToRpc().getData<{ token?: unknown }>().token }),
    ],
  },
});

/** The whole body of a refusal over HTTP. The other transports have some of its fields. */
function bodyOf({ code, required }: Refused): RefusalBody {
  const { message, ...body } = refusalBody(code);
  return { ...body, message: required === undefined ? message : `${message} Required: ${required}.` };
}

/** The credential of a caller, and the id that its session or token has. */
type PersonalCredential = Credential & { readonly id?: string };

const withToken = (token: string, id: string): PersonalCredential => ({
  headers: { authorization: `Bearer ${token}` },
  token,
  id,
});

async function credentialOf(
  { m2m, connectedApps }: StytchEmulator,
  people: Record<Person, MintedSession>,
  caller: Caller,
): Promise<PersonalCredential> {
  switch (caller.by) {
    case 'nobody':
    case 'no token':
      return { headers: {} };
    case 'cookie': {
      const session = people[caller.person];
      return { headers: { cookie: cookiesOf(session) }, id: session.user_id };
    }
    case 'bearer': {
      const { session_jwt, user_id } = people[caller.person];
      return withToken(session_jwt, user_id);
    }
    case 'm2m': {
      const { partner, scopes } = caller;
      const token = await m2m.issueToken(scopes.length > 0 ? { clientId: partner, scopes } : { scopes });
      return withToken(token.access_token, token.client_id);
    }
    case 'connected-app': {
      const userId = people[caller.person].user_id;
      const { access_token } = await connectedApps.issueToken({ userId, scopes: caller.scopes });
      return withToken(access_token, userId);
    }
  }
}

describePlatforms('an application for documents', (platform) => {
  const stage = useApplication(settingsOf(platform));
  const credentials = new Map<Caller, PersonalCredential>();
  let running: RunningDocuments;

  beforeAll(async () => {
    const { emulator, application } = stage;
    const gatewayOn = (Adapter: typeof WsAdapter | typeof IoAdapter) =>
      startApplication({
        emulator,
        platform,
        providers: [...providers, ...gateways],
        options: { transports: [websockets()] },
        configure: (app) => app.useWebSocketAdapter(new Adapter(app)),
      });
    const [port] = await twoFreePorts();
    const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
    application.app.connectMicroservice<MicroserviceOptions>(tcp);
    await application.app.startAllMicroservices();
    running = {
      platform,
      application,
      gateways: { ws: await gatewayOn(WsAdapter), 'socket.io': await gatewayOn(IoAdapter) },
      messages: ClientProxyFactory.create(tcp),
    };
  });
  afterAll(async () => {
    await running.messages.close();
    for (const gateway of Object.values(running.gateways)) await gateway.close();
  });

  beforeAll(async () => {
    const { emulator } = stage;
    const permissions = (...actions: string[]) => [{ resource_id: 'documents', actions }];
    await emulator.rbac.setPolicy({
      resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
      roles: [
        { role_id: 'stytch_user', permissions: permissions('read', 'write') },
        { role_id: 'admin', permissions: [] },
      ],
      scopes: [
        { scope: 'read:documents', permissions: permissions('read') },
        { scope: 'write:documents', permissions: permissions('write') },
      ],
    });
    const people = {} as Record<Person, MintedSession>;
    for (const person of ['owner', 'editor', 'viewer', 'stranger', 'admin'] as const) {
      const roles = person === 'admin' ? ['admin'] : [];
      people[person] = await emulator.sessions.create({ email: `${person}@example.com`, roles });
    }
    for (const clientId of ['partner', 'other-partner']) {
      const scopes = ['read:documents', 'write:documents', 'write:imports'];
      await emulator.m2m.createClient({ clientId, scopes });
    }
    documents.byId.set('1', {
      owner: people.owner.user_id,
      editors: [people.editor.user_id],
      viewers: [people.viewer.user_id, 'partner'],
    });
    for (const [, { caller }] of documentsAccess)
      credentials.set(caller, await credentialOf(emulator, people, caller));
  });

  describe.each(Object.keys(transports) as TransportName[])('over %s', (transport) => {
    const { operations, usableBy, admits } = transports[transport];
    const { call, allowed, refused, notAdmitted } = callers[transport];

    it.each(documentsAccess.filter(([, { caller }]) => usableBy.includes(caller.by)))(
      'responds to %s as the table says',
      async (_, { caller, admission, results }) => {
        const credential = credentials.get(caller)!;
        const expected = (operation: Operation): unknown => {
          if (admits && admission !== 'allowed') return notAdmitted?.(bodyOf(admission));
          const result = results[operation];
          const reply = result === 'allowed' ? allowed(credential.id ?? '') : refused(bodyOf(result));
          return reply(operation, running);
        };

        expect(await call(running, credential, operations)).toEqual(
          Object.fromEntries(operations.map((operation) => [operation, expected(operation)])),
        );
        expect(callsTo(stage.emulator).filter((path) => path !== 'GET /v1/rbac/policy')).toEqual([]);
      },
    );
  });

  it('documents every refusal of the table', () => {
    const { app } = stage.application;
    const documented = operationsOf(documentAccess(app, createDocument(app)));
    const codesOfOperation = (operation: Operation) =>
      Object.values(codesOf(documented[routes[operation].replace('/1', '/{id}')]!)).flat();

    const { operations, usableBy } = transports.HTTP;
    const undocumented = documentsAccess
      .filter(([, { caller }]) => usableBy.includes(caller.by))
      .flatMap(([, { results }]) =>
        operations.filter((operation) => {
          const result = results[operation];
          return result !== 'allowed' && !codesOfOperation(operation).includes(result.code);
        }),
      );
    expect(undocumented).toEqual([]);
  });

  it('requires of each handler what its decorators say', () => {
    const { app } = stage.application;
    const { app: gateway } = running.gateways.ws;
    const lines = [app, gateway].flatMap((one) => String(describeAccess(one)).split('\n'));

    expect(lines.filter((line) => !/^(Auth|Webhooks)Controller/.test(line))).toEqual([
      'DocumentFields.content: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentFields.history: protected (cookie, bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentMessages.delete: protected (bearer), permission documents:read, Owns',
      'DocumentMessages.edit: protected (bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentMessages.list: protected (bearer, m2m, connected-app), permission documents:read',
      'DocumentMessages.read: protected (bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentStreams.list: protected (cookie, bearer, m2m, connected-app), ends with its session, permission documents:read',
      'DocumentStreams.read: protected (cookie, bearer, m2m, connected-app), ends with its session, permission documents:read, MayView',
      'DocumentSubscriptions.list: protected (cookie, bearer, m2m, connected-app), permission documents:read',
      'DocumentSubscriptions.read: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentsController.delete: protected (cookie, bearer), permission documents:read, Owns',
      'DocumentsController.edit: protected (cookie, bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentsController.list: protected (cookie, bearer, m2m, connected-app), permission documents:read',
      'DocumentsController.read: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentsController.share: protected, permission documents:read, Owns, sign-in within 600 s',
      'DocumentsResolver.delete: protected (cookie, bearer), permission documents:read, Owns',
      'DocumentsResolver.edit: protected (cookie, bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentsResolver.list: protected (cookie, bearer, m2m, connected-app), permission documents:read',
      'DocumentsResolver.read: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentsResolver.share: protected, permission documents:read, Owns, sign-in within 600 s',
      'OtherController.audit: protected (cookie, bearer), role admin, no impersonation',
      'OtherController.import: protected (m2m), scope write:imports',
      'OtherController.search: protected (connected-app), scope read:documents',
      'OtherMessages.audit: protected (bearer), role admin, no impersonation',
      'OtherMessages.import: protected (m2m), scope write:imports',
      'OtherMessages.search: protected (connected-app), scope read:documents',
      'OtherResolver.audit: protected (cookie, bearer), role admin, no impersonation',
      'OtherResolver.document: public',
      'OtherResolver.import: protected (m2m), scope write:imports',
      'OtherResolver.search: protected (connected-app), scope read:documents',
      'OtherStreams.audit: protected (cookie, bearer), ends with its session, role admin, no impersonation',
      'OtherStreams.search: protected (connected-app), ends with its session, scope read:documents',
      'OtherSubscriptions.audit: protected (cookie, bearer), role admin, no impersonation',
      'OtherSubscriptions.search: protected (connected-app), scope read:documents',
      'DocumentsGateway.delete: protected (cookie, bearer), permission documents:read, Owns',
      'DocumentsGateway.edit: protected (cookie, bearer, m2m, connected-app), permission documents:read, permission documents:write, MayEdit',
      'DocumentsGateway.list: protected (cookie, bearer, m2m, connected-app), permission documents:read',
      'DocumentsGateway.read: protected (cookie, bearer, m2m, connected-app), permission documents:read, MayView',
      'DocumentsGateway.share: protected, permission documents:read, Owns, sign-in within 600 s',
      'OtherGateway.audit: protected (cookie, bearer), role admin, no impersonation',
      'OtherGateway.import: protected (m2m), scope write:imports',
      'OtherGateway.search: protected (connected-app), scope read:documents',
    ]);
  });
});
