import { Injectable, Logger } from '@nestjs/common';
import type { HttpClient } from '../http/http-exchange.js';

/** Recognizes requests through a reverse proxy that the platform does not trust. Logs the first one. */
@Injectable()
export class ProxyDetection {
  private readonly logger = new Logger('Stytch');
  private hasLogged = false;

  /**
   * Whether the client's address is the one of such a proxy. All clients behind it have that address.
   * A trusted proxy is never recognized: then the address is the one that the proxy reports.
   */
  hidesClient({ request: { headers, socket }, clientIp }: HttpClient): boolean {
    if (clientIp === undefined || headers['x-forwarded-for'] === undefined) return false;
    if (clientIp !== socket.remoteAddress || !isPrivate(clientIp)) return false;
    this.logOnce();
    return true;
  }

  private logOnce(): void {
    if (this.hasLogged) return;
    this.hasLogged = true;
    this.logger.error(
      'Requests arrive through a proxy that is not trusted, so clients are indistinguishable and limits per network apply to all of them together, ten times as high. Set "trust proxy" (Express) or trustProxy (Fastify).',
    );
  }
}

/**
 * RFC 1918, loopback and unique local (RFC 4193) addresses. A client on the public internet can send
 * X-Forwarded-For too, but does not connect from one of these.
 */
const isPrivate = (ip: string) =>
  /^(::ffff:)?(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i.test(ip);
