import { HttpException, Injectable } from '@nestjs/common';
import type { HttpExchange, ResponseHeaders } from './http-exchange.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { Refusal } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import { ApplicationRoutes } from './application-routes.js';
import { isPageNavigation, requestTarget } from './page-navigation.js';

/** Turns a refusal into an HTTP answer: headers on the response, the rest in the exception to throw. */
@Injectable()
export class Refusals {
  constructor(
    private readonly routes: ApplicationRoutes,
    private readonly events: StytchEvents,
  ) {}

  /**
   * The exception for a refused request. A person loading a page is sent to the login page where
   * a 401 stands, and comes back afterwards; never where a 503 stands, since nothing is known of
   * their session then.
   */
  toException(refusal: Refusal, { request, headers }: HttpExchange): HttpException {
    this.events.emit({ type: 'refused', code: refusal.code });
    headers.setHeader('cache-control', 'no-store');
    const login = this.loginUrlFor(requestTarget(request));
    if (refusal.status === 401 && login !== undefined && isPageNavigation(request)) {
      headers.setHeader('location', login);
      return new HttpException({ statusCode: 303, message: refusal.message, code: refusal.code }, 303);
    }
    setRefusalHeaders(refusal, headers);
    return new StytchRefusalException(refusal);
  }

  /**
   * The login page, which may be one of the application's own with a query already, and the way
   * back. None when it is the login page itself that was refused: it would lead to itself for ever.
   */
  private loginUrlFor(returnTo: string): string | undefined {
    const { loginPath } = this.routes;
    if (loginPath === undefined || pathOf(returnTo) === pathOf(loginPath)) return undefined;
    const page = new URL(loginPath, 'http://localhost');
    page.searchParams.set('return_to', returnTo);
    return page.pathname + page.search + page.hash;
  }
}

/** Cut out and not parsed: a request line may hold what no parser takes. */
const pathOf = (address: string) => address.replace(/[?#].*$/s, '');

/** The headers that belong to a status: RFC 9110 sections 11.6.1 and 10.2.3. */
export function setRefusalHeaders(
  { status, code, retryAfterSeconds }: Refusal,
  headers: ResponseHeaders,
): void {
  if (status === 401) headers.setHeader('www-authenticate', `Session error="${code}"`);
  if (retryAfterSeconds !== undefined) headers.setHeader('retry-after', String(retryAfterSeconds));
}
