import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { SessionCookies, type SessionCookieValues } from '../cookies/session-cookies.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { requestTarget } from '../http/page-navigation.js';
import type { SessionResult } from './session-result.js';
import type { TenantMismatch } from './tenant-check.js';

/** Writes the session cookies that a result calls for: renewed ones, or cleared ones. Without a response, none. */
@Injectable()
export class ResultCookies {
  constructor(
    private readonly cookies: SessionCookies,
    private readonly routes: ApplicationRoutes,
  ) {}

  apply(
    result: SessionResult | TenantMismatch,
    { request, response }: Pick<HttpExchange, 'request'> & { readonly response: ServerResponse | undefined },
  ): void {
    if (response === undefined) return;
    const renewed = renewedBy(result);
    if (renewed !== undefined) {
      this.cookies.write(response, renewed);
    } else if (result.kind === 'signed_out' && result.code === 'session_ambiguous') {
      this.cookies.clearPlanted(response, this.routes.publicTargetOf(requestTarget(request)));
    } else if (result.kind === 'signed_out' && result.shouldClearCookies) {
      this.cookies.clear(response);
    }
  }
}

/** A session that is not of the tenant of this request is still the one of the browser. */
function renewedBy(result: SessionResult | TenantMismatch): SessionCookieValues | undefined {
  if (result.kind === 'tenant_mismatch') return result.signedIn?.renewed;
  return result.kind === 'signed_in' ? result.renewed : undefined;
}
