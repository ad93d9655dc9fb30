import { Inject, Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import onHeaders from 'on-headers';
import type { SessionCookieValues } from '../cookies/session-cookies.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

/** Offers the JWT of a refreshed session to a client without cookies, in the header that the option names. */
@Injectable()
export class RenewedJwtHeader {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'bearer'>) {}

  /**
   * Sets the header and `Cache-Control: no-store` when the response headers are sent, so that a handler that
   * overwrites them can't have the JWT cached, and one that ends the session does not offer it.
   */
  offer(renewed: SessionCookieValues | undefined, response: ServerResponse): void {
    const { renewedJwtHeader } = this.options.bearer;
    if (renewed === undefined || renewedJwtHeader === undefined) return;
    onHeaders(response, () => {
      if (renewed.isStillValid?.() === false) return;
      response.setHeader(renewedJwtHeader, renewed.sessionJwt);
      response.setHeader('cache-control', 'no-store');
    });
  }
}
