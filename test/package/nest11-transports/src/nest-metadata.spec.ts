import { Get, Sse, UseGuards } from '@nestjs/common';
import {
  GraphQLModule,
  Mutation,
  Query,
  ResolveField,
  ResolveReference,
  Subscription,
} from '@nestjs/graphql';
import { EventPattern, GrpcMethod, MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { dirname, join } from 'node:path';

class Plain {}

/** Not exported by the package; read from its files. */
const { graphqlModuleOptions, nestMetadata } = require(
  join(dirname(require.resolve('nestjs-stytch/package.json')), 'dist/cjs/lib/internal.js'),
) as { graphqlModuleOptions: string; nestMetadata: Record<string, string> };

describe("the metadata keys of Nest 11's decorators", () => {
  it.each<[string, string, ClassDecorator]>([
    ['gateway', '@WebSocketGateway()', WebSocketGateway()],
    ['guards', '@UseGuards()', UseGuards(Plain)],
  ])('%s is set on a class by %s', (name, _, decorate) => {
    class Decorated {}
    decorate(Decorated);

    expect(Reflect.getMetadataKeys(Decorated)).toContain(nestMetadata[name]);
  });

  it.each<[string, string, MethodDecorator]>([
    ['routePath', '@Get()', Get()],
    ['routePath', '@Sse()', Sse()],
    ['guards', '@UseGuards()', UseGuards(Plain)],
    ['gatewayMessage', '@SubscribeMessage()', SubscribeMessage('x')],
    ['messageHandler', '@MessagePattern()', MessagePattern('x')],
    ['messageHandler', '@EventPattern()', EventPattern('x')],
    ['messageHandler', '@GrpcMethod()', GrpcMethod('Service')],
    ['resolverType', '@Query()', Query('x')],
    ['resolverType', '@Mutation()', Mutation('x')],
    ['resolverType', '@Subscription()', Subscription('x')],
    ['resolverProperty', '@ResolveField()', ResolveField('x')],
    ['resolverReference', '@ResolveReference()', ResolveReference()],
  ])('%s is set on a method by %s', (name, _, decorate) => {
    const method = () => undefined;
    decorate({ constructor: Plain }, 'method', { value: method } as never);

    expect(Reflect.getMetadataKeys(method)).toContain(nestMetadata[name]);
  });

  it('graphqlModuleOptions is the token under which GraphQLModule provides its options', () => {
    const { providers = [] } = GraphQLModule.forRoot({ driver: Plain as never });
    const tokens = providers.map((provider) => ('provide' in provider ? provider.provide : provider));

    expect(tokens).toContain(graphqlModuleOptions);
  });
});
