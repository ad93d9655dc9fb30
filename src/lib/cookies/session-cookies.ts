import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { SetCookie } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { readCookie } from './read-cookie.js';
import { writeCookie } from './write-cookie.js';

/** What the browser is to keep of a session. */
export interface SessionCookieValues {
  readonly sessionJwt: string;
  /** Absent when Stytch did not repeat it: the cookie the browser has stays. */
  readonly sessionToken?: string | undefined;
  /** End of the session (RFC 3339). The cookies live as long as the session, not as the JWT. */
  readonly expiresAt: string;
}

/** The two session cookies. One place sets and clears them, so that the attributes agree. */
@Injectable()
export class SessionCookies {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** Every JWT and every opaque token the browser sent. */
  read(request: IncomingMessage): { jwts: string[]; tokens: string[] } {
    const { jwtName, tokenName } = this.options.cookies;
    return { jwts: readCookie(request, jwtName), tokens: readCookie(request, tokenName) };
  }

  /** An empty value never overwrites a cookie. */
  write(response: ServerResponse, { sessionJwt, sessionToken, expiresAt }: SessionCookieValues): void {
    const { jwtName, tokenName, domain } = this.options.cookies;
    const expires = new Date(expiresAt);
    for (const [name, value] of [
      [jwtName, sessionJwt],
      [tokenName, sessionToken],
    ] as const) {
      if (value !== undefined && value !== '') {
        writeCookie(response, { ...this.attributes, ...(domain && { domain }), name, value, expires });
      }
    }
  }

  /**
   * Clears both, for this host and for the configured domain: a browser may hold either from an
   * earlier configuration.
   */
  clear(response: ServerResponse): void {
    const { jwtName, tokenName, domain } = this.options.cookies;
    for (const name of [jwtName, tokenName]) {
      const gone: SetCookie = { ...this.attributes, name, value: '', expires: new Date(0), maxAge: 0 };
      writeCookie(response, gone);
      if (domain !== undefined) writeCookie(response, { ...gone, domain });
    }
  }

  private get attributes() {
    const { secure, sameSite, httpOnly } = this.options.cookies;
    return { path: '/', secure, sameSite, httpOnly } as const;
  }
}
