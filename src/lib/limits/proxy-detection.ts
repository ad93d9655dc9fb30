import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';

/**
 * Warns once about a reverse proxy that the platform does not trust. All clients then have the
 * proxy's address, and the per-network limits apply to all of them together.
 */
@Injectable()
export class ProxyDetection {
  private readonly logger = new Logger('Stytch');
  private hasWarned = false;

  /** @param clientIp the address as the platform determined it, with its own setting for proxies */
  check({ headers, socket }: IncomingMessage, clientIp: string | undefined): void {
    if (this.hasWarned || clientIp === undefined || headers['x-forwarded-for'] === undefined) return;
    if (clientIp !== socket.remoteAddress || !isPrivate(clientIp)) return;
    this.hasWarned = true;
    this.logger.warn(
      'Requests arrive through a proxy that is not trusted, so all clients share one rate limit. Set "trust proxy" (Express) or trustProxy (Fastify).',
    );
  }
}

/**
 * RFC 1918, loopback and unique local (RFC 4193) addresses. A client on the public internet can send
 * X-Forwarded-For too, but does not connect from one of these.
 */
const isPrivate = (ip: string) =>
  /^(::ffff:)?(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i.test(ip);
