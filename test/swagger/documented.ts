import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { StytchModule, type StytchModuleOptions, type StytchStaticOptions } from 'nestjs-stytch';
import { StytchB2BModule, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import { documentAccess, type DocumentAccessOptions } from 'nestjs-stytch/swagger';
import { silence } from '../support/silence.js';
import { codesOf, createDocument, operationsOf, type CreationSettings } from './documented-operations.js';

const credentials = {
  projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
  secret: 'secret-test-of-these-specs=',
  publicToken: 'public-token-test-5f0d9c1e-0000-4000-8000-000000000001',
  appUrl: 'https://app.example.com',
};

interface ApplicationSettings {
  readonly options?: Partial<StytchModuleOptions> & StytchStaticOptions;
  readonly b2b?: Partial<StytchB2BModuleOptions> & StytchStaticOptions;
  readonly imports?: ModuleMetadata['imports'];
  readonly controllers?: readonly Type[];
  readonly configure?: (app: INestApplication) => unknown;
}

export interface DocumentSettings extends ApplicationSettings, CreationSettings {
  readonly access?: DocumentAccessOptions;
}

/** Calls a function with an application that does not listen. */
export async function withApplication<Result>(
  { options, b2b, imports = [], controllers = [], configure }: ApplicationSettings,
  use: (app: INestApplication) => Result,
): Promise<Result> {
  const stytch =
    b2b === undefined
      ? StytchModule.forRoot({ ...credentials, ...options })
      : StytchB2BModule.forRoot({ ...credentials, ...b2b });
  const testing = await Test.createTestingModule({
    imports: [stytch, ...imports],
    controllers: [...controllers],
  })
    .setLogger(silence)
    .compile();
  const app = testing.createNestApplication(new ExpressAdapter());
  configure?.(app);
  try {
    return use(app);
  } finally {
    await app.close();
  }
}

const validator = new Validator();

/** The completed document of an application. Fails unless it is valid. */
export async function documented({ access, ...settings }: DocumentSettings): Promise<OpenAPIObject> {
  const document = await withApplication(settings, (app) =>
    documentAccess(app, createDocument(app, settings), access),
  );
  const { valid, errors } = await validator.validate(
    JSON.parse(JSON.stringify(document)) as Record<string, unknown>,
  );
  expect([valid, errors]).toEqual([true, undefined]);
  return document;
}

/** What a document says about the access to each operation, besides the responses of the handler itself. */
export const accessOf = (document: OpenAPIObject) =>
  Object.fromEntries(
    Object.entries(operationsOf(document)).map(([name, operation]) => [
      name,
      {
        security: operation.security,
        codes: codesOf(operation),
        description: operation.description,
      },
    ]),
  );
