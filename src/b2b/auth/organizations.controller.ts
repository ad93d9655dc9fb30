import {
  Body,
  Controller,
  Get,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { AuthPages, type RefusedForm } from '../../lib/auth/auth-pages.js';
import { AuthResponses } from '../../lib/auth/auth-responses.js';
import { CrossSiteGuard } from '../../lib/auth/cross-site.guard.js';
import { fieldOf } from '../../lib/auth/read-fields.js';
import { RefusalPageFilter } from '../../lib/auth/refusal-page.filter.js';
import { SignInHost } from '../../lib/auth/sign-in-host.js';
import type { SignInFinishResult } from '../../lib/auth/sign-in-pipeline.js';
import type { RefusedSignIn } from '../../lib/auth/start-session.js';
import { Public, type OrganizationsPage } from '../../lib/index.js';
import { isFormPost, requireExchange, wantsPage, type HttpExchange } from '../../lib/internal.js';
import {
  OrganizationChoice,
  organizationNameField,
  type OrganizationChoices,
} from './organization-choice.js';
import { organizationsPage } from './organizations-page.js';

/**
 * The routes for choosing and switching organizations: HTML forms for people, JSON for programs. Mounted by
 * `StytchB2BModule` at `routes.path`, next to `AuthController`.
 */
@Public()
@UseGuards(CrossSiteGuard)
@UseFilters(RefusalPageFilter)
@Controller({ version: VERSION_NEUTRAL })
export class OrganizationsController {
  /** @internal Created by Nest. */
  constructor(
    private readonly choice: OrganizationChoice,
    private readonly responses: AuthResponses,
    private readonly pages: AuthPages,
    private readonly signInHost: SignInHost,
  ) {}

  /**
   * The organizations of the person who completed discovery, or who is signed in: 200
   * `{"organizations":[{"id","slug","name","membership","isCurrent"?}],"canCreate"}`, or a page with a button for
   * each. `membership` is `member`, or `invited` or `eligible` for one that the person joins by entering it. 401
   * without a session or an intermediate session; a browser is redirected to sign in. The page of somebody who is
   * signed in is at `appUrl`: 303 from the host of an organization.
   */
  @Get('organizations')
  async list(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    if (this.redirectsToAppUrl(exchange)) return;
    const result = await this.choice.list(exchange);
    if (result.kind === 'refused') throw this.exceptionFor(result, exchange);
    if (wantsPage(exchange.request)) this.responses.page(exchange, 200, this.pageOf(result));
    else this.responses.json(exchange, 200, toJson(result));
  }

  /**
   * Enters the organization that `organization` names by id or slug, or creates one with the name
   * `organization_name`: 200 `{"status":"signed_in","returnTo":…}`; a form is redirected. 403
   * `primary_factor_required` or `second_factor_required` if the organization asks for more.
   */
  @Post('organizations')
  async enter(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    const organization = fieldOf(body, 'organization');
    const isNew = organization === undefined && fieldOf(body, organizationNameField.name) !== undefined;
    const result = isNew
      ? await this.choice.create(exchange, body)
      : await this.choice.enter(exchange, organization);
    if (result.kind === 'refused' && result.field !== undefined && isFormPost(exchange.request)) {
      const choices = await this.choice.list(exchange);
      if (choices.kind === 'refused') throw this.exceptionFor(choices, exchange);
      const page = this.pageOf(choices, { body, refused: result });
      this.responses.pageAgain(exchange, result.refusal, page);
      return;
    }
    this.respond(result, exchange);
  }

  /**
   * Exchanges the session for one in the organization that `organization` names by id or slug: 200
   * `{"status":"signed_in","returnTo":…}`; a form is redirected to `return_to`. The session before is revoked.
   */
  @Post('switch')
  async switch(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    const target = { organization: fieldOf(body, 'organization'), returnTo: fieldOf(body, 'return_to') };
    this.respond(await this.choice.switchTo(exchange, target), exchange, target);
  }

  /** An organization may require to sign in another way. The proof of discovery is on the host where it was completed. */
  private redirectsToAppUrl(exchange: HttpExchange): boolean {
    if (!wantsPage(exchange.request) || this.choice.hasDiscovered(exchange)) return false;
    return this.signInHost.redirectsPage(exchange, this.responses.organizationsPath);
  }

  private respond(
    result: SignInFinishResult,
    exchange: HttpExchange,
    target?: { readonly organization: unknown; readonly returnTo: unknown },
  ): void {
    if (result.kind !== 'refused') {
      this.responses.afterProof(exchange, result);
      return;
    }
    const loginPath =
      target && isFormPost(exchange.request) ? this.loginPathAfter(result, target) : undefined;
    if (loginPath === undefined) throw this.exceptionFor(result, exchange, target?.returnTo);
    this.responses.seeAtAppUrl(exchange, loginPath);
  }

  /** Where a person signs in to an organization that the session is not enough for. */
  private loginPathAfter(
    { refusal }: RefusedSignIn,
    { organization, returnTo }: { readonly organization: unknown; readonly returnTo: unknown },
  ): string | undefined {
    if (refusal.code !== 'organization_sign_in_required' || typeof organization !== 'string')
      return undefined;
    return this.pages.loginPathFor({ organization, returnTo }).loginPath;
  }

  /** A browser without a session is redirected to sign in, and back. */
  private exceptionFor({ refusal }: RefusedSignIn, exchange: HttpExchange, returnTo?: unknown) {
    return exchange.request.method === 'GET' && refusal.status === 401
      ? this.responses.loginExceptionFor(refusal, exchange)
      : this.responses.exceptionFor(refusal, exchange, returnTo);
  }

  private pageOf(choices: OrganizationChoices, again?: RefusedForm): OrganizationsPage {
    const { loginPath } = this.pages.loginPathFor({});
    const page = organizationsPage(choices, this.responses.organizationsPath, again);
    return { ...page, ...(loginPath !== undefined && { loginPath }) };
  }
}

const toJson = ({ organizations, canCreate }: OrganizationChoices) => ({ organizations, canCreate });
