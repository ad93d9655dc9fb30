import { Injectable, Logger } from '@nestjs/common';
import type { HttpExchange } from '../http/http-exchange.js';

/** Logs once if requests come through a proxy that the platform is not configured to trust. */
@Injectable()
export class ProxyDetection {
  private readonly logger = new Logger('Stytch');
  private hasLogged = false;

  check({ request: { headers, socket }, clientIp = '' }: HttpExchange): void {
    if (this.hasLogged || headers['x-forwarded-for'] === undefined) return;
    if (clientIp !== socket.remoteAddress || !isPrivate(clientIp)) return;
    this.hasLogged = true;
    this.logger.warn(
      'Requests come through a proxy, so all clients share one rate limit. Set "trust proxy" (Express) or trustProxy (Fastify).',
    );
  }
}

/** RFC 1918, loopback and unique local addresses (RFC 4193), which clients on the Internet don't have. */
const isPrivate = (ip: string) =>
  /^(::ffff:)?(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i.test(ip);
