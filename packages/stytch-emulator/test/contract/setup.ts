import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { oncePerWorker } from '../once-per-worker.js';
import { type Exchange } from '../../src/server/publish-exchanges.js';
import { problemsOf } from './check-exchange.js';
import { divergences } from './divergences.js';
import { OfficialDocument, type OpenAPIDocument } from './official-document.js';

// Runs before each spec file of both packages if STYTCH_OPENAPI or STYTCH_SDK_OPENAPI is set: a test fails if an
// exchange with an emulator in its process violates Stytch's OpenAPI document of the API, or of the API for SDKs, except
// for the divergences.
const errorTypes = readErrorTypes(process.env['STYTCH_ERROR_TYPES']);
let problems: string[] = [];

function check(message: unknown): void {
  const exchange = message as Exchange;
  const document = exchange.path.startsWith('/sdk/') ? sdkDocument() : apiDocument();
  const found = document && problemsOf(exchange, document, errorTypes);
  for (const problem of found?.problems ?? []) {
    const isKnown = divergences.some(
      (divergence) =>
        [found?.operation, '*'].includes(divergence.operation) && problem.startsWith(divergence.problem),
    );
    if (!isKnown) problems.push(`${found?.operation} ${problem}`);
  }
}

function expectNoProblems(): void {
  const found = [...new Set(problems)];
  problems = [];
  expect(found).toEqual([]);
}

beforeAll(() => {
  subscribe('stytch-emulator:exchange', check);
});
afterEach(expectNoProblems);
afterAll(() => {
  unsubscribe('stytch-emulator:exchange', check);
  expectNoProblems();
});

function apiDocument(): OfficialDocument | undefined {
  return readOnce('STYTCH_OPENAPI', (document) => new OfficialDocument(document));
}

function sdkDocument(): OfficialDocument | undefined {
  return readOnce('STYTCH_SDK_OPENAPI', (document) => new OfficialDocument(withBootstrap(document), true));
}

/** The document has the schema of the response to this operation, but not the operation. */
function withBootstrap({ paths, components }: OpenAPIDocument): OpenAPIDocument {
  const schema = { $ref: '#/components/schemas/BootstrapResponse' };
  const get = { responses: { '200': { content: { 'application/json': { schema } } }, '400': {} } };
  return { paths: { ...paths, '/sdk/v1/projects/bootstrap/{public_token}': { get } }, components };
}

/**
 * Reads the document in an environment variable. Only if there is an exchange: reading it and compiling its schemas
 * takes a while.
 */
function readOnce(
  variable: string,
  toDocument: (document: OpenAPIDocument) => OfficialDocument,
): OfficialDocument | undefined {
  const path = process.env[variable];
  if (path === undefined) return undefined;
  return oncePerWorker(variable, () => toDocument(JSON.parse(readFileSync(path, 'utf8')) as OpenAPIDocument));
}

/** The words in a file: the official list is a source file of Stytch's browser SDK. */
function readErrorTypes(path: string | undefined): ReadonlySet<string> | undefined {
  return path === undefined ? undefined : new Set(readFileSync(path, 'utf8').match(/\w+/g));
}
