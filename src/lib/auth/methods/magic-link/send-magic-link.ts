import { Inject, Injectable, Logger } from '@nestjs/common';
import type { HttpExchange } from '../../../http/http-exchange.js';
import type { Refusal } from '../../../errors/refusal.js';
import { StytchEvents } from '../../../events/stytch-events.js';
import { ApplicationRoutes } from '../../../http/application-routes.js';
import type { ResolvedOptions } from '../../../options/resolve-options.js';
import type { StytchRejection, StytchUnavailable } from '../../../ports/stytch-response.js';
import { MagicLinkApi } from '../../../stytch-api/magic-link-api.js';
import { RESOLVED_OPTIONS } from '../../../stytch.tokens.js';
import { addressKey } from '../../address-key.js';
import { codeChallengeOf, SignInBindings } from '../../sign-in-binding.js';
import { SignInLimits } from '../../sign-in-limits.js';
import { readEmail } from '../../read-email.js';
import { refused, refusedAsUnavailable } from '../../refused.js';

export type SignInLinkResult =
  { readonly kind: 'sent' } | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface SignInLinkRequest {
  /** The email address as the client sent it. */
  readonly email: unknown;
  /** Where to go after signing in, as the client sent it; unsafe addresses are replaced by the default. */
  readonly returnTo?: unknown;
  /**
   * The redirect URL of the link, as registered at Stytch.
   * @default the package's `authenticate` route; required with `routes: false`
   */
  readonly callbackUrl?: string;
}

/** Has Stytch email a sign-in link, and binds the sign-in to this browser. */
@Injectable()
export class SendMagicLink {
  private readonly logger = new Logger('Stytch');

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly routes: ApplicationRoutes,
    private readonly limits: SignInLimits,
    private readonly bindings: SignInBindings,
    private readonly api: MagicLinkApi,
    private readonly events: StytchEvents,
  ) {}

  async send(exchange: HttpExchange, linkRequest: SignInLinkRequest): Promise<SignInLinkResult> {
    const { request, response } = exchange;
    const emailResult = readEmail(linkRequest);
    if (emailResult.kind === 'invalid') return refused(emailResult.code);
    const { email } = emailResult;
    const exceeded = await this.limits.countLinkRequest(exchange, email);
    if (exceeded !== undefined) return exceeded;

    const { magicLinks } = this.options;
    const { codeVerifier } = this.bindings.bind(request, response, {
      address: addressKey(email),
      returnTo: linkRequest.returnTo,
    });
    const stytchResponse = await this.api.send({
      email,
      callbackUrl: this.callbackUrl(linkRequest.callbackUrl),
      // Only this browser has the code verifier, so links for any browser carry no PKCE.
      codeChallenge: magicLinks.binding === 'same-browser' ? codeChallengeOf(codeVerifier) : undefined,
      expiresInMinutes: magicLinks.expiresInMinutes,
      signUp: magicLinks.signUp,
    });
    this.events.emit({ type: 'link_requested' });
    return stytchResponse.kind === 'ok' ? { kind: 'sent' } : this.resultFor(stytchResponse);
  }

  private callbackUrl(custom: string | undefined): string {
    const callbackUrl = custom ?? this.routes.callbackUrl;
    if (callbackUrl === undefined) {
      throw new TypeError(
        'With routes: false, pass requestLink the callbackUrl that is registered at Stytch.',
      );
    }
    return callbackUrl;
  }

  private resultFor(response: StytchRejection | StytchUnavailable): SignInLinkResult {
    if (response.kind === 'unavailable') return refusedAsUnavailable(response);
    if (response.errorType === 'invalid_email') return refused('email_invalid');
    if (isLinkConfigurationError(response)) {
      this.logger.error(
        `Stytch rejected the redirect URL (${response.errorType}). Register ${this.routes.callbackUrl ?? 'it'} for login and sign-up.`,
      );
      return refused('stytch_unavailable');
    }
    // The account is unknown, denied or inactive. The response must not tell which.
    if (response.errorType !== 'email_not_found') {
      this.logger.warn(`Stytch sent no link (${response.errorType}, ${response.requestId}).`);
    }
    return { kind: 'sent' };
  }
}

/** A mistake in our configuration: an unregistered URL, or an expiration that Stytch does not allow. */
const isLinkConfigurationError = ({ errorType }: StytchRejection) =>
  /_url|redirect|expiration|query_params|code_challenge/.test(errorType);
