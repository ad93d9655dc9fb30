import type { IncomingMessage } from 'node:http';
import { maxJwtBytes } from './verify/compact-jws.js';

export type BearerReadResult =
  | { readonly kind: 'token'; readonly token: string }
  /** No `Authorization` header, or one of another scheme, such as Basic in front of a staging system. */
  | { readonly kind: 'none' }
  /** More than one `Authorization` header, or a bearer token that is too long or not one. */
  | { readonly kind: 'malformed' };

const none: BearerReadResult = Object.freeze({ kind: 'none' });
const malformed: BearerReadResult = Object.freeze({ kind: 'malformed' });

const bearerScheme = /^bearer(?:\s|$)/i;
/** RFC 6750 section 2.1: `b64token`. */
const bearerCredentials = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const maxHeaderLength = maxJwtBytes + 'Bearer '.length;

type RequestHeaders = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** Reads the bearer token of a request (RFC 6750 section 2.1). Those in a body or a query are not read. */
export function readBearer(request: RequestHeaders): BearerReadResult {
  const [value, ...others] = authorizationsOf(request);
  if (![value, ...others].some((one) => one !== undefined && bearerScheme.test(one))) return none;
  if (value === undefined || others.length > 0 || value.length > maxHeaderLength) return malformed;
  const token = bearerCredentials.exec(value)?.[1];
  return token === undefined ? malformed : { kind: 'token', token };
}

/** Node drops all but the first from `headers`. Requests of test tools may have no `rawHeaders`. */
function authorizationsOf({ headers, rawHeaders }: RequestHeaders): string[] {
  const { authorization } = headers;
  // Mercurius adds what a client of a subscription sent as JSON to the headers, which may be no text.
  if (typeof authorization !== 'string') return [];
  const values = (rawHeaders as string[] | undefined)?.filter(
    (_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization',
  );
  return values === undefined || values.length === 0 ? [authorization] : values;
}
