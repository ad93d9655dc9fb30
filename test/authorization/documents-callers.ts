import type { ClientProxy } from '@nestjs/microservices';
import { once } from 'node:events';
import { lastValueFrom } from 'rxjs';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { connectToSubscriptions, send, type GraphqlResult } from '../support/graphql.js';
import type { RefusalBody } from '../support/refusals.js';
import type { ApplicationUnderTest, Platform } from '../support/start-application.js';
import type { Operation, TransportName } from './documents-access.js';

// How the operations are called on each transport, and what a client receives there.

export interface RunningDocuments {
  readonly platform: Platform;
  /** HTTP, GraphQL and messages. */
  readonly application: ApplicationUnderTest;
  /** In applications of their own: their adapters don't share a server with subscriptions. */
  readonly gateways: Readonly<Record<'ws' | 'socket.io', ApplicationUnderTest>>;
  readonly messages: ClientProxy;
}

export interface Credential {
  /** A cookie or a bearer token, or neither. */
  readonly headers: Record<string, string>;
  readonly token?: string;
}

type Replies = Record<string, unknown>;
type Reply = (operation: Operation, running: RunningDocuments) => unknown;

interface DocumentsCaller {
  /** Calls all operations of the transport, and returns what the client received for each. */
  call(running: RunningDocuments, credential: Credential, operations: readonly Operation[]): Promise<Replies>;
  allowed(by: string): Reply;
  refused(refusal: RefusalBody): Reply;
  /** What the client of a gateway receives at its end. */
  notAdmitted?(refusal: RefusalBody): unknown;
}

async function forEach(
  operations: readonly Operation[],
  call: (operation: Operation) => unknown,
): Promise<Replies> {
  const replies: Replies = {};
  for (const operation of operations) replies[operation] = await call(operation);
  return replies;
}

/** What is sent for an operation of a gateway or a message handler. */
const payload = { id: '1' };

export const routes: Record<Operation, `${string} /${string}`> = {
  list: 'GET /documents',
  read: 'GET /documents/1',
  edit: 'PUT /documents/1',
  delete: 'DELETE /documents/1',
  share: 'POST /documents/1/share',
  audit: 'GET /admin/audit',
  import: 'POST /partner/imports',
  search: 'GET /assistant/search',
};

const http: DocumentsCaller = {
  call: ({ application }, { headers }, operations) =>
    forEach(operations, async (operation) => {
      const [method = '', path = ''] = routes[operation].split(' ');
      const response = await application.browser().request(method, path, { headers });
      const { status, setCookies } = response;
      return { status, setCookies, body: response.json() };
    }),
  allowed: (by) => () => ({ status: 200, setCookies: [], body: { by } }),
  refused: (body) => () => ({ status: body.statusCode, setCookies: [], body }),
};

const streams: Partial<Record<Operation, string>> = {
  list: '/streams/documents',
  read: '/streams/documents/1',
  audit: '/streams/audit',
  search: '/streams/search',
};

const eventStream: DocumentsCaller = {
  call: ({ application }, { headers }, operations) =>
    forEach(operations, async (operation) => {
      const accept = 'text/event-stream';
      const response = await application.browser().get(streams[operation] ?? '', { ...headers, accept });
      const { status, setCookies, text } = response;
      if (status !== 200) return { status, setCookies, body: response.json() };
      const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as unknown);
      return { status, setCookies, events };
    }),
  allowed: (by) => () => ({ status: 200, setCookies: [], events: [{ by }] }),
  refused: (body) => () => ({ status: body.statusCode, setCookies: [], body }),
};

const ofOneDocument: readonly Operation[] = ['read', 'edit', 'delete', 'share'];
const mutations: readonly Operation[] = ['edit', 'delete', 'share', 'import'];
const fieldOf = (operation: Operation) =>
  `${operation}${ofOneDocument.includes(operation) ? '(id: "1")' : ''} { by }`;

/** The values of fields, or the errors instead of them, by their name or alias. */
function fieldsOf({ data, errors = [] }: GraphqlResult): Replies {
  const { document, ...fields } = { ...data };
  const refused = errors.map((error) => [String(error.path?.at(-1)), error] as const);
  return { ...fields, ...(document as Replies | undefined), ...Object.fromEntries(refused) };
}

async function fieldsOfOperation(
  { application }: RunningDocuments,
  { headers }: Credential,
  document: string,
): Promise<Replies> {
  const response = await send(application.browser(), document, headers);
  expect(response.setCookies).toEqual([]);
  return fieldsOf(response.json() as GraphqlResult);
}

