import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Refusal } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import { sessionFields } from '../events/session-fields.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { Session } from '../identity/session.js';
import type { RequestSource } from '../network/client-network.js';
import type { StytchTransport } from '../ports/transport.js';
import type { HandlerKind } from './startup-check/methods.js';
import { registeredClasses } from './startup-check/registered-classes.js';

/** `WsException` and `RpcException`: what Nest's filters read a client-visible error from. */
type ExceptionClass = new (error: object) => Error;

/** What is known of a call that is refused, for the event. */
export interface RefusedCall {
  readonly source?: RequestSource;
  readonly session?: Session | undefined;
}

/**
 * Refusals off HTTP, as exceptions that carry our code to the client. Nest replaces any other
 * exception with "Internal server error" on WebSockets and microservices.
 */
@Injectable()
export class TransportExceptions {
  constructor(
    private readonly classes: ReadonlyMap<string, ExceptionClass>,
    private readonly events: StytchEvents,
  ) {}

  /** Loads the packages of the transports that the application has handlers for, and no others. */
  static async load(modules: ModulesContainer, events: StytchEvents): Promise<TransportExceptions> {
    const kinds = new Set<HandlerKind>(
      registeredClasses(modules).flatMap(({ methods }) => methods.flatMap((method) => method.kinds)),
    );
    const classes = new Map<string, ExceptionClass>();
    if (kinds.has('gateway_message')) {
      const { WsException } = await loadOptional('@nestjs/websockets');
      if (WsException !== undefined) classes.set('ws', WsException);
    }
    if (kinds.has('message_pattern')) {
      const { RpcException } = await loadOptional('@nestjs/microservices');
      if (RpcException !== undefined) classes.set('rpc', RpcException);
    }
    return new TransportExceptions(classes, events);
  }

  /** Emits the event `refused` and returns the exception to throw. */
  create(
    context: ExecutionContext,
    refusal: Refusal,
    transport?: StytchTransport,
    { source, session }: RefusedCall = {},
  ): Error {
    const { code, message } = refusal;
    this.events.emit({ type: 'refused', code, ...(session && sessionFields(session)) }, source);
    if (transport?.toError !== undefined) return transport.toError(refusal, context);
    const TransportException = this.classes.get(context.getType());
    return TransportException === undefined
      ? new StytchRefusalException(refusal)
      : new TransportException({ status: 'error', code, message });
  }
}

/** The exports of an optional peer dependency; empty if it is not installed. */
async function loadOptional(name: string): Promise<Record<string, ExceptionClass | undefined>> {
  try {
    return (await import(name)) as Record<string, ExceptionClass>;
  } catch {
    return {};
  }
}
