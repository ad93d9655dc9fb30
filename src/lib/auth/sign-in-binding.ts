import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readCookie } from '../cookies/read-cookie.js';
import { expiredCookie, writeCookie } from '../cookies/write-cookie.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { recipientKey } from './recipient-key.js';
import { safeReturnTo } from './return-to.js';
import { SignInMethods } from './sign-in-methods.js';
import { encryptedStateLength, SignInStates, type SignInState } from './sign-in-state.js';

/** Binds a sign-in to the browser that started it. */
export interface SignInBinding {
  /** PKCE code verifier (RFC 7636 section 4.1). */
  readonly codeVerifier: string;
  readonly returnTo: string;
  /** The sign-in that this browser started last. Undefined if another application set the cookie. */
  readonly state?: SignInState;
}

/** A binding whose sign-in this application started. */
export type StartedSignIn = SignInBinding & { readonly state: SignInState };

/** What a browser starts a sign-in for. */
export interface SignInPurpose {
  readonly method: string;
  /** The email address or phone number, if the method has one. */
  readonly recipient: string | undefined;
  /** Where to go after signing in, as the client sent it. */
  readonly returnTo: unknown;
  readonly addToSessionId?: string | undefined;
  readonly organization?: string | undefined;
  readonly isContinued?: boolean;
}

/**
 * The code verifier, the return address in base64url, and the encrypted state. Without the state a link
 * works, but limits apply as to a browser that never started a sign-in.
 */
const cookieFormat = new RegExp(
  `^([A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{0,2800})(?:\\.([A-Za-z0-9_-]{${encryptedStateLength}}))?$`,
);

/**
 * The binding cookie. A link or a code works only together with it, so an email scanner cannot consume
 * the link, and a link cannot sign a user in to an attacker's account.
 *
 * A browser has one verifier at a time. Further starts reuse it, so that all links work.
 */
@Injectable()
export class SignInBindings {
  readonly #states: SignInStates;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly methods: SignInMethods,
  ) {
    this.#states = new SignInStates(options.secret);
  }

  read(request: IncomingMessage): SignInBinding | undefined {
    const cookie = this.readCookie(request);
    return cookie && { ...cookie, returnTo: this.safeReturnTo(cookie.returnTo) };
  }

  /** Identifies a browser that started a sign-in with this application. Undefined for any other. */
  knownBrowser(request: IncomingMessage): string | undefined {
    const cookie = this.readCookie(request);
    return cookie?.state && cookie.codeVerifier;
  }

  /** Like {@link knownBrowser}, but only if its last sign-in was started for this recipient. */
  browserKnownFor(request: IncomingMessage, recipient: string): string | undefined {
    const cookie = this.readCookie(request);
    const lastRecipient = cookie?.state?.recipient;
    if (lastRecipient === undefined) return undefined;
    return recipientKey(lastRecipient) === recipientKey(recipient) ? cookie?.codeVerifier : undefined;
  }

  /** A binding for a new sign-in, with the verifier that the browser has already, if it has one. */
  create(request: IncomingMessage, purpose: SignInPurpose): StartedSignIn {
    const { method, recipient, addToSessionId, organization, isContinued = false } = purpose;
    return {
      codeVerifier: this.readCookie(request)?.codeVerifier ?? randomBytes(32).toString('base64url'),
      returnTo: this.safeReturnTo(purpose.returnTo),
      state: {
        method,
        id: randomBytes(16).toString('base64url'),
        startedAtMs: this.options.clock.nowMs(),
        ...(recipient !== undefined && { recipient }),
        ...(addToSessionId !== undefined && { addToSessionId }),
        ...(organization !== undefined && { organization }),
        ...(isContinued && { isContinued }),
      },
    };
  }

  /**
   * Sets or renews the binding cookie.
   * @param sealed what the method keeps for its next step
   */
  write(response: ServerResponse, { codeVerifier, returnTo, state }: StartedSignIn, sealed?: string): void {
    const value = [
      codeVerifier,
      Buffer.from(returnTo).toString('base64url'),
      this.#states.encrypt(sealed === undefined ? state : { ...state, sealed }, codeVerifier),
    ].join('.');
    writeCookie(response, { ...this.attributes, value, maxAge: this.methods.bindingSeconds });
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

  /** The lifetime of a cookie is up to the browser. */
  private readState(encrypted: string, codeVerifier: string): SignInState | undefined {
    const state = this.#states.decrypt(encrypted, codeVerifier);
    const expiresAtMs = (state?.startedAtMs ?? 0) + this.methods.bindingSeconds * 1000;
    return expiresAtMs > this.options.clock.nowMs() ? state : undefined;
  }

  private readCookie(request: IncomingMessage): SignInBinding | undefined {
    const matches = readCookie(request, this.name).map((value) => cookieFormat.exec(value));
    const [match, ...others] = matches.filter((one) => one !== null);
    // Several different values: one may have been set by a sibling host (cookie tossing).
    if (match === undefined || others.length > 0) return undefined;
    const [, codeVerifier = '', encodedAddress = '', encrypted] = match;
    const state = encrypted === undefined ? undefined : this.readState(encrypted, codeVerifier);
    return {
      codeVerifier,
      returnTo: Buffer.from(encodedAddress, 'base64url').toString(),
      ...(state !== undefined && { state }),
    };
  }

  private get name(): string {
    return this.options.cookies.secure ? '__Host-stytch_login' : 'stytch_login';
  }

  /** Always Lax, because links are opened from an email or another site. */
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
