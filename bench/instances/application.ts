// An application that shares sign-outs through Redis, in a separate process:
//
//   node application.js <ApplicationArguments as JSON>
//
// It reports when it listens and when it knows all sign-outs, and replies to any message with its figures.
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Redis } from 'ioredis';
import { Protected, StytchEvents, StytchModule } from 'nestjs-stytch';
import { redis } from 'nestjs-stytch/redis';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { StytchProject } from '../alternatives/alternative.js';

export interface ApplicationArguments {
  readonly project: StytchProject;
  readonly redisUrl: string;
}

export type ApplicationMessage =
  | {
      readonly kind: 'listening';
      readonly url: string;
      readonly startMs: number;
      readonly isCurrent: boolean;
    }
  | { readonly kind: 'current' }
  | {
      readonly kind: 'figures';
      readonly longestDelayMs: number;
      readonly liveBytes: number;
      readonly residentBytes: number;
    };

const { project, redisUrl } = JSON.parse(process.argv[2] ?? '') as ApplicationArguments;
const send = (message: ApplicationMessage) => process.send?.(message);
process.on('disconnect', () => process.exit());

@Protected()
@Controller('dashboard')
class DashboardController {
  @Get()
  show() {
    return { greeting: 'You are logged in.' };
  }
}

const client = new Redis(redisUrl);
@Module({
  imports: [StytchModule.forRoot({ ...project, appUrl: 'http://localhost:3000', shared: redis({ client }) })],
  controllers: [DashboardController],
})
class ApplicationModule {}

let isCurrent = true;
// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
const app = await NestFactory.create(ApplicationModule, new ExpressAdapter(), { logger: false });
app.get(StytchEvents).subscribe(({ type }) => {
  if (type === 'sharing_interrupted') isCurrent = false;
  if (type === 'sharing_resumed') send({ kind: 'current' });
});
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const beganAtMs = performance.now();
await app.listen(0, '127.0.0.1');
send({ kind: 'listening', url: await app.getUrl(), startMs: performance.now() - beganAtMs, isCurrent });
process.on('message', () => {
  const longestDelayMs = delay.max / 1e6;
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  delay.reset();
  send({ kind: 'figures', longestDelayMs, liveBytes: heapUsed + external, residentBytes: rss });
});
