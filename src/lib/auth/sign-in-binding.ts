import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
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

/** What a browser requests a link for. */
export interface LinkPurpose {
  /** The key of the email address. */
  readonly address: string;
  /** Where to go after signing in, as the client sent it. */
  readonly returnTo: unknown;
}

/**
 * The code verifier, the return address in base64url, and two seals: that this application set the
 * verifier, and that it did so for an email address. Without the seals a link works, but limits apply
 * as to a browser that never requested one.
 */
const cookieFormat =
  /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{0,2800})(?:\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43}))?$/;

/** Always of the same length; see {@link cookieFormat}. */
const equals = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other));

/**
 * The binding cookie. The emailed link works only together with it, so an email scanner cannot consume
 * the link, and a link cannot sign a user in to an attacker's account.
 *
 * A browser has one verifier at a time. Further link requests reuse it, so that all links work.
 */
@Injectable()
export class SignInBindings {
  /** Derived from the secret, so that it is the same in all processes of the application. */
  readonly #sealKey: Buffer;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    this.#sealKey = Buffer.from(hkdfSync('sha256', options.secret, '', 'nestjs-stytch sign-in binding', 32));
  }

  read(request: IncomingMessage): SignInBinding | undefined {
    const cookie = this.readCookie(request);
    return cookie && { codeVerifier: cookie.codeVerifier, returnTo: this.safeReturnTo(cookie.returnTo) };
  }

  /** Identifies a browser that requested a link from this application. Undefined for any other. */
  knownBrowser(request: IncomingMessage): string | undefined {
    const cookie = this.readCookie(request);
    return cookie && this.verifierSealedBy(cookie.seal, cookie.codeVerifier);
  }

  /** Like {@link knownBrowser}, but only if its last link was requested for this email address. */
  browserKnownFor(request: IncomingMessage, address: string): string | undefined {
    const cookie = this.readCookie(request);
    return cookie && this.verifierSealedBy(cookie.addressSeal, cookie.codeVerifier, address);
  }

  /** Sets or renews the binding cookie. */
  bind(request: IncomingMessage, response: ServerResponse, purpose: LinkPurpose): SignInBinding {
    const returnTo = this.safeReturnTo(purpose.returnTo);
    const codeVerifier = this.read(request)?.codeVerifier ?? randomBytes(32).toString('base64url');
    const value = [
      codeVerifier,
      Buffer.from(returnTo).toString('base64url'),
      this.seal(codeVerifier),
      this.seal(codeVerifier, purpose.address),
    ].join('.');
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

  private readCookie(request: IncomingMessage) {
    const matches = readCookie(request, this.name).map((value) => cookieFormat.exec(value));
    const [match, ...others] = matches.filter((one) => one !== null);
    // Several different values: one may have been set by a sibling host (cookie tossing).
    if (match === undefined || others.length > 0) return undefined;
    const [, codeVerifier = '', encodedAddress = '', seal, addressSeal] = match;
    return {
      codeVerifier,
      returnTo: Buffer.from(encodedAddress, 'base64url').toString(),
      seal,
      addressSeal,
    };
  }

  private verifierSealedBy(
    seal: string | undefined,
    codeVerifier: string,
    address?: string,
  ): string | undefined {
    return seal !== undefined && equals(seal, this.seal(codeVerifier, address)) ? codeVerifier : undefined;
  }

  /** The verifier is part of it, so that a seal doesn't tell which browsers have the same address. */
  private seal(codeVerifier: string, address = ''): string {
    return createHmac('sha256', this.#sealKey).update(`${codeVerifier} ${address}`).digest('base64url');
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
