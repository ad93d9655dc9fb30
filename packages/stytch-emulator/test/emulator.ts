import { readFileSync } from 'node:fs';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import stytch from 'stytch';
import {
  type ApiM2MClient,
  type ApiMember,
  type ApiMemberSession,
  type ApiOrganization,
  type ApiSession,
  type ApiUser,
  type MessageChannel,
  type RbacPolicy,
  startStytchEmulator,
  type StytchB2BEmulator,
  type StytchB2BEmulatorOptions,
  type StytchEmulator,
  type StytchEmulatorOptions,
} from 'stytch-emulator';
import { oncePerWorker } from './once-per-worker.js';

/** The response fields that tests use. */
export interface ResponseBody extends B2BResponseBody {
  client_id: string;
  connected_app: ConnectedAppBody;
  connected_apps: ConnectedAppBody[];
  email_id: string;
  emails: ApiUser['emails'];
  error_message: string;
  external_id: string | null;
  m2m_client: ApiM2MClient & { client_secret: string; next_client_secret: string };
  m2m_clients: ApiM2MClient[];
  method_id: string;
  oauth_attach_token: string;
  oauth_user_registration_id: string;
  phone_id: string;
  policy: RbacPolicy;
  project_id: string;
  provider_subject: string;
  provider_values: { access_token: string; id_token: string };
  recovery_codes: string[];
  reset_sessions: boolean;
  results: ApiUser[];
  results_metadata: { next_cursor: string | null; total: number };
  secret: string;
  session: ApiSession;
  session_jwt: string;
  session_token: string;
  sessions: ApiSession[];
  token: string;
  totp_id: string;
  totps: { totp_id: string; verified: boolean; recovery_codes: string[] }[];
  user: ApiUser;
  user_created: boolean;
  user_id: string;
  user_session: ApiSession | null;
  verdict: { authorized: boolean; granting_roles: string[] } | null;
}

interface B2BResponseBody {
  intermediate_session_token: string;
  member: ApiMember;
  member_authenticated: boolean;
  member_id: string;
  member_session: ApiMemberSession | null;
  member_sessions: ApiMemberSession[];
  members: ApiMember[];
  organization: ApiOrganization;
  organization_id: string;
  organizations: ApiOrganization[];
}

interface ConnectedAppBody {
  client_id: string;
  client_name: string;
  client_secret: string;
  client_secret_last_four: string;
  next_client_secret: string;
  next_client_secret_last_four: string | null;
}

/** A policy with these roles, which permit nothing. */
export const policyWithRoles = (...roleIds: string[]) => ({
  roles: roleIds.map((role_id) => ({ role_id, permissions: [] })),
});

export const callback = 'http://localhost:3000/authenticate';

/** One emulator for the tests of a file, reset before each of them. */
export const emulatorUnderTest = (options: StytchEmulatorOptions = {}) =>
  underTest(() => startStytchEmulator(options));

/** As `emulatorUnderTest`, with a B2B project. */
export const b2bEmulatorUnderTest = (options: Omit<StytchB2BEmulatorOptions, 'product'> = {}) =>
  underTest(() => startStytchEmulator({ ...options, product: 'b2b' }));

function underTest<Emulator extends StytchEmulator | StytchB2BEmulator>(
  start: () => Promise<Emulator>,
): () => Emulator {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await start();
  });
  beforeEach(() => emulator.reset());
  afterAll(() => emulator.close());
  return () => emulator;
}

export function basic(projectId: string, secret: string): string {
  return `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
}

/**
 * Calls an operation with the project's credentials. A successful response of a served operation must
 * match its schema in Stytch's OpenAPI document.
 */
export async function call(
  emulator: Pick<StytchEmulator, 'url' | 'projectId' | 'secret'>,
  operation: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: ResponseBody }> {
  const [method = '', path = ''] = operation.split(' ');
  const response = await fetch(emulator.url + path, {
    method,
    headers: {
      authorization: basic(emulator.projectId, emulator.secret),
      ...headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const received = (await response.json()) as ResponseBody;
  if (response.ok) expectValidResponse(operation, received);
  return { status: response.status, body: received };
}

/**
 * Calls an operation like Stytch's browser SDK, from a page of the application. A successful response must match its
 * schema, if the SDK's document has the operation. `X-SDK-Client` is not sent: it marks requests that have to be valid,
 * because an SDK has made them.
 */
export async function callFromPage(
  emulator: Pick<StytchEmulator, 'url' | 'publicToken'>,
  operation: string,
  body?: unknown,
  { sessionToken, headers = {} }: { sessionToken?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: { data: ResponseBody } }> {
  const [method = '', path = ''] = operation.split(' ');
  const response = await fetch(emulator.url + path, {
    method,
    headers: {
      authorization: basic(emulator.publicToken, sessionToken ?? emulator.publicToken),
      'content-type': 'application/json',
      origin: pageOrigin,
      'sec-fetch-site': 'same-site',
      'x-sdk-parent-host': pageOrigin,
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const received = (await response.json()) as { data: ResponseBody };
  if (response.ok && !undocumentedByStytch.test(path)) expectValidResponse(operation, received.data);
  return { status: response.status, body: received };
}

const undocumentedByStytch = /^\/sdk\/v1\/(projects\/|b2b\/organizations\/search$)/;

/** A successful response to a page, with these fields. */
export const pageSuccess = (fields: object) => ({
  status: 200,
  body: {
    data: {
      ...fields,
      request_id: expect.stringMatching(/^request-id-test-[0-9a-f-]{36}$/),
      status_code: 200,
    },
  },
});

export const pageOrigin = 'http://localhost:3000';

/** Calls an OAuth 2.0 endpoint with a form, or with any other body. No credentials are added. */
export async function callOAuth(
  emulator: Pick<StytchEmulator, 'url'>,
  path: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> & { access_token: string } }> {
  const response = await fetch(emulator.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
  return { status: response.status, body: (await response.json()) as { access_token: string } };
}

/** An error response of an OAuth 2.0 endpoint with any message. */
export function oauthRefusal(status: number, error: string) {
  return {
    status,
    body: {
      error,
      error_description: expect.any(String),
      error_uri: error.startsWith('emulator_') ? '' : `https://stytch.com/docs/api/errors/${status}#${error}`,
      request_id: expect.stringMatching(/^request-id-test-[0-9a-f-]{36}$/),
      status_code: status,
    },
  };
}

