import type { IncomingMessage } from 'node:http';
import type { CredentialKind, RefusalCode, TransportCall } from '../lib/index.js';
import { claimsSession, readBearer } from '../lib/internal.js';
import type { Socket } from './socket.js';

/** The credentials that decide for a socket, from its admission to its end. */
export type HandshakeCredentials = Pick<TransportCall, 'request' | 'bearerToken'> & {
  readonly request: IncomingMessage;
};

export type HandshakeResult =
  | { readonly kind: 'credentials'; readonly credentials: HandshakeCredentials }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly inQuery?: true };

const missing: HandshakeResult = Object.freeze({ kind: 'refused', code: 'token_missing' });
const invalid: HandshakeResult = Object.freeze({ kind: 'refused', code: 'token_invalid' });
const inQuery: HandshakeResult = Object.freeze({ kind: 'refused', code: 'token_invalid', inQuery: true });

/** RFC 6750 section 2.3, and what Stytch and this package call a session's credentials. */
const tokenParameters = [
  'access_token',
  'session_jwt',
  'session_token',
  'stytch_session_jwt',
  'stytch_session',
];

/**
 * Selects the credentials of a handshake: a bearer token if one was sent and is accepted, or else the cookies if
 * they are. A token in the URL is refused: proxies and logs keep URLs.
 */
export function readHandshake(
  { request, token: inPayload }: Pick<Socket, 'request' | 'token'>,
  accepted: ReadonlySet<CredentialKind>,
): HandshakeResult {
  if (hasTokenInQuery(request)) return inQuery;
  const withoutToken = () => (accepted.has('cookie') ? cookiesOf(request) : missing);
  if (!acceptsBearer(accepted)) return withoutToken();
  const inHeader = readBearer(request);
  if (inHeader.kind === 'malformed') return invalid;
  if (inHeader.kind === 'none' && inPayload === undefined) return withoutToken();
  if (inHeader.kind === 'none') return typeof inPayload === 'string' ? bearerOf(inPayload, request) : invalid;
  return inPayload === undefined ? bearerOf(inHeader.token, request) : invalid;
}

const acceptsBearer = (accepted: ReadonlySet<CredentialKind>): boolean =>
  [...accepted].some((kind) => kind !== 'cookie');

const bearerOf = (bearerToken: string, request: IncomingMessage): HandshakeResult => ({
  kind: 'credentials',
  credentials: { bearerToken, request },
});

const cookiesOf = (request: IncomingMessage): HandshakeResult => ({
  kind: 'credentials',
  credentials: { request: withoutAuthorization(request) },
});

/** Otherwise a handler that accepts other credentials than the admission could see another person on the socket. */
function withoutAuthorization(request: IncomingMessage): IncomingMessage {
  if (request.headers.authorization === undefined) return request;
  const headers = { ...request.headers, authorization: undefined };
  return Object.create(request, { headers: { value: headers } }) as IncomingMessage;
}

function hasTokenInQuery({ url = '' }: IncomingMessage): boolean {
  const at = url.indexOf('?');
  if (at === -1) return false;
  const parameters = [...new URLSearchParams(url.slice(at + 1))];
  return parameters.some(([name, value]) => tokenParameters.includes(name) || claimsSession(value));
}
