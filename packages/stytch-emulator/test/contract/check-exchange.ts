import { type ErrorObject, type ValidateFunction } from 'ajv';
import { type Exchange } from '../../src/server/publish-exchanges.js';
import { type DocumentedOperation, type OfficialDocument } from './official-document.js';

/**
 * What an exchange violates of the document, for example `request: /email must be string`. Operations that the
 * document lacks are not checked.
 *
 * A request has to be valid if an SDK has sent it, or, except for unknown fields, if the emulator has accepted it. All
 * other requests are deliberate violations of tests. A response always has to be valid.
 *
 * @param errorTypes Stytch's error types; not checked if undefined
 */
export function problemsOf(
  exchange: Exchange,
  document: OfficialDocument,
  errorTypes: ReadonlySet<string> | undefined,
): { operation: string; problems: string[] } | undefined {
  const operation = document.find(exchange.method, exchange.path);
  if (!operation) return undefined;
  const isSuccess = exchange.status < 300;
  const { isFromSdk } = exchange;
  const problems = [
    ...[
      ...(isSuccess || isFromSdk ? requestViolations(exchange, operation) : []),
      ...(isFromSdk ? unknownFields(exchange, operation) : []),
    ].map((problem) => `request: ${problem}`),
    ...[
      ...statusProblems(exchange, operation),
      ...(isSuccess
        ? violations(operation.response, parse(exchange.responseBody)).map(describe)
        : errorProblems(exchange, errorTypes)),
    ].map((problem) => `response: ${problem}`),
  ];
  return { operation: operation.name, problems };
}

function requestViolations({ query, requestBody }: Exchange, operation: DocumentedOperation): string[] {
  return [
    ...operation.queryParameters
      .filter(({ name, required }) => required && !(name in query))
      .map(({ name }) => `the query parameter ${name} is missing`),
    ...bodyErrors(operation, requestBody)
      .filter((error) => !isUnknownField(error))
      .map(describe),
  ];
}

function unknownFields({ query, requestBody }: Exchange, operation: DocumentedOperation): string[] {
  const known = operation.queryParameters.map(({ name }) => name);
  return [
    ...Object.keys(query)
      .filter((name) => !known.includes(name))
      .map((name) => `the query parameter ${name} is not documented`),
    ...bodyErrors(operation, requestBody).filter(isUnknownField).map(describe),
    ...(operation.request === undefined && !['', '{}'].includes(requestBody)
      ? ['has an undocumented body']
      : []),
  ];
}

function bodyErrors({ request }: DocumentedOperation, requestBody: string): ErrorObject[] {
  return request ? violations(request, parse(requestBody === '' ? '{}' : requestBody)) : [];
}

function statusProblems({ status }: Exchange, { statuses }: DocumentedOperation): string[] {
  return statuses.includes(status) ? [] : [`status ${status} is not documented`];
}

/** The document has no schema of errors. Its examples have these fields. */
function errorProblems(
  { status, responseBody }: Exchange,
  errorTypes: ReadonlySet<string> | undefined,
): string[] {
  const body = parse(responseBody) as Record<string, unknown>;
  const expected = ['error_message', 'error_type', 'error_url', 'request_id', 'status_code'];
  const { error_type: errorType } = body;
  return [
    ...(Object.keys(body).sort().join() === expected.join()
      ? []
      : [`an error has the fields ${expected.join(', ')}`]),
    ...(body['status_code'] === status ? [] : ['status_code is not the status']),
    ...(typeof errorType === 'string' && (errorTypes?.has(errorType) ?? true)
      ? []
      : [`${String(errorType)} is not an error type of Stytch`]),
  ];
}

function violations(validate: ValidateFunction, body: unknown): ErrorObject[] {
  return validate(withoutNulls(body)) ? [] : (validate.errors ?? []);
}

const isUnknownField = ({ keyword }: ErrorObject) => keyword === 'additionalProperties';

function describe({ instancePath, message = '', params }: ErrorObject): string {
  const { additionalProperty } = params as { additionalProperty?: string };
  return additionalProperty === undefined
    ? `${instancePath} ${message}`.trim()
    : `${instancePath}/${additionalProperty} is not documented`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The document has no nullable properties: null stands for an absent optional property. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(present.map(([key, inner]) => [key, withoutNulls(inner)]));
}
