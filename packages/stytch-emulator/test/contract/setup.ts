import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { type Exchange } from '../../src/server/publish-exchanges.js';
import { problemsOf } from './check-exchange.js';
import { divergences } from './divergences.js';
import { OfficialDocument, type OpenAPIDocument } from './official-document.js';

// Runs before each spec file of both packages if STYTCH_OPENAPI is set: a test fails if an exchange with an emulator
// in its process violates Stytch's OpenAPI document, except for the divergences.
const errorTypes = readErrorTypes(process.env['STYTCH_ERROR_TYPES']);
let problems: string[] = [];

function check(message: unknown): void {
  const found = problemsOf(message as Exchange, officialDocument(), errorTypes);
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

/** Read once per worker, and only if there is an exchange: reading it and compiling its schemas takes a while. */
function officialDocument(): OfficialDocument {
  const name = Symbol.for('nestjs-stytch: worker cache');
  const cache = (globalThis as { [name]?: Map<string, OfficialDocument> })[name]!;
  const existing = cache.get('official document');
  if (existing) return existing;
  const text = readFileSync(process.env['STYTCH_OPENAPI']!, 'utf8');
  const document = new OfficialDocument(JSON.parse(text) as OpenAPIDocument);
  cache.set('official document', document);
  return document;
}

/** The words in a file: the official list is a source file of Stytch's browser SDK. */
function readErrorTypes(path: string | undefined): ReadonlySet<string> | undefined {
  return path === undefined ? undefined : new Set(readFileSync(path, 'utf8').match(/\w+/g));
}
