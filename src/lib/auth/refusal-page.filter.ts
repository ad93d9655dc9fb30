import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { requireExchangeOf } from '../http/http-exchange.js';
import { AuthPages } from './auth-pages.js';
import { AuthResponses } from './auth-responses.js';
import { RefusalPageException } from './refusal-page.exception.js';
import { SignInHost } from './sign-in-host.js';

/** Renders the page for a refusal that a person will read. Other refusals reach the application's filters. */
@Catch(RefusalPageException)
export class RefusalPageFilter implements ExceptionFilter<RefusalPageException> {
  constructor(
    private readonly responses: AuthResponses,
    private readonly pages: AuthPages,
    private readonly signInHost: SignInHost,
  ) {}

  catch({ refusal, returnTo }: RefusalPageException, host: ArgumentsHost): void {
    const exchange = requireExchangeOf(host);
    const { status, primaryRequired } = refusal;
    if (primaryRequired === undefined) {
      this.responses.refusalPage(exchange, refusal);
      return;
    }
    const organization = primaryRequired.organizationId;
    const { loginPath } = this.pages.loginPathFor({ organization, returnTo });
    if (loginPath !== undefined && this.signInHost.redirects(exchange, loginPath)) return;
    this.responses.page(exchange, status, this.pages.incomplete(exchange.request, primaryRequired, returnTo));
  }
}
