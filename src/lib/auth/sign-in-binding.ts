import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readCookie } from '../cookies/read-cookie.js';
import { expiredCookie, writeCookie } from '../cookies/write-cookie.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { safeReturnTo } from './return-to.js';

/** Binds a sign-in to the browser that started it. */
export interface SignInBinding {
  /** PKCE code verifier (RFC 7636 section 4.1). */
  readonly codeVerifier: string;
  readonly returnTo: string;
}

/** The code verifier, a dot, and the return address in base64url. */
const cookieFormat = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{0,2800})$/;

/**
 * The binding cookie. The emailed link works only together with it, so an email scanner cannot consume
 * the link, and a link cannot sign a user in to an attacker's account.
 *
 * A browser has one verifier at a time. Further link requests reuse it, so that all links work.
 */
@Injectable()
export class SignInBindings {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  read(request: IncomingMessage): SignInBinding | undefined {
    const matches = readCookie(request, this.name).map((value) => cookieFormat.exec(value));
    const [match, ...others] = matches.filter((one) => one !== null);
    // Several different values: one may have been set by a sibling host (cookie tossing).
    if (match === undefined || others.length > 0) return undefined;
    const [, codeVerifier = '', encodedAddress = ''] = match;
    const returnTo = Buffer.from(encodedAddress, 'base64url').toString();
    return { codeVerifier, returnTo: this.safeReturnTo(returnTo) };
  }

  /** Sets or renews the binding cookie. */
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

  /** Returns `requested` if it is allowed, otherwise `pages.afterLogin`. */
  safeReturnTo(requested: unknown): string {
    const { appUrl, pages } = this.options;
    return safeReturnTo(requested, {
      appUrl,
      returnOrigins: pages.returnOrigins,
      fallback: pages.afterLogin,
    });
  }

  /** Call only after a successful exchange: until then the link needs the cookie. */
  clear(response: ServerResponse): void {
    writeCookie(response, expiredCookie(this.attributes));
  }

  private get name(): string {
    return this.options.cookies.secure ? '__Host-stytch_login' : 'stytch_login';
  }

  /** Always Lax, because the link is opened from an email. */
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

/** The S256 code challenge (RFC 7636 section 4.2), the only method Stytch supports. */
export function codeChallengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}
