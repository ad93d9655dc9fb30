import { Controller, Get, Req, Res, UseFilters, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { Public } from '../../lib/index.js';
import { AuthPages } from '../../lib/auth/auth-pages.js';
import { AuthResponses } from '../../lib/auth/auth-responses.js';
import { CrossSiteGuard } from '../../lib/auth/cross-site.guard.js';
import { RefusalPageFilter } from '../../lib/auth/refusal-page.filter.js';
import { SignInHost } from '../../lib/auth/sign-in-host.js';
import { queryOf, refusalOf, requestTarget, requireExchange } from '../../lib/internal.js';
import { tenantNamed } from './request-tenant.js';

/** The page that a member of another organization is redirected to. It reads no session and makes no call. */
@Public()
@UseGuards(CrossSiteGuard)
@UseFilters(RefusalPageFilter)
@Controller({ version: VERSION_NEUTRAL })
export class SwitchPageController {
  constructor(
    private readonly responses: AuthResponses,
    private readonly pages: AuthPages,
    private readonly signInHost: SignInHost,
  ) {}

  /** Shows a button that switches, since a GET must not. */
  @Get('switch')
  show(@Req() request: unknown, @Res() response: unknown): void {
    const exchange = requireExchange(request, response);
    this.signInHost.refuseRedirected(exchange);
    const query = queryOf(requestTarget(exchange.request));
    const named = tenantNamed(query.get('organization'));
    if (named.kind !== 'named')
      throw this.responses.exceptionFor(refusalOf('organization_invalid'), exchange);
    this.responses.page(exchange, 200, this.pages.switchTo(named.tenant, query.get('return_to')));
  }
}
