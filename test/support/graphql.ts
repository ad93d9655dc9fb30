import { ApolloDriver } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ApplicationUnderTest, Platform } from './start-application.js';

/** A GraphQL module for a schema: with Apollo on Express, with Mercurius on Fastify. */
export function graphqlModule(platform: Platform, typeDefs: string, options: object = {}): DynamicModule {
  const common = { typeDefs, fieldResolverEnhancers: ['guards'], graphiql: false, ...options };
  return platform === 'Express'
    ? GraphQLModule.forRoot({ driver: ApolloDriver, subscriptions: { 'graphql-ws': true }, ...common })
    : // Its cache is an ES module, which Jest in CommonJS can't load, on Nest 11.
      GraphQLModule.forRoot({ driver: MercuriusDriver, subscription: true, cache: false, ...common });
}

export interface GraphqlResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string };
  }[];
}

/** Sends an operation as a browser does. */
export const send = (
  browser: TestBrowser,
  query: string,
  headers: Record<string, string> = {},
): Promise<TestResponse> => browser.postJson('/graphql', { query }, headers);

/** The data of an operation, or the codes of its errors by path. */
export async function resultOf(
  browser: TestBrowser,
  query: string,
  headers?: Record<string, string>,
): Promise<unknown> {
  const { data, errors } = (await send(browser, query, headers)).json() as GraphqlResult;
  return errors === undefined ? data : codesOf(errors);
}

export const codesOf = (errors: NonNullable<GraphqlResult['errors']>): string[] =>
  errors.map(({ path, message, extensions }) => `${path?.join('.') ?? ''}: ${extensions?.code ?? message}`);

/** What a subscription received, until it ended. */
export interface ReceivedEvents {
  readonly events: unknown[];
  /** Resolves with the codes of its errors; empty if it was completed. */
  readonly ended: Promise<string[]>;
  stop(): Promise<void>;
}

/** What a client sends besides the headers of its handshake. */
export interface ConnectionDetails {
  /** The query string of the handshake, from its question mark on. */
  readonly search?: string;
  /** The payload of `connection_init`. */
  readonly connectionParams?: Record<string, unknown>;
}

/** A client for subscriptions, over one connection with these headers. */
export function connectToSubscriptions(
  { url }: Pick<ApplicationUnderTest, 'url'>,
  headers: Record<string, string>,
  { search = '', connectionParams }: ConnectionDetails = {},
): Client {
  class SocketWithHeaders extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers });
    }
  }
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql${search}`,
    ...(connectionParams && { connectionParams }),
    webSocketImpl: SocketWithHeaders,
    retryAttempts: 0,
  });
}

/** Subscribes over a connection with these headers. */
export function subscribe(
  application: Pick<ApplicationUnderTest, 'url'>,
  query: string,
  headers: Record<string, string>,
  details?: ConnectionDetails,
): ReceivedEvents {
  const client = connectToSubscriptions(application, headers, details);
  const events: unknown[] = [];
  const ended = new Promise<string[]>((resolve) => {
    client.subscribe(
      { query },
      {
        next: ({ data, errors }) => {
          if (errors === undefined) events.push(data);
          else resolve(codesOf(errors));
        },
        error: (reason) => {
          resolve(
            Array.isArray(reason)
              ? codesOf(reason as never)
              : [`closed: ${(reason as { code?: number }).code}`],
          );
        },
        complete: () => {
          resolve([]);
        },
      },
    );
  });
  return { events, ended, stop: async () => client.dispose() };
}
