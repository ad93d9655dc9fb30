import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  DocumentBuilder,
  SwaggerModule,
  type OpenAPIObject,
  type SwaggerDocumentOptions,
} from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { StytchModule, type StytchModuleOptions, type StytchStaticOptions } from 'nestjs-stytch';
import { StytchB2BModule, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import { documentAccess, type DocumentAccessOptions } from 'nestjs-stytch/swagger';
import { silence } from '../support/silence.js';

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

export interface DocumentSettings extends ApplicationSettings {
  readonly config?: (builder: DocumentBuilder) => unknown;
  readonly documentOptions?: SwaggerDocumentOptions;
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

export function createDocument(
  app: INestApplication,
  { config, documentOptions }: Pick<DocumentSettings, 'config' | 'documentOptions'> = {},
): OpenAPIObject {
  const builder = new DocumentBuilder();
  config?.(builder);
  return SwaggerModule.createDocument(app, builder.build(), documentOptions);
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

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The operations of a document by verb and path. */
export function operationsOf({ paths }: OpenAPIObject): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([verb, operation]) => [
        `${verb.toUpperCase()} ${path}`,
        operation as Operation,
      ]),
    ),
  );
}

interface RefusalSchema {
  readonly allOf: readonly [unknown, { readonly properties: { readonly code: { readonly enum: string[] } } }];
}

/** The codes of an operation by status, without responses that are no refusals. */
export function codesOf({ responses }: Operation): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(responses).flatMap(([status, response]) => {
      const schema = (response as { content?: Record<string, { schema?: unknown }> }).content?.[
        'application/json'
      ]?.schema as Partial<RefusalSchema> | undefined;
      return schema?.allOf === undefined ? [] : [[status, schema.allOf[1].properties.code.enum]];
    }),
  );
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
