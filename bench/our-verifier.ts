import { ModulesContainer, NestFactory } from '@nestjs/core';
import { SigningKeys, StytchModule } from 'nestjs-stytch';
import { type StytchB2BModule } from 'nestjs-stytch/b2b';
import type { StytchProject } from './alternatives/alternative.js';

/** The measured part of the package's verifier. */
interface SessionJwtVerifier {
  verify(jwt: string): { readonly kind: string };
}

/**
 * The verifier of an application with one of the package's modules, after its keys were fetched. The class is
 * not exported, so it is found by its name.
 */
export async function ourVerifier(
  project: StytchProject,
  module: typeof StytchModule | typeof StytchB2BModule = StytchModule,
): Promise<SessionJwtVerifier> {
  const app = await NestFactory.createApplicationContext(
    module.forRoot({ ...project, appUrl: 'http://localhost:3000' }),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
    { logger: false },
  );
  await app.get(SigningKeys).reload();
  const providers = [...app.get(ModulesContainer).values()].flatMap((one) => [...one.providers.values()]);
  const found = providers.find(({ name }) => name === 'SessionJwtVerifier');
  if (found === undefined) throw new Error('The package has no provider SessionJwtVerifier.');
  return found.instance as SessionJwtVerifier;
}
