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
 * Binds the confirm page to the browser that shows it: the form and a cookie carry the same nonce, so
 * another site or browser cannot submit the form.
 */
@Injectable()
export class ConfirmNonces {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** Returns the nonce for a page. Pages open in the same browser share one. Lives 10 minutes. */
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

  /** Lax, not Strict: the page is opened from an email and must receive the existing nonce. */
  private get attributes() {
    const { secure } = this.options.cookies;
    return { name: this.name, path: '/', httpOnly: true, secure, sameSite: 'lax' } as const;
  }
}

/** Hashing first makes the lengths equal, which `timingSafeEqual` requires. */
function equalsInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
