import { Inject, Injectable, Logger } from '@nestjs/common';
import { isCrossSite } from '../../../http/cross-site.js';
import type { HttpExchange } from '../../../http/http-exchange.js';
import type { Refusal } from '../../../errors/refusal.js';
import { StytchEvents } from '../../../events/stytch-events.js';
import { ApplicationRoutes } from '../../../http/application-routes.js';
import type { ResolvedOptions } from '../../../options/resolve-options.js';
import { StytchApi } from '../../../stytch-api/stytch-api.js';
import type { StytchRefused, StytchUnavailable } from '../../../stytch-api/stytch-response.js';
import { RESOLVED_OPTIONS } from '../../../stytch.tokens.js';
import { codeChallengeOf, LoginBindings } from '../../sign-in-binding.js';
import { LoginLimits } from '../../sign-in-limits.js';
import { readEmail } from '../../read-email.js';
import { refused, refusedAsUnavailable } from '../../refused.js';

export type LinkRequest = { readonly kind: 'sent' } | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface AskedLogin {
  /** As it came; it is checked here. */
  readonly email: unknown;
  /** As it came; it is checked here. */
  readonly returnTo?: unknown;
  /** The address registered at Stytch, where the routes of the package are not mounted. */
  readonly callbackUrl?: string;
}

/** The first half of a login: from an e-mail address to a link in a mail. */
@Injectable()
export class AskForLink {
  private readonly logger = new Logger('Stytch');

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly routes: ApplicationRoutes,
    private readonly limits: LoginLimits,
    private readonly bindings: LoginBindings,
    private readonly api: StytchApi,
    private readonly events: StytchEvents,
  ) {}

  async ask(
    { request, response }: HttpExchange,
    ip: string | undefined,
    login: AskedLogin,
  ): Promise<LinkRequest> {
    if (isCrossSite(request, this.options)) return refused('cross_site_refused');
    const reading = readEmail(login);
    if ('fault' in reading) return refused(reading.fault);
    const exceeded = await this.limits.countAsking(request, ip, reading.email);
    if (exceeded !== undefined) return exceeded;

    const { magicLinks } = this.options;
    const { codeVerifier } = this.bindings.bind(request, response, login.returnTo);
    const answer = await this.api.sendMagicLink({
      email: reading.email,
      callbackUrl: this.callbackUrl(login.callbackUrl),
      // A link that works in any browser cannot ask for a verifier that only this one has.
      codeChallenge: magicLinks.binding === 'same-browser' ? codeChallengeOf(codeVerifier) : undefined,
      expiresInMinutes: magicLinks.expiresInMinutes,
      signUp: magicLinks.signUp,
    });
    this.events.tell({ type: 'link_requested' });
    return answer.kind === 'ok' ? { kind: 'sent' } : this.answerTo(answer);
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

  private answerTo(answer: StytchRefused | StytchUnavailable): LinkRequest {
    if (answer.kind === 'unavailable') {
      return refusedAsUnavailable(answer);
    }
    if (answer.errorType === 'invalid_email') return refused('email_invalid');
    if (isAboutTheLink(answer)) {
      this.logger.error(
        `Stytch does not accept the redirect URL (${answer.errorType}). Register ${this.routes.callbackUrl ?? 'it'} for login and sign-up.`,
      );
      return refused('stytch_unavailable');
    }
    // The address is unknown, denied or inactive: nobody who asks may learn which.
    if (answer.errorType !== 'email_not_found') {
      this.logger.warn(`Stytch sent no link (${answer.errorType}, ${answer.requestId}).`);
    }
    return { kind: 'sent' };
  }
}

/** The operator's fault: a URL that is not registered, or a length of time that is not allowed. */
const isAboutTheLink = ({ errorType }: StytchRefused) =>
  /_url|redirect|expiration|query_params|code_challenge/.test(errorType);
