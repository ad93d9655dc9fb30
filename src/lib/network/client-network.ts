import type { IncomingMessage } from 'node:http';
import { coarseNetworkOf } from './network-key.js';

/** Who sent a request. */
export interface RequestSource {
  readonly request: Pick<IncomingMessage, 'headers' | 'socket'>;
  /** According to the platform's setting for trusted proxies. */
  readonly clientIp: string | undefined;
}

/** Where the client is: `192.0.2.0/24` or `2001:db8:1::/48`. Undefined if that is not known. */
export function clientNetwork(source: RequestSource): string | undefined {
  const { clientIp } = source;
  return clientIp === undefined || isHiddenByProxy(source) ? undefined : coarseNetworkOf(clientIp);
}

/**
 * Whether the client's address is the one of a proxy that the platform does not trust. All clients behind it have that
 * address. A trusted proxy is never recognized: then the address is the one that the proxy reports.
 */
export function isHiddenByProxy({ request: { headers, socket }, clientIp }: RequestSource): boolean {
  if (clientIp === undefined || headers['x-forwarded-for'] === undefined) return false;
  return clientIp === socket.remoteAddress && isPrivate(clientIp);
}

/**
 * RFC 1918, loopback and unique local (RFC 4193) addresses. A client on the public internet can send
 * X-Forwarded-For too, but does not connect from one of these.
 */
const isPrivate = (ip: string) =>
  /^(::ffff:)?(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i.test(ip);
