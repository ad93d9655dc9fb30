import { Controller, Get, Post, Sse, UseGuards, type Type } from '@nestjs/common';
import {
  GraphQLModule,
  Mutation,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { ModulesContainer, RouterModule } from '@nestjs/core';
import { EventPattern, GrpcMethod, GrpcStreamMethod, MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { graphqlModuleOptions, nestMetadata } from './nest-metadata.js';

/** A class without decorators. */
const plainClass = (): Type =>
  class Plain {
    readonly isPlain = true;
  };

describe("the metadata keys of Nest's decorators", () => {
  it.each<[keyof typeof nestMetadata, string, ClassDecorator]>([
    ['gateway', '@WebSocketGateway()', WebSocketGateway()],
    ['guards', '@UseGuards()', UseGuards(plainClass())],
  ])('%s is set on a class by %s', (name, _, decorate) => {
    const Decorated = plainClass();
    decorate(Decorated);

    expect(Reflect.getMetadataKeys(Decorated)).toContain(nestMetadata[name]);
  });

  it.each<[keyof typeof nestMetadata, string, MethodDecorator]>([
    ['routePath', '@Get()', Get()],
    ['routePath', '@Post()', Post()],
    ['requestMethod', '@Post()', Post()],
    ['routePath', '@Sse()', Sse()],
    ['serverSentEvents', '@Sse()', Sse()],
    ['guards', '@UseGuards()', UseGuards(plainClass())],
    ['gatewayMessage', '@SubscribeMessage()', SubscribeMessage('x')],
    ['messageHandler', '@MessagePattern()', MessagePattern('x')],
    ['messageHandler', '@EventPattern()', EventPattern('x') as MethodDecorator],
    ['messageHandler', '@GrpcMethod()', GrpcMethod('Service')],
    ['messageHandler', '@GrpcStreamMethod()', GrpcStreamMethod('Service')],
    ['resolverType', '@Query()', Query('x')],
    ['resolverType', '@Mutation()', Mutation('x')],
    ['resolverType', '@Subscription()', Subscription('x')],
    ['resolverProperty', '@ResolveField()', ResolveField('x')],
    ['resolverReference', '@ResolveReference()', ResolveReference()],
  ])('%s is set on a method by %s', (name, _, decorate) => {
    const method = () => undefined;
    decorate({ constructor: plainClass() }, 'method', { value: method });

    expect(Reflect.getMetadataKeys(method)).toContain(nestMetadata[name]);
  });

  it('modulePath is set on a module by RouterModule, with the id of the application', () => {
    const module = plainClass();
    const modules = new ModulesContainer();
    new RouterModule(modules, [{ path: 'teams', module }]);

    expect(Reflect.getMetadata(nestMetadata.modulePath + modules.applicationId, module)).toBe('/teams');
  });

  it.each(['@Controller()', '@Resolver()'])(
    'none of them is set on a method that is no handler (%s)',
    (name) => {
      class Decorated {
        helper() {
          return name;
        }
      }
      (name === '@Controller()' ? Controller() : Resolver('Order'))(Decorated);
      const { helper } = Decorated.prototype;

      expect(Reflect.getMetadataKeys(helper)).toEqual([]);
    },
  );

  it('graphqlModuleOptions is the token under which GraphQLModule provides its options', () => {
    const { providers = [] } = GraphQLModule.forRoot({ driver: plainClass() as never });
    const tokens = providers.map((provider) => ('provide' in provider ? provider.provide : provider));

    expect(tokens).toContain(graphqlModuleOptions);
  });
});