const graphqlError = ({ code, message, statusCode }: RefusalBody, ...path: string[]) => ({
  message,
  path,
  locations: [expect.any(Object)],
  extensions: { code, http: { status: statusCode } },
});

/** The error of a field in a response. Apollo takes the status out, for the response itself. */
const fieldError =
  (refusal: RefusalBody, ...parents: string[]): Reply =>
  (operation, { platform }) => {
    const error = graphqlError(refusal, ...parents, operation);
    return platform === 'Express' ? { ...error, extensions: { code: refusal.code } } : error;
  };

const graphql: DocumentsCaller = {
  // All in two requests: the resolvers of one request accept different credentials.
  call: async (running, credential, operations) => {
    const queries = operations.filter((operation) => !mutations.includes(operation)).map(fieldOf);
    return {
      ...(await fieldsOfOperation(running, credential, `{ ${queries.join(' ')} }`)),
      ...(await fieldsOfOperation(running, credential, `mutation { ${mutations.map(fieldOf).join(' ')} }`)),
    };
  },
  allowed: (by) => () => ({ by }),
  refused: (refusal) => fieldError(refusal),
};

const graphqlField: DocumentsCaller = {
  call: (running, credential) =>
    fieldsOfOperation(
      running,
      credential,
      '{ document(id: "1") { read: content { by } edit: history { by } } }',
    ),
  allowed: (by) => () => ({ by }),
  refused: (refusal) => fieldError(refusal, 'document'),
};

const graphqlSubscription: DocumentsCaller = {
  call: async ({ application }, { headers }, operations) => {
    const client = connectToSubscriptions(application, headers);
    const replies = await forEach(operations, async (operation) => {
      const received: unknown[] = [];
      try {
        for await (const result of client.iterate({ query: `subscription { ${fieldOf(operation)} }` }))
          received.push(result);
      } catch (error) {
        received.push({ errors: error });
      }
      return received;
    });
    await client.dispose();
    return replies;
  },
  allowed: (by) => (operation) => [{ data: { [operation]: { by } } }],
  refused: (refusal) => (operation) => [{ errors: [graphqlError(refusal, operation)] }],
};

const messageError = ({ code, message }: RefusalBody) => ({ status: 'error', code, message });

const ws: DocumentsCaller = {
  call: async ({ gateways }, { headers }, operations) => {
    const socket = new WebSocket(gateways.ws.url.replace('http', 'ws'), { headers });
    const ended = once(socket, 'close').then(([code, reason]) => [code, String(reason)] as unknown);
    await once(socket, 'open');
    const replies = await forEach(operations, (operation) => {
      const reply = once(socket, 'message').then(([data]) => JSON.parse(String(data)) as unknown);
      socket.send(JSON.stringify({ event: operation, data: payload }));
      return Promise.race([reply, ended]);
    });
    socket.terminate();
    return replies;
  },
  allowed: (by) => () => ({ by }),
  refused: (refusal) => () => ({ event: 'exception', data: messageError(refusal) }),
  notAdmitted: ({ statusCode, code }) => [4000 + statusCode, code],
};

const socketIo: DocumentsCaller = {
  call: async ({ gateways }, { headers }, operations) => {
    const { url } = gateways['socket.io'];
    const socket = io(url, { transports: ['websocket'], forceNew: true, extraHeaders: headers });
    let exception: unknown;
    socket.on('exception', (error: unknown) => (exception = error));
    const ended = new Promise((resolve) => {
      socket.once('disconnect', (reason) => {
        resolve([exception, reason]);
      });
    });
    const replies = await forEach(operations, (operation) =>
      Promise.race([ended, socket.emitWithAck(operation, payload)]),
    );
    socket.close();
    return replies;
  },
  allowed: (by) => () => ({ by }),
  refused: (refusal) => () => messageError(refusal),
  notAdmitted: (refusal) => [messageError(refusal), 'io server disconnect'],
};

const tcpMessages: DocumentsCaller = {
  call: ({ messages }, { token }, operations) =>
    forEach(operations, (operation) =>
      lastValueFrom(messages.send<unknown>(operation, { ...payload, token })).catch(
        (error: unknown) => error,
      ),
    ),
  allowed: (by) => () => ({ by }),
  refused: (refusal) => () => messageError(refusal),
};

export const callers: Record<TransportName, DocumentsCaller> = {
  HTTP: http,
  'an event stream': eventStream,
  GraphQL: graphql,
  'a GraphQL field': graphqlField,
  'a GraphQL subscription': graphqlSubscription,
  ws,
  'socket.io': socketIo,
  'TCP messages': tcpMessages,
};