type Claims = Record<string, unknown> & { exp: number; iat: number };

export function claimsOf(jwt: string): Claims {
  return JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()) as Claims;
}

/** An error response of a B2B project with any message. */
export const b2bRefusal = (status: number, errorType: string) => refusal(status, errorType, 'docs/b2b/api');

/** An error response with any message. */
export function refusal(status: number, errorType: string, docs = 'docs/api') {
  return {
    status,
    body: {
      error_message: expect.any(String),
      error_type: errorType,
      error_url: errorType.startsWith('emulator_')
        ? ''
        : `https://stytch.com/${docs}/errors/${status}#${errorType}`,
      request_id: expect.stringMatching(/^request-id-test-[0-9a-f-]{36}$/),
      status_code: status,
    },
  };
}

/** Requests a link and returns the token in it. */
export async function mailedToken(
  emulator: StytchEmulator,
  email: string,
  extra: object = {},
): Promise<string> {
  await call(emulator, 'POST /v1/magic_links/email/login_or_create', { email, ...extra });
  const message = emulator.messages.latest({ to: email, kind: 'link' });
  if (!message) throw new Error(`No email to ${email}.`);
  return message.token;
}

/** Requests a code and returns it with its method id. */
export async function sentCode(
  emulator: StytchEmulator,
  channel: MessageChannel,
  to: string,
  extra: object = {},
): Promise<{ method_id: string; code: string }> {
  const recipient = channel === 'email' ? { email: to } : { phone_number: to };
  const { body } = await call(emulator, `POST /v1/otps/${channel}/login_or_create`, {
    ...recipient,
    ...extra,
  });
  const message = emulator.messages.latest({ to, kind: 'code' });
  if (!message) throw new Error(`No message to ${to}.`);
  return { method_id: channel === 'email' ? body.email_id : body.phone_id, code: message.code };
}

interface SdkTarget {
  readonly projectId: string;
  readonly secret: string;
  readonly url: string;
}

/** Stytch's Node SDK for consumer projects. */
export const sdkClient = ({ projectId, secret, url }: SdkTarget) =>
  withoutWarnings(() => new stytch.Client({ project_id: projectId, secret, env: url }));

/** Stytch's Node SDK for B2B projects. */
export const b2bSdkClient = ({ projectId, secret, url }: SdkTarget) =>
  withoutWarnings(() => new stytch.B2BClient({ project_id: projectId, secret, env: url }));

/** Suppresses the SDK's warning about an unknown `env`. */
function withoutWarnings<Client>(create: () => Client): Client {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return create();
  } finally {
    console.warn = warn;
  }
}

const schemas = JSON.parse(readFileSync(new URL('response-schemas.json', import.meta.url), 'utf8')) as {
  responses: Record<string, AnySchema>;
  $defs: object;
};

const operationsWithSchema = Object.keys(schemas.responses);

/** The operations of the backend API that the emulator serves, according to the generated schemas. */
export const servedOperations = operationsWithSchema.filter((operation) => operation.includes(' /v1/'));

const patterns = operationsWithSchema.map((operation): [pattern: RegExp, operation: string] => [
  new RegExp(`^${operation.replace(/\{\w+\}/g, '[^/?]+')}(\\?.*)?$`),
  operation,
]);

/** Compiles the schema of an operation when it is first used: compiling all takes half a second. */
function validatorOf(operation: string): ValidateFunction | undefined {
  const ajv = oncePerWorker('response schemas', () =>
    new Ajv({ strict: false, allErrors: true }).addSchema({ $id: 'stytch', $defs: schemas.$defs }),
  );
  const [, served = ''] = patterns.find(([pattern]) => pattern.test(operation)) ?? [];
  const { $ref } = (schemas.responses[served] ?? {}) as { $ref?: string };
  return $ref === undefined ? undefined : ajv.getSchema(`stytch${$ref}`);
}

function expectValidResponse(operation: string, body: unknown): void {
  const validate = validatorOf(operation);
  if (!validate) throw new Error(`${operation} has no schema. Run: npm run generate -w stytch-emulator`);
  validate(withoutNulls(body));
  expect(validate.errors ?? []).toEqual([]);
}

/** The document has no nullable properties: Stytch's responses have null for an absent optional property. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(present.map(([key, inner]) => [key, withoutNulls(inner)]));
}
