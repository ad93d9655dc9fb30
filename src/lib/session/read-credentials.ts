import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import { isOpaqueToken } from './opaque-token.js';
import { parseCompactJws } from './verify/compact-jws.js';

/** Each JWT may cost a signature, and each opaque token a call. No browser sends more by itself. */
const maxJwts = 5;
const maxTokens = 3;

/** What Stytch's browser SDK writes if it is given an opaque token alone (`session.updateSession`). */
const missingJwt = 'undefined';

/** The values of a cookie that may be credentials. Malformed ones are ignored, and not counted. */
export type CandidatesResult =
  | { readonly kind: 'none' | 'candidates'; readonly values: readonly string[] }
  /** The request has more; these are the first ones. */
  | { readonly kind: 'too_many'; readonly values: readonly string[] };

const none: CandidatesResult = Object.freeze({ kind: 'none', values: Object.freeze([]) });

/** Reads candidate credentials of a request. */
@Injectable()
export class CredentialReader {
  constructor(private readonly cookies: SessionCookies) {}

  /** The JWTs, at most five. `none` only if the cookie was not sent, or was written without a JWT. */
  readJwts(request: IncomingMessage): CandidatesResult {
    const values = this.cookies.jwtsOf(request);
    if (values.length === 0) {
      this.cookies.warnAboutUnread(request);
      return none;
    }
    if (values.length === 1 && values[0] === missingJwt) return none;
    // A single value is not parsed here, since its verification is often cached.
    return values.length === 1
      ? { kind: 'candidates', values }
      : atMost(maxJwts, values.filter(isCompactJws));
  }

  /** The opaque tokens, at most three. Read only if no JWT decides. */
  readTokens(request: IncomingMessage): CandidatesResult {
    const tokens = this.cookies.tokensOf(request).filter(isOpaqueToken);
    return tokens.length === 0 ? none : atMost(maxTokens, tokens);
  }
}

const isCompactJws = (value: string) => parseCompactJws(value) !== undefined;

const atMost = (max: number, values: readonly string[]): CandidatesResult =>
  values.length > max ? { kind: 'too_many', values: values.slice(0, max) } : { kind: 'candidates', values };
