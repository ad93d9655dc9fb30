import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule, type StytchSettings } from './app.module.js';

export interface ServerSettings {
  readonly port: number;
  /** The origins of the front ends. */
  readonly frontEnds: readonly [string, ...string[]];
  readonly stytch: Omit<StytchSettings, 'appUrl' | 'trustedOrigins'>;
}

/** Starts the Nest application on loopback. */
export async function startServer({ port, frontEnds, stytch }: ServerSettings): Promise<INestApplication> {
  const [appUrl, ...trustedOrigins] = frontEnds;
  const module = AppModule.with({ ...stytch, appUrl, trustedOrigins });
  const app = await NestFactory.create(module, { logger: ['warn', 'error'] });
  // With a bearer token: pages of these origins may send it. Cookies stay within one origin, so there are no
  // `credentials`.
  app.enableCors({ origin: [...frontEnds], allowedHeaders: ['authorization', 'content-type'] });
  app.enableShutdownHooks();
  await app.listen(port, '127.0.0.1');
  return app;
}
