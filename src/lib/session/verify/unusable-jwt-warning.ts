import { Inject, Injectable } from '@nestjs/common';
import { LimitedLog } from '../../events/limited-log.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { maxJwtLifetimeSeconds, type UnusableJwt } from './check-acceptance.js';
import { maxJwtBytes } from './compact-jws.js';
import { maxAccessTokenLifetimeSeconds } from './verify-access-token.js';

/** Claims are bounded by the size of a JWT only. */
const maxValueLength = 200;

type TokenKind = 'session JWT' | 'access token';

const lifetimeAdvice: Readonly<Record<TokenKind, string>> = {
  'session JWT': `expected at most ${maxJwtLifetimeSeconds}. Remove exp from the project's JWT template.`,
  'access token': `expected at most ${maxAccessTokenLifetimeSeconds}. Shorten the life of the connected app's access tokens.`,
};

/** Logs which setting does not fit the project's tokens, at most once per claim and minute. */
@Injectable()
export class UnusableJwtWarning {
  readonly #log: LimitedLog;
  private readonly jwt: ResolvedOptions['jwt'];

  constructor(@Inject(RESOLVED_OPTIONS) { clock, jwt }: Pick<ResolvedOptions, 'clock' | 'jwt'>) {
    this.#log = new LimitedLog(clock);
    this.jwt = jwt;
  }

  log(unusable: UnusableJwt, token: TokenKind = 'session JWT'): void {
    this.#log.log(
      'error',
      `A genuine ${token} of this project can't be used: ${this.problemOf(unusable, token)} Requests with such JWTs get 503.`,
      unusable.claim,
    );
  }

  private problemOf({ claim, given }: UnusableJwt, token: TokenKind): string {
    switch (claim) {
      case 'iss':
        return `its issuer (iss) is ${quote(given)}, expected ${list(this.jwt.issuers)}. If that is a custom domain of the project, add it to jwt.issuers.`;
      case 'aud':
        return `its audience (aud) is ${quote(given)}, expected ${list(this.jwt.audiences)}. If the project's JWT template sets that audience, add it to jwt.audiences.`;
      case 'lifetime':
        return `it lives ${String(given)} seconds (exp), ${lifetimeAdvice[token]}`;
      case 'size':
        return `it has ${String(given)} bytes, expected at most ${maxJwtBytes}. Reduce the custom claims of the session or of the project's JWT template.`;
    }
  }
}

/** As JSON, which escapes line breaks. */
const quote = (value: unknown) => JSON.stringify(value).slice(0, maxValueLength);

const list = (values: ReadonlySet<string>) =>
  [...values]
    .map(quote)
    .join(' or ')
    .slice(0, 2 * maxValueLength);
