// What outlives a request, for `application-process.mjs`: an event stream, a gateway, and with socket.io also a
// subscription. Not with ws: Nest's adapter closes each WebSocket of its server that is not for a gateway.
import { Controller, Module, Sse } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Protected } from 'nestjs-stytch';
import { graphql } from 'nestjs-stytch/graphql';
import { SocketSessions, websockets } from 'nestjs-stytch/websockets';
import { interval, map } from 'rxjs';

const decorate = (type, method, ...decorators) => {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, method);
  for (const decorator of decorators) decorator(type.prototype, method, descriptor);
};

class EventsController {
  events() {
    return interval(50).pipe(map((number) => ({ data: String(number) })));
  }
}
Protected()(EventsController);
Controller()(EventsController);
decorate(EventsController, 'events', Sse('events'));

class Gateway {
  constructor(sockets) {
    this.sockets = sockets;
  }

  async handleConnection(client, request) {
    await this.sockets.admit(client, request);
  }

  ping() {
    return { event: 'ping', data: 'pong' };
  }
}
Reflect.defineMetadata('design:paramtypes', [SocketSessions], Gateway);
Protected()(Gateway);
WebSocketGateway()(Gateway);
decorate(Gateway, 'ping', SubscribeMessage('ping'));

const modules = {
  async ws() {
    const { WsAdapter } = await import('@nestjs/platform-ws');
    return { Adapter: WsAdapter, imports: [], providers: [] };
  },
  async 'socket.io'() {
    const { IoAdapter } = await import('@nestjs/platform-socket.io');
    const { Query, Resolver, Subscription, GraphQLModule } = await import('@nestjs/graphql');
    const { ApolloDriver } = await import('@nestjs/apollo');
    class TicksResolver {
      none() {
        return 0;
      }

      async *ticks() {
        yield { ticks: 1 };
        // Nothing more happens: what ends it is the session.
        await new Promise(() => undefined);
      }
    }
    Protected()(TicksResolver);
    Resolver()(TicksResolver);
    decorate(TicksResolver, 'none', Query('none'));
    decorate(TicksResolver, 'ticks', Subscription('ticks'));
    return {
      Adapter: IoAdapter,
      imports: [
        GraphQLModule.forRoot({
          driver: ApolloDriver,
          typeDefs: 'type Query { none: Int } type Subscription { ticks: Int! }',
          subscriptions: { 'graphql-ws': true },
        }),
      ],
      providers: [TicksResolver],
    };
  },
};

/** @param {'ws' | 'socket.io'} sockets */
export async function streamsModule(sockets) {
  const { Adapter, imports, providers } = await modules[sockets]();
  class StreamsModule {}
  Module({ imports, providers: [Gateway, ...providers], controllers: [EventsController] })(StreamsModule);
  return {
    module: StreamsModule,
    transports: [graphql(), websockets()],
    connect: (app) => app.useWebSocketAdapter(new Adapter(app)),
  };
}
