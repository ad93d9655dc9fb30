import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readCookie } from '../cookies/read-cookie.js';
import { expiredCookie, writeCookie } from '../cookies/write-cookie.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

const lifetimeSeconds = 600;
const noncePattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * Ties the confirm page to the browser it was shown in: the page carries a nonce, a cookie carries
 * the same. Nobody can send the form for somebody else, since only this browser has both.
 */
@Injectable()
export class ConfirmNonces {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** A nonce for a page that is about to be shown. Several open pages of a browser share one. */
  issue(request: IncomingMessage, response: ServerResponse): string {
    const [presented, ...others] = this.noncesOf(request);
    const nonce =
      presented !== undefined && others.length === 0 ? presented : randomBytes(32).toString('base64url');
    writeCookie(response, { ...this.attributes, value: nonce, maxAge: lifetimeSeconds });
    return nonce;
  }

  isValid(request: IncomingMessage, nonce: unknown): nonce is string {
    const [presented, ...others] = this.noncesOf(request);
    return (
      typeof nonce === 'string' &&
      presented !== undefined &&
      others.length === 0 &&
      equalsInConstantTime(presented, nonce)
    );
  }

  clear(response: ServerResponse): void {
    writeCookie(response, expiredCookie(this.attributes));
  }

  private noncesOf(request: IncomingMessage): string[] {
    return readCookie(request, this.name).filter((value) => noncePattern.test(value));
  }

  private get name(): string {
    return this.options.cookies.secure ? '__Host-stytch_confirm' : 'stytch_confirm';
  }

  /** Lax, not strict: the page is reached from a mail, and must find the nonce of a page opened before. */
  private get attributes() {
    const { secure } = this.options.cookies;
    return { name: this.name, path: '/', httpOnly: true, secure, sameSite: 'lax' } as const;
  }
}

/** In constant time, whatever the lengths. */
function equalsInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
