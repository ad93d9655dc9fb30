import type { IncomingMessage } from 'node:http';
import type { ResolvedOptions } from '../options/resolve-options.js';

type OwnOrigins = Pick<ResolvedOptions, 'appUrl' | 'trustedOrigins'>;

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a state-changing request or a WebSocket handshake was sent by a page of a site that is neither
 * `appUrl` nor in `trustedOrigins`. Browsers attach cookies to such requests, and no CORS check follows a
 * handshake. They identify the sender with `Sec-Fetch-Site` (W3C Fetch Metadata), and older ones with
 * `Origin`. A request with neither header does not come from a browser and is accepted.
 */
export function isCrossSiteRequest(
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  options: OwnOrigins,
): boolean {
  return (isUpgrade(request) || changesState(request)) && isCrossSiteHandshake(request, options);
}

/**
 * {@link isCrossSiteRequest} for a request that is known to open a connection: socket.io may begin with `GET` requests
 * that poll.
 */
export const isCrossSiteHandshake = (
  request: Pick<IncomingMessage, 'headers'>,
  options: OwnOrigins,
): boolean =>
  isUpgrade(request) ? isFromAnotherOrigin(request, options) : isFromAnotherSite(request, options);

export const changesState = ({ method }: Pick<IncomingMessage, 'method'>): boolean =>
  !safeMethods.has(method ?? '');

const isUpgrade = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean => headers.upgrade !== undefined;

function isFromAnotherSite(request: Pick<IncomingMessage, 'headers'>, options: OwnOrigins): boolean {
  const { 'sec-fetch-site': site } = request.headers;
  if (site === 'same-origin' || site === 'none') return false;
  return site !== undefined ? !isOwnOrigin(request, options) : isFromAnotherOrigin(request, options);
}

/**
 * Browsers name the origin in each handshake, and not all of them the site. Mercurius adds headers that a page
 * chooses to those of the handshake, but does not replace any.
 */
const isFromAnotherOrigin = (request: Pick<IncomingMessage, 'headers'>, options: OwnOrigins): boolean =>
  request.headers.origin !== undefined && !isOwnOrigin(request, options);

/** The origin "null" (sandboxed frames, pages without a referrer) identifies no site. */
const isOwnOrigin = (
  { headers: { origin } }: Pick<IncomingMessage, 'headers'>,
  { appUrl, trustedOrigins }: OwnOrigins,
): boolean => origin === appUrl || trustedOrigins.has(origin ?? '');
