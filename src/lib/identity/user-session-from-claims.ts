import type { AuthenticationFactor, UserSession } from './session.js';

/** Where Stytch puts the session within a JWT's claims. */
const sessionClaim = 'https://stytch.com/session';
const stytchNamespace = 'https://stytch.com/';
const registeredClaims = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

const userId = /^user-[A-Za-z0-9-]{1,128}$/;
const sessionId = /^session-[A-Za-z0-9-]{1,128}$/;

type Claims = Readonly<Record<string, unknown>>;
type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** What most sessions have: one value for all. */
const noClaims: Claims = Object.freeze(Object.create(null) as Record<string, unknown>);
const noRoles: readonly string[] = Object.freeze([]);

export interface ClaimedSession {
  readonly session: UserSession;
  readonly startedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/**
 * The session that verified claims name; `undefined` when they name none. The same key signs
 * machine-to-machine and connected-app tokens for the same audience: only a well-formed session
 * claim and a user as subject make a session JWT.
 */
export function sessionFromClaims(claims: Claims): ClaimedSession | undefined {
  const { sub } = claims;
  const session = claims[sessionClaim];
  if (typeof sub !== 'string' || !userId.test(sub) || !isObject(session)) return undefined;

  const { id, started_at, expires_at } = session;
  const startedAtMs = readTimestamp(started_at);
  const expiresAtMs = readTimestamp(expires_at);
  if (typeof id !== 'string' || !sessionId.test(id) || Number.isNaN(startedAtMs + expiresAtMs))
    return undefined;
  const authenticationFactors = readFactors(session['authentication_factors']);
  const roles = readRoles(session['roles']);
  if (authenticationFactors === undefined || roles === undefined) return undefined;

  const read: Writable<UserSession> = {
    kind: 'user',
    userId: sub,
    sessionId: id,
    startedAt: started_at as string,
    expiresAt: expires_at as string,
    authenticationFactors,
    roles,
    customClaims: customClaimsOf(claims),
  };
  const email = provenEmail(authenticationFactors);
  if (email !== undefined) read.email = email;
  return {
    session: Object.freeze(read),
    startedAtSeconds: startedAtMs / 1000,
    expiresAtSeconds: expiresAtMs / 1000,
  };
}

function readFactors(factors: unknown): readonly AuthenticationFactor[] | undefined {
  if (!Array.isArray(factors) || !factors.every(isObject)) return undefined;
  const read = factors.map(readFactor);
  return read.every((factor) => factor !== undefined) ? Object.freeze(read) : undefined;
}

function readFactor(factor: Claims): AuthenticationFactor | undefined {
  const { type, delivery_method, last_authenticated_at, email_factor, phone_number_factor } = factor;
  if (
    typeof type !== 'string' ||
    typeof delivery_method !== 'string' ||
    Number.isNaN(readTimestamp(last_authenticated_at))
  ) {
    return undefined;
  }
  const emailAddress = isObject(email_factor) ? email_factor['email_address'] : undefined;
  const phoneNumber = isObject(phone_number_factor) ? phone_number_factor['phone_number'] : undefined;
  const read: Writable<AuthenticationFactor> = {
    type,
    deliveryMethod: delivery_method,
    lastAuthenticatedAt: last_authenticated_at as string,
  };
  if (typeof emailAddress === 'string') read.emailAddress = emailAddress;
  if (typeof phoneNumber === 'string') read.phoneNumber = phoneNumber;
  return Object.freeze(read);
}

/** Of several proven addresses, the one proven last. */
function provenEmail(factors: readonly AuthenticationFactor[]): string | undefined {
  let last: AuthenticationFactor | undefined;
  for (const factor of factors) {
    if (factor.emailAddress === undefined) continue;
    if (last === undefined || provenAtMs(factor) > provenAtMs(last)) last = factor;
  }
  return last?.emailAddress;
}

const provenAtMs = ({ lastAuthenticatedAt }: AuthenticationFactor) => Date.parse(lastAuthenticatedAt);

/** A list of strings or nothing. A bare string would match by substring further on. */
function readRoles(roles: unknown): readonly string[] | undefined {
  if (roles === undefined || roles === null) return noRoles;
  const isListOfStrings = Array.isArray(roles) && roles.every((role) => typeof role === 'string');
  return isListOfStrings ? Object.freeze([...roles]) : undefined;
}

function customClaimsOf(claims: Claims): Readonly<Record<string, unknown>> {
  let own: Record<string, unknown> | undefined;
  for (const name of Object.keys(claims)) {
    if (registeredClaims.has(name) || name.startsWith(stytchNamespace) || name === '__proto__') continue;
    own ??= Object.create(null) as Record<string, unknown>;
    own[name] = frozenCopy(claims[name]);
  }
  return own === undefined ? noClaims : Object.freeze(own);
}

/**
 * A deep, frozen copy without prototypes. `__proto__` is left out at every depth: as an own
 * property it would change the prototype of whatever it is assigned onto later.
 */
function frozenCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  if (!isObject(value)) return value;
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(value)) {
    if (name !== '__proto__') copy[name] = frozenCopy(inner);
  }
  return Object.freeze(copy);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 3339 with its zone: without one, it would be read as the time of this machine's place. */
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970; not a number for what is no timestamp. */
const readTimestamp = (value: unknown): number =>
  typeof value === 'string' && timestamp.test(value) ? Date.parse(value) : NaN;
