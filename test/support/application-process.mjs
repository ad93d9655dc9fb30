// A small application to be run as a process of its own, and ended by a signal:
//
//   node application-process.mjs <Express|Fastify> <options of the module as JSON>
//
// It prints its address when it listens.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Protected, StytchModule } from 'nestjs-stytch';

const [platform, options] = process.argv.slice(2);

class OrdersController {
  list() {
    return [];
  }
}
Protected()(OrdersController);
Controller('orders')(OrdersController);
const { prototype } = OrdersController;
Get()(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list'));

class ApplicationModule {}
Module({ imports: [StytchModule.forRoot(JSON.parse(options))], controllers: [OrdersController] })(
  ApplicationModule,
);

const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(ApplicationModule, adapter, { logger: false });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
