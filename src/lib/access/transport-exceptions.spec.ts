import { Get, type ExecutionContext, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { MessagePattern, RpcException } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { refusalOf } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import type { StytchEventDetails } from '../events/stytch-event.js';
import type { StytchEvents } from '../events/stytch-events.js';
import { TransportExceptions } from './transport-exceptions.js';

@WebSocketGateway()
class Chat {
  @SubscribeMessage('say')
  say() {
    return undefined;
  }
}
class Payments {
  @MessagePattern('pay')
  pay() {
    return undefined;
  }
}
class Orders {
  @Get()
  list() {
    return [];
  }
}

const refusal = refusalOf('context_not_supported');
/** What Nest's filter of the transport sends to the client. */
const clientErrorOf = (exception: Error) => (exception as Error & { getError(): unknown }).getError();
const clientError = { status: 'error', code: refusal.code, message: refusal.message };

let emitted: StytchEventDetails[] = [];
const events = { emit: (details: StytchEventDetails) => emitted.push(details) } as unknown as StytchEvents;
beforeEach(() => {
  emitted = [];
});

async function exceptionFor(contextType: string, { controllers = [] as Type[], providers = [] as Type[] }) {
  const wrappers = (classes: Type[]) => new Map(classes.map((metatype) => [metatype, { metatype }]));
  const modules = new Map([
    ['module', { controllers: wrappers(controllers), providers: wrappers(providers) }],
  ]) as unknown as ModulesContainer;
  const exceptions = await TransportExceptions.load(modules, events);
  return exceptions.create({ getType: () => contextType } as unknown as ExecutionContext, refusal);
}

describe('the exception for a refusal', () => {
  it('is a WsException that carries the code for a gateway message', async () => {
    const exception = await exceptionFor('ws', { providers: [Chat] });

    expect(exception).toBeInstanceOf(WsException);
    expect(clientErrorOf(exception)).toEqual(clientError);
  });

  it('is an RpcException that carries the code for a message pattern', async () => {
    const exception = await exceptionFor('rpc', { controllers: [Payments] });

    expect(exception).toBeInstanceOf(RpcException);
    expect(clientErrorOf(exception)).toEqual(clientError);
  });

  it.each(['http', 'graphql'])('is a StytchRefusalException for a context of type %s', async (type) => {
    const exception = await exceptionFor(type, { controllers: [Payments], providers: [Chat] });

    expect(exception).toEqual(new StytchRefusalException(refusal));
    expect(exception).toBeInstanceOf(StytchRefusalException);
  });

  it.each<[string, string, { controllers?: Type[]; providers?: Type[] }]>([
    ['ws', 'gateway messages', { controllers: [Payments, Orders] }],
    ['rpc', 'message patterns', { controllers: [Orders], providers: [Chat] }],
  ])(
    'is a StytchRefusalException for a context of type %s in an application without %s',
    async (type, _, classes) => {
      expect(await exceptionFor(type, classes)).toBeInstanceOf(StytchRefusalException);
    },
  );

  it('is created together with one event that has the code', async () => {
    await exceptionFor('ws', { providers: [Chat] });

    expect(emitted).toEqual([{ type: 'refused', code: 'context_not_supported' }]);
  });
});
