import { Inject, Injectable, Logger } from '@nestjs/common';
import { isCrossSiteRequest } from '../../../http/cross-site.js';
import type { HttpExchange } from '../../../http/http-exchange.js';
import type { Refusal } from '../../../errors/refusal.js';
import { StytchEvents } from '../../../events/stytch-events.js';
import { ApplicationRoutes } from '../../../http/application-routes.js';
import type { ResolvedOptions } from '../../../options/resolve-options.js';
import type { StytchRejection, StytchUnavailable } from '../../../ports/stytch-response.js';
import { MagicLinkApi } from '../../../stytch-api/magic-link-api.js';
import { RESOLVED_OPTIONS } from '../../../stytch.tokens.js';
import { codeChallengeOf, SignInBindings } from '../../sign-in-binding.js';
import { SignInLimits } from '../../sign-in-limits.js';
import { readEmail } from '../../read-email.js';
import { refused, refusedAsUnavailable } from '../../refused.js';

export type SignInLinkResult =
  { readonly kind: 'sent' } | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface SignInLinkRequest {
  /** As it came; it is checked here. */
  readonly email: unknown;
  /** As it came; it is checked here. */
  readonly returnTo?: unknown;
  /** The address registered at Stytch, where the routes of the package are not mounted. */
  readonly callbackUrl?: string;
}

/** The first half of a login: from an e-mail address to a link in a mail. */
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

  async send(
    { request, response }: HttpExchange,
    ip: string | undefined,
    linkRequest: SignInLinkRequest,
  ): Promise<SignInLinkResult> {
    if (isCrossSiteRequest(request, this.options)) return refused('cross_site_refused');
    const emailResult = readEmail(linkRequest);
    if (emailResult.kind === 'invalid') return refused(emailResult.code);
    const exceeded = await this.limits.countLinkRequest(request, ip, emailResult.email);
    if (exceeded !== undefined) return exceeded;

    const { magicLinks } = this.options;
    const { codeVerifier } = this.bindings.bind(request, response, linkRequest.returnTo);
    const stytchResponse = await this.api.send({
      email: emailResult.email,
      callbackUrl: this.callbackUrl(linkRequest.callbackUrl),
      // A link that works in any browser cannot ask for a verifier that only this one has.
      codeChallenge: magicLinks.binding === 'same-browser' ? codeChallengeOf(codeVerifier) : undefined,
      expiresInMinutes: magicLinks.expiresInMinutes,
      signUp: magicLinks.signUp,
    });
    this.events.emit({ type: 'link_requested' });
    return stytchResponse.kind === 'ok' ? { kind: 'sent' } : this.resultFor(stytchResponse);
  }

  private callbackUrl(given: string | undefined): string {
    const callbackUrl = given ?? this.routes.callbackUrl;
    if (callbackUrl === undefined) {
      throw new TypeError(
        'With routes: false, requestLink needs the callbackUrl that is registered at Stytch.',
      );
    }
    return callbackUrl;
  }

  private resultFor(response: StytchRejection | StytchUnavailable): SignInLinkResult {
    if (response.kind === 'unavailable') {
      return refusedAsUnavailable(response);
    }
    if (response.errorType === 'invalid_email') return refused('email_invalid');
    if (isLinkConfigurationError(response)) {
      this.logger.error(
        `Stytch does not accept the redirect URL (${response.errorType}). Register ${this.routes.callbackUrl ?? 'it'} for login and sign-up.`,
      );
      return refused('stytch_unavailable');
    }
    // The address is unknown, denied or inactive: nobody who asks may learn which.
    if (response.errorType !== 'email_not_found') {
      this.logger.warn(`Stytch sent no link (${response.errorType}, ${response.requestId}).`);
    }
    return { kind: 'sent' };
  }
}

/** The operator's fault: a URL that is not registered, or a length of time that is not allowed. */
const isLinkConfigurationError = ({ errorType }: StytchRejection) =>
  /_url|redirect|expiration|query_params|code_challenge/.test(errorType);
