import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readCookie } from '../cookies/read-cookie.js';
import { expiredCookie, writeCookie } from '../cookies/write-cookie.js';
import type { HttpExchange } from '../http/http-exchange.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isOpaqueToken } from '../session/opaque-token.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

/** As long as Stytch accepts the token. */
const lifetimeSeconds = 600;

/**
 * The cookie with Stytch's intermediate session token, of a member who is not signed in yet: who chooses an
 * organization next, or has to prove more. It is never accepted as a session.
 */
@Injectable()
export class IntermediateSessions {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** Undefined if there is none, or several: one may have been set by a sibling host (cookie tossing). */
  read(request: IncomingMessage): string | undefined {
    const [token, ...others] = readCookie(request, this.name).filter(isOpaqueToken);
    return others.length === 0 ? token : undefined;
  }

  write(response: ServerResponse, token: string): void {
    writeCookie(response, { ...this.attributes, value: token, maxAge: lifetimeSeconds });
  }

  /** Writes no header if the browser has no such cookie. */
  clear({ request, response }: Pick<HttpExchange, 'request' | 'response'>): void {
    if (readCookie(request, this.name).length > 0) writeCookie(response, expiredCookie(this.attributes));
  }

  private get name(): string {
    const name = 'stytch_intermediate_session_token';
    return this.options.cookies.secure ? `__Host-${name}` : name;
  }

  /** Always Lax, because a sign-in is continued from an email or another site. */
  private get attributes() {
    const { secure } = this.options.cookies;
    return { name: this.name, path: '/', httpOnly: true, secure, sameSite: 'lax' } as const;
  }
}
