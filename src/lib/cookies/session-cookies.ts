import { Inject, Injectable, Logger } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { readCookie } from './read-cookie.js';
import { expiredCookie, writeCookie } from './write-cookie.js';

/** What the browser is to keep of a session. */
export interface SessionCookieValues {
  readonly sessionJwt: string;
  /** Absent when Stytch did not repeat it: the cookie the browser has stays. */
  readonly sessionToken?: string | undefined;
  /** End of the session (RFC 3339). The cookies live as long as the session, not as the JWT. */
  readonly expiresAt: string;
  /** Asked when the headers are sent: whether the session was signed out while the handler ran. */
  readonly isStillValid?: () => boolean;
}

/** Name and value together, the least that RFC 6265 section 6.1 asks of browsers and all that most give. */
const maxCookieBytes = 4096;

/** The two session cookies. One place sets and clears them, so that the attributes agree. */
@Injectable()
export class SessionCookies {
  private readonly logger = new Logger('Stytch');
  private hasWarnedAboutSize = false;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** Every JWT the browser sent. */
  jwtsOf(request: IncomingMessage): string[] {
    return readCookie(request, this.options.cookies.jwtName);
  }

  /** Every opaque token the browser sent. */
  tokensOf(request: IncomingMessage): string[] {
    return readCookie(request, this.options.cookies.tokenName);
  }

  /** Whether browsers would keep a cookie with this JWT: they drop larger ones without a word. */
  fits(sessionJwt: string): boolean {
    return this.options.cookies.jwtName.length + sessionJwt.length <= maxCookieBytes;
  }

  /**
   * An empty value never overwrites a cookie. A JWT that no cookie can hold is left out: the opaque
   * token then carries the session, and an old JWT beside it would only be in the way.
   */
  write(
    response: ServerResponse,
    { sessionJwt, sessionToken, expiresAt, isStillValid }: SessionCookieValues,
  ): void {
    const { jwtName, tokenName, domain } = this.options.cookies;
    const common = { ...this.attributes, ...(domain && { domain }), expires: new Date(expiresAt) };
    const hasToken = sessionToken !== undefined && sessionToken !== '';
    if (hasToken) writeCookie(response, { ...common, name: tokenName, value: sessionToken }, isStillValid);
    if (this.fits(sessionJwt))
      writeCookie(response, { ...common, name: jwtName, value: sessionJwt }, isStillValid);
    else {
      this.warnAboutSize(sessionJwt);
      if (hasToken) writeCookie(response, expiredCookie({ ...common, name: jwtName }), isStillValid);
    }
  }

  /**
   * Clears both, for this host and for the configured domain: a browser may hold either from an
   * earlier configuration.
   */
  clear(response: ServerResponse): void {
    const { jwtName, tokenName, domain } = this.options.cookies;
    for (const name of [jwtName, tokenName]) {
      const expired = expiredCookie({ ...this.attributes, name });
      writeCookie(response, expired);
      if (domain !== undefined) writeCookie(response, { ...expired, domain });
    }
  }

  private warnAboutSize(sessionJwt: string): void {
    if (this.hasWarnedAboutSize) return;
    this.hasWarnedAboutSize = true;
    this.logger.warn(
      `A session JWT of ${sessionJwt.length} bytes fits no cookie (custom claims?). Such sessions are carried by their opaque token.`,
    );
  }

  private get attributes() {
    const { secure, sameSite, httpOnly } = this.options.cookies;
    return { path: '/', secure, sameSite, httpOnly } as const;
  }
}
