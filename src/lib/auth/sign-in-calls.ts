import { Inject, Injectable } from '@nestjs/common';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { FinishCall, SignInCall, StartCall, StytchClient } from '../ports/sign-in-method.js';
import { SessionOwnership } from '../session/verify/session-ownership.js';
import { StytchCalls } from '../stytch-api/stytch-calls.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { codeChallengeOf } from './sign-in-binding.js';

interface CallSettings {
  /** The JWT of the session that a factor is added to. */
  readonly addToJwt?: string | undefined;
  readonly organization?: string | undefined;
  /** The token of the incomplete sign-in that is continued. */
  readonly intermediateSessionToken?: string | undefined;
}

export interface StartCallSettings extends CallSettings {
  readonly codeVerifier: string;
  /** Replaces the redirect URL of the package. */
  readonly callbackUrl?: string | undefined;
}

export interface FinishCallSettings extends CallSettings {
  readonly codeVerifier?: string | undefined;
  readonly sealed?: string | undefined;
  readonly recipient?: string | undefined;
}

/** Creates what the steps of a method get from the package. */
@Injectable()
export class SignInCalls {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly calls: StytchCalls<StytchClient>,
    private readonly ownership: SessionOwnership,
    private readonly routes: ApplicationRoutes,
  ) {}

  forStart(settings: StartCallSettings): StartCall<StytchClient> {
    const { codeVerifier, callbackUrl = this.routes.callbackUrl } = settings;
    const { projectId, publicToken, apiUrl } = this.options;
    return {
      ...this.common(settings),
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

  forFinish(settings: FinishCallSettings): FinishCall<StytchClient> {
    const { codeVerifier, sealed, recipient } = settings;
    return { ...this.common(settings), codeVerifier, sealed, recipient };
  }

  /** No call is retried: all of them have side effects. */
  private common({
    addToJwt,
    organization,
    intermediateSessionToken,
  }: CallSettings): SignInCall<StytchClient> {
    const { claims } = this.ownership;
    return {
      stytch: (operation, send, settings = {}) =>
        this.calls.call({ name: operation, kind: 'sign_in', ...settings }, ({ client }) => send(client)),
      sessionParameters: {
        session_duration_minutes: this.options.session.durationMinutes,
        ...(claims && { session_custom_claims: claims }),
        ...(addToJwt !== undefined && { session_jwt: addToJwt }),
        ...(intermediateSessionToken !== undefined && {
          intermediate_session_token: intermediateSessionToken,
        }),
      },
      organization,
    };
  }
}
