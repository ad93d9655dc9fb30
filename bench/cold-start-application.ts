// Starts an application on Express that loads only what it needs, and reports what that took:
//
//   node cold-start-application.js <name> <project as JSON>
import { NestFactory } from '@nestjs/core';
import type { Alternative, StytchProject } from './alternatives/alternative.js';
import { applicationWith } from './dashboard.js';

const alternatives = {
  'bare Nest': () => Promise.resolve({}),
  'nestjs-stytch': async (project) => (await import('./alternatives/nestjs-stytch.js')).ours(project),
  'passport-jwt + jwks-rsa': async (project) =>
    (await import('./alternatives/passport-jwt.js')).passportJwt(project),
} satisfies Record<string, (project: StytchProject) => Promise<Alternative>>;

export type StartedName = keyof typeof alternatives;

const [name, project] = process.argv.slice(2) as [StartedName, string];

const alternative = await alternatives[name](JSON.parse(project) as StytchProject);
// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
const app = await NestFactory.create(applicationWith(alternative), { logger: false });
await app.listen(0, '127.0.0.1');
// Since the process started.
const wallMs = performance.now();
const { user, system } = process.cpuUsage();
process.send?.({ wallMs, cpuMs: (user + system) / 1000 });
process.on('disconnect', () => process.exit());
