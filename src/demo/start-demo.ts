import { type NestApplicationOptions, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import { demoConfig, type DemoConfig } from './demo.config.js';
import { redirectToAppUrl } from './redirect-to-app-url.js';
import { describeFailure } from './startup-error.js';
import { startupMessage, type DemoDescription } from './startup-message.js';
import { StytchConnection } from './stytch-connection.js';

// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
const options: NestApplicationOptions = {
  logger: ['warn', 'error'],
  // Failures during startup are reported below, as one sentence without a stack.
  bufferLogs: true,
  autoFlushLogs: false,
  abortOnError: false,
  // Browsers keep connections open; a restart does not wait for them.
  forceCloseConnections: true,
};

/** Starts a demo and prints where it is. Ends the process if it can't start. */
export async function startDemo(module: Type, description: DemoDescription): Promise<void> {
  try {
    const app = await NestFactory.create<NestExpressApplication>(module, options);
    const { port, appUrl } = app.get<DemoConfig>(demoConfig.KEY);
    const { origin } = new URL(appUrl);

    app.disable('x-powered-by');
    app.use(redirectToAppUrl(origin));
    // For the application's own cookies. The library does not need it.
    app.use(cookieParser());
    app.enableShutdownHooks();

    await app.listen(port, '127.0.0.1');
    app.flushLogs();
    process.stdout.write(startupMessage(origin, app.get(StytchConnection), description));
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    // The emulator may already be listening, which would keep the process alive.
    process.exit(1);
  }
}
