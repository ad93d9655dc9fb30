// The application under test in a separate process, controlled by messages:
//
//   node application.js <ApplicationArguments as JSON>
import { Controller, Get, Module, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CurrentSession, Protected, StytchEvents, StytchModule, type UserSession } from 'nestjs-stytch';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApplicationArguments, ApplicationMessage, ApplicationRequest } from './messages.js';
import { timesFaster } from './simulated-time.js';

const { platform, project } = JSON.parse(process.argv[2] ?? '') as ApplicationArguments;
let offsetMs = 0;

process.on('disconnect', () => process.exit());
process.on('unhandledRejection', (error) => {
  send({ kind: 'problem', text: `unhandled rejection: ${String(error)}` });
});
process.on('uncaughtException', (error) => {
  send({ kind: 'problem', text: `uncaught exception: ${String(error)}` });
});
process.on('warning', ({ name, message }) => {
  send({ kind: 'problem', text: `${name}: ${message}` });
});

@Protected()
@Controller('me')
class MeController {
  /** Who the application takes the client for. */
  @Get()
  async show(@CurrentSession() { userId, sessionId, customClaims }: UserSession) {
    // A handler waits for something, so that requests of different people interleave.
    await new Promise((resolve) => setImmediate(resolve));
    return { userId, sessionId, person: customClaims['person'] };
  }
}

@Module({
  imports: [
    StytchModule.forRoot({
      ...project,
      appUrl: 'http://localhost:3000',
      // Twice what 2,000 people need, a quarter of them with large JWTs.
      session: { durationMinutes: 24 * 60, cacheMegabytes: 64 },
      clock: {
        nowMs: () => Date.now() + offsetMs,
        monotonicMs: () => performance.now() * timesFaster,
      },
    }),
  ],
  controllers: [MeController],
})
class ApplicationModule {}

const ignore = () => undefined;
const logger: LoggerService = {
  log: ignore,
  debug: ignore,
  verbose: ignore,
  warn: (line) => {
    send({ kind: 'log', level: 'warn', line: String(line) });
  },
  error: (line) => {
    send({ kind: 'log', level: 'error', line: String(line) });
  },
};

// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
const app = await NestFactory.create(ApplicationModule, newAdapter(), { logger });
app.enableShutdownHooks();
app.get(StytchEvents).subscribe(({ type }) => {
  if (type === 'outage_began' || type === 'outage_ended')
    send({ kind: 'circuit', isOpen: type === 'outage_began' });
});
await app.listen(0, '127.0.0.1');
const server = app.getHttpServer() as Server;
// Longer than the interval between two requests of a person.
server.keepAliveTimeout = 600_000;

process.on('message', (request: ApplicationRequest) => {
  if (request.kind === 'clock') {
    ({ offsetMs } = request);
    send({ kind: 'clock' });
    return;
  }
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  send({ kind: 'memory', liveBytes: heapUsed + external, residentBytes: rss });
});
send({ kind: 'listening', port: (server.address() as AddressInfo).port });

function newAdapter(): ExpressAdapter | FastifyAdapter {
  if (platform === 'Fastify') return new FastifyAdapter({ trustProxy: 'loopback' });
  const adapter = new ExpressAdapter();
  adapter.set('trust proxy', 'loopback');
  return adapter;
}

function send(message: ApplicationMessage): void {
  if (process.connected) process.send?.(message);
}
