import { Injectable } from '@nestjs/common';
import { SessionCookies } from '../cookies/session-cookies.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { requestTarget } from '../http/page-navigation.js';
import type { SessionResult } from './session-result.js';

/** Writes the session cookies that a result calls for: renewed ones, or cleared ones. */
@Injectable()
export class ResultCookies {
  constructor(
    private readonly cookies: SessionCookies,
    private readonly routes: ApplicationRoutes,
  ) {}

  apply(result: SessionResult, { request, response }: Pick<HttpExchange, 'request' | 'response'>): void {
    if (result.kind === 'signed_in' && result.renewed !== undefined) {
      this.cookies.write(response, result.renewed);
    } else if (result.kind === 'signed_out' && result.code === 'session_ambiguous') {
      this.cookies.clearPlanted(response, this.routes.publicTargetOf(requestTarget(request)));
    } else if (result.kind === 'signed_out' && result.shouldClearCookies) {
      this.cookies.clear(response);
    }
  }
}
