import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { BearerAuthenticator, type BearerResult } from '../session/authenticate-bearer.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import type { MaybePromise } from '../session/maybe-promise.js';
import type { SessionResult } from '../session/session-result.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { AccessRequirement } from './access-requirements.js';
import { SharedResults } from './shared-results.js';
import { TransportedCall, type Call } from './transported-call.js';

/** Authenticates a call, or returns what a call that belongs to it was authenticated as. */
@Injectable()
export class CallAuthenticator {
  readonly #shared: SharedResults;

  constructor(
    private readonly cookies: RequestAuthenticator,
    private readonly bearer: BearerAuthenticator,
    @Inject(RESOLVED_OPTIONS) { clock }: ResolvedOptions,
  ) {
    this.#shared = new SharedResults(clock);
  }

  /** Returns a promise only if it waits for Stytch. */
  byCookies(call: Call, maxTokenAgeSeconds?: number): MaybePromise<SessionResult> {
    return sharesAuthentication(call)
      ? this.#shared.get(call.request, `cookies ${maxTokenAgeSeconds}`, () =>
          this.cookies.authenticate(call, maxTokenAgeSeconds),
        )
      : this.cookies.authenticate(call, maxTokenAgeSeconds);
  }

  /** Returns a promise only if it waits for Stytch, and `undefined` if the cookies decide. */
  byBearer(
    call: Call,
    { credentials, maxTokenAgeSeconds }: AccessRequirement,
  ): MaybePromise<BearerResult> | undefined {
    if (!sharesAuthentication(call))
      return this.bearer.authenticate(call.request, credentials, maxTokenAgeSeconds);
    const key = `bearer ${[...credentials].sort().join()} ${maxTokenAgeSeconds}`;
    return this.#shared.get(call.request, key, () =>
      this.bearer.authenticate(call.request, credentials, maxTokenAgeSeconds),
    );
  }
}

const sharesAuthentication = (call: Call): boolean =>
  call instanceof TransportedCall && call.sharesAuthentication;
