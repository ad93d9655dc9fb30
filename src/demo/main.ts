import { type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import { demoConfig, type DemoConfig } from './demo.config.js';
import { DemoModule } from './demo.module.js';
import { greeting } from './greeting.js';
import { redirectToAppUrl } from './redirect-to-app-url.js';
import { explain } from './start-fault.js';
import { WhereStytchIs } from './where-stytch-is.js';

// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
const options: NestApplicationOptions = {
  logger: ['warn', 'error'],
  // What goes wrong while it starts is told below, in a sentence instead of a stack.
  bufferLogs: true,
  autoFlushLogs: false,
  abortOnError: false,
  // A browser keeps its connections open; a restart does not wait for them.
  forceCloseConnections: true,
};

try {
  const app = await NestFactory.create<NestExpressApplication>(DemoModule, options);
  const { port, appUrl } = app.get<DemoConfig>(demoConfig.KEY);
  const { origin } = new URL(appUrl);

  app.disable('x-powered-by');
  app.use(redirectToAppUrl(origin));
  // For handlers that read cookies of their own. The package reads its cookies without it.
  app.use(cookieParser());
  app.enableShutdownHooks();

  await app.listen(port, '127.0.0.1');
  app.flushLogs();
  process.stdout.write(greeting(origin, app.get(WhereStytchIs)));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  // At once: the emulator may be running already.
  process.exit(1);
}
