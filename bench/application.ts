// A small application in a process of its own: one route behind one alternative.
//
//   node application.js <alternative> <platform> <project as JSON>
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import { Protected } from 'nestjs-stytch';
import { alternatives, type AlternativeName } from './alternatives/index.js';
import type { StytchProject } from './alternatives/alternative.js';
import type { Memory, Platform } from './processes.js';

const [name, platform, project] = process.argv.slice(2) as [AlternativeName, Platform, string];
const alternative = alternatives[name](JSON.parse(project) as StytchProject);

/** The same for all. The mark means something to nestjs-stytch only. */
@Protected()
@Controller('dashboard')
class DashboardController {
  @Get()
  show() {
    return { greeting: 'You are logged in.' };
  }
}

@Module({
  imports: alternative.imports ?? [],
  controllers: [DashboardController],
  providers: alternative.providers ?? [],
})
class ApplicationModule {}

const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
const app = await NestFactory.create(ApplicationModule, adapter, { logger: false });
alternative.configure?.(app);
await app.listen(0, '127.0.0.1');
// It waits for its turn longer than the five seconds after which Node closes an idle connection.
(app.getHttpServer() as Server).keepAliveTimeout = 600_000;

process.on('message', (question) => {
  process.send?.(question === 'cpuUs' ? cpuUs() : memory());
});
process.on('disconnect', () => process.exit());
process.send?.(await app.getUrl());

/** What all threads have spent so far. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function memory(): Memory {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { liveBytes: heapUsed + external, residentBytes: rss };
}
