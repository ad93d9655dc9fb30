import { Inject, Injectable } from '@nestjs/common';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { FinishCall, SignInCall, StartCall } from '../ports/sign-in-method.js';
import { SessionOwnership } from '../session/verify/session-ownership.js';
import { StytchCalls } from '../stytch-api/stytch-calls.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { codeChallengeOf } from './sign-in-binding.js';

export interface StartCallSettings {
  readonly codeVerifier: string;
  /** The JWT of the session that a factor is added to. */
  readonly addToJwt?: string | undefined;
  /** Replaces the redirect URL of the package. */
  readonly callbackUrl?: string | undefined;
}

export interface FinishCallSettings {
  readonly codeVerifier?: string | undefined;
  readonly sealed?: string | undefined;
  readonly addToJwt?: string | undefined;
}

/** Creates what the steps of a method get from the package. */
@Injectable()
export class SignInCalls {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly calls: StytchCalls,
    private readonly ownership: SessionOwnership,
    private readonly routes: ApplicationRoutes,
  ) {}

  forStart({ codeVerifier, addToJwt, callbackUrl = this.routes.callbackUrl }: StartCallSettings): StartCall {
    const { projectId, publicToken, apiUrl } = this.options;
    return {
      ...this.common(addToJwt),
      codeChallenge: codeChallengeOf(codeVerifier),
      projectId,
      publicToken,
      apiUrl,
      get callbackUrl() {
        if (callbackUrl !== undefined) return callbackUrl;
        throw new TypeError('With routes: false, pass start the callbackUrl that is registered at Stytch.');
      },
    };
  }

  forFinish({ codeVerifier, sealed, addToJwt }: FinishCallSettings): FinishCall {
    return { ...this.common(addToJwt), codeVerifier, sealed };
  }

  /** No call is retried: all of them have side effects. */
  private common(addToJwt: string | undefined): SignInCall {
    const { claims } = this.ownership;
    return {
      stytch: (operation, send, settings = {}) =>
        this.calls.call({ name: operation, kind: 'sign_in', ...settings }, ({ client }) => send(client)),
      sessionParameters: {
        session_duration_minutes: this.options.session.durationMinutes,
        ...(claims && { session_custom_claims: claims }),
        ...(addToJwt !== undefined && { session_jwt: addToJwt }),
      },
    };
  }
}
