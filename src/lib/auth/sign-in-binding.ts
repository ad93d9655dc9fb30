import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readCookie } from '../cookies/read-cookie.js';
import { expiredCookie, writeCookie } from '../cookies/write-cookie.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { safeReturnTo } from './return-to.js';

/** What ties a login to the browser that began it. */
export interface SignInBinding {
  /** PKCE code verifier (RFC 7636 section 4.1). */
  readonly codeVerifier: string;
  readonly returnTo: string;
}

/** A verifier made here, a dot, the return address in base64url. */
const cookieFormat = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{0,2800})$/;

/**
 * The binding cookie. The link in the mail works only together with it, so a mail scanner cannot
 * burn the link and nobody can be signed in to somebody else's account by clicking a link.
 *
 * A browser has one verifier at a time: asking again reuses it, so every mail that was asked for
 * works, the first as well as the last.
 */
@Injectable()
export class SignInBindings {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  read(request: IncomingMessage): SignInBinding | undefined {
    const matches = readCookie(request, this.name).map((value) => cookieFormat.exec(value));
    const [match, ...others] = matches.filter((one) => one !== null);
    // Two different ones: the second may have been tossed in by a sibling host.
    if (match === undefined || others.length > 0) return undefined;
    const [, codeVerifier = '', encodedAddress = ''] = match;
    const returnTo = Buffer.from(encodedAddress, 'base64url').toString();
    return { codeVerifier, returnTo: this.safeReturnTo(returnTo) };
  }

  /** Begins or renews the binding of this browser. */
  bind(request: IncomingMessage, response: ServerResponse, requested: unknown): SignInBinding {
    const returnTo = this.safeReturnTo(requested);
    const codeVerifier = this.read(request)?.codeVerifier ?? randomBytes(32).toString('base64url');
    const value = `${codeVerifier}.${Buffer.from(returnTo).toString('base64url')}`;
    writeCookie(response, {
      ...this.attributes,
      value,
      maxAge: this.options.magicLinks.expiresInMinutes * 60,
    });
    return { codeVerifier, returnTo };
  }

  /** A return address that may be followed; what was asked for, if it is one. */
  safeReturnTo(requested: unknown): string {
    const { appUrl, pages } = this.options;
    return safeReturnTo(requested, {
      appUrl,
      returnOrigins: pages.returnOrigins,
      fallback: pages.afterLogin,
    });
  }

  /** After a successful exchange only: until then the link must keep working. */
  clear(response: ServerResponse): void {
    writeCookie(response, expiredCookie(this.attributes));
  }

  private get name(): string {
    return this.options.cookies.secure ? '__Host-stytch_login' : 'stytch_login';
  }

  /** Lax whatever the session cookies are: the browser comes here from a mail. */
  private get attributes() {
    return {
      name: this.name,
      path: '/',
      httpOnly: true,
      secure: this.options.cookies.secure,
      sameSite: 'lax',
    } as const;
  }
}

/** S256, the one transformation Stytch knows (RFC 7636 section 4.2). */
export function codeChallengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}
