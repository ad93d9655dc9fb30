// Starts one small application per alternative: one route, one port. Run in a child process:
//
//   node application.js <names of alternatives as JSON> <platform> <project as JSON> <URL of a Redis, or ''>
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import { alternatives, type AlternativeName } from './alternatives/index.js';
import type { StytchProject } from './alternatives/alternative.js';
import { applicationWith } from './dashboard.js';
import type { Memory, Platform } from './processes.js';
import { checkSignature } from './signature-check.js';

const [names, platform, project, redisUrl] = process.argv.slice(2) as [string, Platform, string, string];

const urls: string[] = [];
for (const name of JSON.parse(names) as AlternativeName[]) urls.push(await start(name));

const metrics = { cpuUs, verifyUs, memory };
process.on('message', (metric: keyof typeof metrics) => {
  process.send?.(metrics[metric]());
});
process.on('disconnect', () => process.exit());
process.send?.(urls);

async function start(name: AlternativeName): Promise<string> {
  const alternative = alternatives[name](JSON.parse(project) as StytchProject, redisUrl);
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
  const app = await NestFactory.create(applicationWith(alternative), adapter, { logger: false });
  alternative.configure?.(app);
  await app.listen(0, '127.0.0.1');
  // Connections are idle between rounds for longer than Node's default of 5 s.
  (app.getHttpServer() as Server).keepAliveTimeout = 600_000;
  return app.getUrl();
}

/** CPU time of all threads since the process started, in microseconds. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** CPU time of one check of an RS256 signature, on the same Node and at the same time as the requests. */
function verifyUs(): number {
  const times = 200;
  const startUs = cpuUs();
  checkSignature(times);
  return (cpuUs() - startUs) / times;
}

function memory(): Memory {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { liveBytes: heapUsed + external, residentBytes: rss };
}
