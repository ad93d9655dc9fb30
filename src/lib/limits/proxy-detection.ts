import { Injectable, Logger } from '@nestjs/common';
import type { HttpClient } from '../http/http-exchange.js';
import { isHiddenByProxy } from '../network/client-network.js';

/** Recognizes requests through a reverse proxy that the platform does not trust. Logs the first one. */
@Injectable()
export class ProxyDetection {
  private readonly logger = new Logger('Stytch');
  private hasLogged = false;

  /** Whether the client's address is the one of such a proxy. */
  hidesClient(client: HttpClient): boolean {
    const isHidden = isHiddenByProxy(client);
    if (isHidden) this.logOnce();
    return isHidden;
  }

  private logOnce(): void {
    if (this.hasLogged) return;
    this.hasLogged = true;
    this.logger.error(
      'Requests arrive through a proxy that is not trusted, so clients are indistinguishable and limits per network apply to all of them together, ten times as high. Set "trust proxy" (Express) or trustProxy (Fastify).',
    );
  }
}
