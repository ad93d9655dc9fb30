// A small application that runs in a separate process, so that a test can send it a signal:
//
//   node application-process.mjs <settings as JSON>
//
// The settings are the module's `options` and, if they are not to be the defaults, the `platform`, the `redisUrl` of a
// Redis to share state through with a `redisClient`, and the `sockets` of `streams-module.mjs`.
// It prints its URL once it listens. When its input ends, it closes the application and what it has connected itself.
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Protected, StytchModule } from 'nestjs-stytch';

const {
  options,
  platform = 'Express',
  redisUrl,
  redisClient = 'ioredis',
  sockets,
} = JSON.parse(process.argv[2]);

const connectTo = {
  async ioredis(url) {
    const { Redis } = await import('ioredis');
    const client = new Redis(url);
    client.on('error', () => undefined);
    return { client, close: () => client.quit() };
  },
  async 'node-redis'(url) {
    const { createClient } = await import('@redis/client');
    const client = createClient({ url });
    client.on('error', () => undefined);
    await client.connect();
    return { client, close: () => client.close() };
  },
};

class OrdersController {
  list() {
    return [];
  }

  /** Takes as long as a slow query, so that requests are in flight when the process ends. */
  async listSlowly() {
    await delay(200);
    return [];
  }
}
Protected()(OrdersController);
Controller('orders')(OrdersController);
const { prototype } = OrdersController;
for (const [name, path] of [
  ['list', ''],
  ['listSlowly', 'slow'],
])
  Get(path)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));

class ApplicationModule {}
const connected = redisUrl === undefined ? undefined : await connectTo[redisClient](redisUrl);
const shared = connected && (await import('nestjs-stytch/redis')).redis({ client: connected.client });
const streams = sockets && (await (await import('./streams-module.mjs')).streamsModule(sockets));
Module({
  imports: [
    StytchModule.forRoot({ ...options, shared, transports: streams?.transports }),
    ...(streams ? [streams.module] : []),
  ],
  controllers: [OrdersController],
})(ApplicationModule);

const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(ApplicationModule, adapter, { logger: false, rawBody: true });
streams?.connect(app);
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
process.stdin.resume().once('end', async () => {
  await app.close();
  await connected?.close();
});
console.log(await app.getUrl());
