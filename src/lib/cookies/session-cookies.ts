import { Inject, Injectable, Logger } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { plantedScopes } from './planted-scopes.js';
import { readCookie } from './read-cookie.js';
import { expiredCookie, writeCookie } from './write-cookie.js';

/** The session data stored in cookies. */
export interface SessionCookieValues {
  readonly sessionJwt: string;
  /** Absent if Stytch did not return it; the existing cookie is left unchanged. */
  readonly sessionToken?: string | undefined;
  /** End of the session (RFC 3339). The cookies live as long as the session, not as the JWT. */
  readonly expiresAt: string;
  /** Called when the headers are sent. Returns `false` if the session was signed out in the meantime. */
  readonly isStillValid?: () => boolean;
}

const hostPrefix = '__Host-';

/** Maximum size of name and value: browsers must support 4096 bytes (RFC 6265 section 6.1), most support no more. */
const maxCookieBytes = 4096;

/** Reads, sets and clears the two session cookies, always with the same attributes. */
@Injectable()
export class SessionCookies {
  private readonly logger = new Logger('Stytch');
  private hasWarnedAboutSize = false;
  private hasWarnedAboutUnread = false;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** All distinct JWTs in the request. */
  jwtsOf(request: IncomingMessage): string[] {
    return readCookie(request, this.options.cookies.jwtName);
  }

  /** All distinct opaque tokens in the request. */
  tokensOf(request: IncomingMessage): string[] {
    return readCookie(request, this.options.cookies.tokenName);
  }

  /**
   * Warns once if a request has session cookies only under the names without the prefix, as Stytch's browser
   * SDK sets them: such a person seems to be signed in to the front end, and to nothing here.
   */
  warnAboutUnread(request: IncomingMessage): void {
    const { jwtName } = this.options.cookies;
    if (this.hasWarnedAboutUnread || !jwtName.startsWith(hostPrefix)) return;
    const unread = jwtName.slice(hostPrefix.length);
    if (readCookie(request, unread).length === 0 || this.tokensOf(request).length > 0) return;
    this.hasWarnedAboutUnread = true;
    this.logger.warn(
      `A request has the cookie ${unread}, which is not read here, and not ${jwtName}. If Stytch's browser SDK sets it, set cookies.readableByBrowserSdk, or cookies.domain if Stytch sets it as HttpOnly.`,
    );
  }

  /** Whether a cookie can store this JWT. Browsers silently drop larger cookies. */
  fits(sessionJwt: string): boolean {
    return this.options.cookies.jwtName.length + sessionJwt.length <= maxCookieBytes;
  }

  /**
   * An empty value never overwrites a cookie. A JWT that is too large is not written and an old JWT is
   * deleted, so that requests use the opaque token.
   */
  write(
    response: ServerResponse,
    { sessionJwt, sessionToken, expiresAt, isStillValid }: SessionCookieValues,
  ): void {
    const { jwtName, tokenName, domain } = this.options.cookies;
    const common = { ...this.attributes, ...(domain && { domain }), ...this.lifetimeUntil(expiresAt) };
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
   * Clears both cookies, host-only and for the configured domain: either may remain from an earlier
   * configuration.
   */
  clear(response: ServerResponse): void {
    const { jwtName, tokenName, domain } = this.options.cookies;
    for (const name of [jwtName, tokenName]) {
      const expired = expiredCookie({ ...this.attributes, name });
      writeCookie(response, expired);
      if (domain !== undefined) writeCookie(response, { ...expired, domain });
    }
  }

  /**
   * Sets the cookies of a new session. With `cookies.domain`, those of the host only are deleted: they
   * remain from an earlier configuration, and would make the next request ambiguous.
   */
  replace(response: ServerResponse, values: SessionCookieValues): void {
    this.write(response, values);
    const { jwtName, tokenName, domain } = this.options.cookies;
    if (domain === undefined) return;
    for (const name of [jwtName, tokenName])
      writeCookie(response, expiredCookie({ ...this.attributes, name }), values.isStillValid);
  }

  /**
   * Clears the cookies that another host may have set beside the person's, for the page of this request.
   * Never clears a cookie of the host only or of `cookies.domain`: the person's own is one of those.
   *
   * @param target path and query of the request as the browser sees them
   */
  clearPlanted(response: ServerResponse, target: string): void {
    const { jwtName, tokenName, domain: configured } = this.options.cookies;
    // Browsers accept the prefix on cookies of the host only.
    const names = [jwtName, tokenName].filter((name) => !name.startsWith(hostPrefix));
    const { hostname } = new URL(this.options.appUrl);
    for (const scope of plantedScopes(hostname, target, configured)) {
      for (const name of names) {
        writeCookie(response, expiredCookie({ ...this.attributes, ...scope, name }));
      }
    }
  }

  private warnAboutSize(sessionJwt: string): void {
    if (this.hasWarnedAboutSize) return;
    this.hasWarnedAboutSize = true;
    this.logger.warn(
      `A session JWT of ${sessionJwt.length} bytes fits no cookie, probably because of custom claims. Such sessions use their opaque token instead.`,
    );
  }

  /** Max-Age takes precedence and does not depend on the browser's clock. Some clients know Expires only. */
  private lifetimeUntil(expiresAt: string) {
    const expires = new Date(expiresAt);
    const remainingMs = expires.getTime() - this.options.clock.nowMs();
    return { expires, maxAge: Math.max(0, Math.floor(remainingMs / 1000)) };
  }

  private get attributes() {
    const { secure, sameSite, httpOnly } = this.options.cookies;
    return { path: '/', secure, sameSite, httpOnly } as const;
  }
}
