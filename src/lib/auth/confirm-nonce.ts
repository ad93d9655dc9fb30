import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readCookie } from '../cookies/read-cookie.js';
import { goneCookie, writeCookie } from '../cookies/write-cookie.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

const liveForSeconds = 600;
const form = /^[A-Za-z0-9_-]{43}$/;

/**
 * Ties the confirm page to the browser it was shown in: the page carries a nonce, a cookie carries
 * the same. Nobody can send the form for somebody else, since only this browser has both.
 */
@Injectable()
export class ConfirmNonces {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** A nonce for a page that is about to be shown. Several open pages of a browser share one. */
  issue(request: IncomingMessage, response: ServerResponse): string {
    const [held, ...others] = this.held(request);
    const nonce = held !== undefined && others.length === 0 ? held : randomBytes(32).toString('base64url');
    writeCookie(response, { ...this.attributes, value: nonce, maxAge: liveForSeconds });
    return nonce;
  }

  isGood(request: IncomingMessage, nonce: unknown): nonce is string {
    const [held, ...others] = this.held(request);
    return typeof nonce === 'string' && held !== undefined && others.length === 0 && isSame(held, nonce);
  }

  forget(response: ServerResponse): void {
    writeCookie(response, goneCookie(this.attributes));
  }

  private held(request: IncomingMessage): string[] {
    return readCookie(request, this.name).filter((value) => form.test(value));
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
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
