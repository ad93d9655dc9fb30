import { NestFactory } from '@nestjs/core';
import { SigningKeys, StytchModule } from 'nestjs-stytch';
import { type StytchB2BModule } from 'nestjs-stytch/b2b';
import type { StytchProject } from './alternatives/alternative.js';

/** The measured part of the package's verifier. */
interface SessionJwtVerifier {
  verify(jwt: string): { readonly kind: string };
}

/**
 * The verifier of an application with one of the package's modules, after its keys were fetched. The class is
 * not exported, so it is imported by its path relative to the package's entry point.
 */
export async function ourVerifier(
  project: StytchProject,
  module: typeof StytchModule | typeof StytchB2BModule = StytchModule,
): Promise<SessionJwtVerifier> {
  const file = new URL('session/verify/session-jwt-verifier.js', import.meta.resolve('nestjs-stytch'));
  const { SessionJwtVerifier } = (await import(file.href)) as {
    SessionJwtVerifier: abstract new () => SessionJwtVerifier;
  };
  const app = await NestFactory.createApplicationContext(
    module.forRoot({ ...project, appUrl: 'http://localhost:3000' }),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
    { logger: false },
  );
  await app.get(SigningKeys).reload();
  return app.get(SessionJwtVerifier, { strict: false });
}
