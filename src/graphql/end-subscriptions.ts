import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphQLField, GraphQLSchema } from 'graphql';
import type { TransportApplication } from '../lib/index.js';
import { GraphqlRefusal } from './graphql-refusal.js';
import { EndableEvents } from './endable-events.js';

/**
 * Ends each subscription when the session that it was authenticated with ends, or no longer suffices. A guard runs
 * before the handler and can't wrap what it returns, and an interceptor would run before every handler of the
 * application.
 */
export function endSubscriptions(application: TransportApplication): void {
  for (const host of application.instancesOf(GraphQLSchemaHost)) {
    const fields = schemaOf(host)?.getSubscriptionType()?.getFields() ?? {};
    for (const field of Object.values(fields)) endWithSession(field, application);
  }
}

/** A gateway makes no schema here. */
function schemaOf(host: GraphQLSchemaHost): GraphQLSchema | undefined {
  try {
    return host.schema;
  } catch {
    return undefined;
  }
}

function endWithSession(field: GraphQLField<unknown, unknown>, application: TransportApplication): void {
  const { subscribe } = field;
  if (subscribe === undefined) return;
  field.subscribe = async (source, args, context, info) => {
    const events: unknown = await subscribe(source, args, context, info);
    if (application.principalOf(info) === undefined || !isAsyncIterable(events)) return events;
    return new EndableEvents(events, (end) =>
      application.watch(info, (refusal) => {
        end(new GraphqlRefusal(refusal));
      }),
    );
  };
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof (value as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] === 'function';
