import { Inject, Injectable } from '@nestjs/common';
import type { Session } from '../../identity/session.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';

/**
 * The custom claim that names the application that started a session. Only a call with the project's
 * secret can set custom claims; Stytch's API for browsers has no parameter for them. Stytch keeps them when
 * a session is refreshed or extended, and when a factor is added to it.
 */
export const applicationClaim = 'nestjs-stytch:application';

/** Which sessions this application accepts: those of any application of the project, or its own. */
@Injectable()
export class SessionOwnership {
  /** Custom claims of the sessions that this application starts. */
  readonly claims: Readonly<Record<string, string>> | undefined;
  readonly #requiredId: string | undefined;

  constructor(@Inject(RESOLVED_OPTIONS) { session, appUrl }: Pick<ResolvedOptions, 'session' | 'appUrl'>) {
    if (session.accept === 'any') return;
    this.#requiredId = session.applicationId ?? appUrl;
    this.claims = { [applicationClaim]: this.#requiredId };
  }

  isAccepted({ customClaims }: Session): boolean {
    return this.#requiredId === undefined || customClaims[applicationClaim] === this.#requiredId;
  }
}
