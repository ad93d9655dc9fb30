import { randomUUID } from 'node:crypto';
import type { Client, ConnectedApp, M2MClient } from '../lib/index.js';
import { clientFromClaims } from '../lib/internal.js';
import { anOrganization, organizationClaims, type OrganizationInput } from './an-organization.js';

/** What the access token of a client has. Everything has a default. */
export interface ClientInput {
  /** @default a new id */
  readonly clientId?: string;
  /** @default [] */
  readonly scopes?: readonly string[];
  /**
   * When the access token expires (RFC 3339).
   * @default an hour from now
   */
  readonly expiresAt?: string;
  /** @default {} */
  readonly customClaims?: Readonly<Record<string, unknown>>;
}

/** What the access token of a connected app has. Only the scopes have no default. */
export interface ConnectedAppInput extends ClientInput {
  /** At least one. */
  readonly scopes: readonly string[];
  /**
   * The user that the app acts for.
   * @default a new id
   */
  readonly userId?: string;
  /** Makes it an app that acts for a member, of a B2B project. Everything in it has a default. */
  readonly member?: {
    readonly memberId?: string;
    readonly organization?: OrganizationInput;
  };
}

/**
 * A machine-to-machine client for tests: of services, which take one, and of HTTP routes with
 * {@link testSessions}.
 *
 * @throws {TypeError} if Stytch has no such client
 */
export function aClient(input: ClientInput = {}): M2MClient {
  const clientId = input.clientId ?? `m2m-client-test-${randomUUID()}`;
  return clientOf({ kind: 'm2m_client', clientId, ...common(input) });
}

/**
 * A connected app for tests, which acts for a user or for a member.
 *
 * @throws {TypeError} if Stytch has no such app, for example without a scope
 */
export function aConnectedApp(input: ConnectedAppInput): ConnectedApp {
  const clientId = input.clientId ?? `connected-app-test-${randomUUID()}`;
  return clientOf({ kind: 'connected_app', clientId, ...personOf(input), ...common(input) });
}

function personOf({ userId, member }: ConnectedAppInput): Pick<ConnectedApp, 'subject' | 'organization'> {
  if (member === undefined) return { subject: { kind: 'user', id: userId ?? `user-test-${randomUUID()}` } };
  const { memberId: id = `member-test-${randomUUID()}` } = member;
  const organization = anOrganization(member.organization);
  return { subject: { kind: 'member', id, organizationId: organization.id }, organization };
}

/** The claims of an access token that a client is read from. */
export const clientClaims = (client: Client) => ({
  ...client.customClaims,
  sub: client.kind === 'm2m_client' ? client.clientId : client.subject.id,
  ...(client.kind === 'connected_app' && { client_id: client.clientId }),
  ...(client.kind === 'connected_app' && client.organization && organizationClaims(client.organization)),
  scope: client.scopes.join(' '),
  exp: Math.floor(Date.parse(client.expiresAt) / 1000),
});

const common = ({ scopes = [], expiresAt, customClaims = {} }: ClientInput) => ({
  scopes,
  expiresAt: expiresAt ?? new Date(Date.now() + 3_600_000).toISOString(),
  customClaims,
});

/** As it is read from its token: frozen, with whole seconds. */
function clientOf<Kind extends Client>(client: Kind): Kind {
  const read = clientFromClaims(clientClaims(client));
  if (read?.kind === client.kind) return read as Kind;
  throw new TypeError(
    'Stytch has no such client: the clientId of a connected app starts with "connected-app-", and it has a scope. That of an M2M client starts with none of Stytch\'s other prefixes.',
  );
}
