import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import { isOpaqueToken } from './opaque-token.js';

/** Several values of one cookie are possible (different paths or domains), but no browser sends more. */
const maxCandidates = 3;

/** The session JWTs of a request, at most three. */
export type JwtsResult =
  | { readonly kind: 'none' | 'candidates'; readonly jwts: readonly string[] }
  /** The request has more; these are the first three. */
  | { readonly kind: 'too_many'; readonly jwts: readonly string[] };

const none: JwtsResult = Object.freeze({ kind: 'none', jwts: Object.freeze([]) });

/** Reads candidate credentials of a request. Bounded, because each may cost a signature or a call. */
@Injectable()
export class CredentialReader {
  constructor(private readonly cookies: SessionCookies) {}

  readJwts(request: IncomingMessage): JwtsResult {
    const jwts = this.cookies.jwtsOf(request);
    if (jwts.length === 0) return none;
    if (jwts.length > maxCandidates) return { kind: 'too_many', jwts: jwts.slice(0, maxCandidates) };
    return { kind: 'candidates', jwts };
  }

  /** The well-formed opaque tokens, at most three. Read only if no JWT decides. */
  readTokens(request: IncomingMessage): readonly string[] {
    return this.cookies.tokensOf(request).filter(isOpaqueToken).slice(0, maxCandidates);
  }
}
