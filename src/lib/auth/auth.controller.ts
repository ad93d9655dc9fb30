import {
  Body,
  Controller,
  Get,
  Inject,
  NotFoundException,
  Param,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { Public } from '../access/access.decorators.js';
import { refusalOf } from '../errors/refusal.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import { requireExchange, type HttpExchange } from '../http/http-exchange.js';
import { OrganizationHosts } from '../http/organization-hosts.js';
import { isFormPost, queryOf, requestTarget } from '../http/page-navigation.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { AnySignInMethod } from '../ports/sign-in-method.js';
import { StytchProduct } from '../ports/stytch-product.js';
import { refusalForResult } from '../session/session-result.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AuthPages, type LoginContext } from './auth-pages.js';
import { AuthResponses } from './auth-responses.js';
import { AcceptsBearer, CrossSiteGuard } from './cross-site.guard.js';
import { EndSession } from './end-session.js';
import { defaultTokenType } from './read-callback.js';
import { fieldOf, isTrue } from './read-fields.js';
import { ReadSession } from './read-session.js';
import { RefusalPageFilter } from './refusal-page.filter.js';
import { SignInBindings } from './sign-in-binding.js';
import { canFinish, SignInMethods, type FinishableMethod, type StartableMethod } from './sign-in-methods.js';
import { SignInHost } from './sign-in-host.js';
import { SignInOrganizations } from './sign-in-organizations.js';
import { organizationField, SignInPipeline, type SignInResult } from './sign-in-pipeline.js';
import type { RefusedSignIn } from './start-session.js';

/**
 * The login routes: HTML forms for people, JSON for programs. Mounted by `StytchModule` at
 * `routes.path`. `routes: false` leaves them out, for a custom controller that uses `SignIn` and
 * `SignOut`.
 */
@Public()
@UseGuards(CrossSiteGuard)
@UseFilters(RefusalPageFilter)
@Controller({ version: VERSION_NEUTRAL })
export class AuthController {
  /** @internal Created by Nest. */
  constructor(
    private readonly signIn: SignInPipeline,
    private readonly endSession: EndSession,
    private readonly responses: AuthResponses,
    private readonly methods: SignInMethods,
    private readonly pages: AuthPages,
    private readonly bindings: SignInBindings,
    private readonly readSession: ReadSession,
    private readonly routes: ApplicationRoutes,
    private readonly hosts: OrganizationHosts,
    private readonly signInHost: SignInHost,
    private readonly organizations: SignInOrganizations,
    private readonly product: StytchProduct,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Shows the methods that are switched on. At the host of an organization: 303 to its login page at `appUrl`. */
  @Get('login')
  async showLogin(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    if (this.methods.first === undefined) notFound();
    const asked = this.askedFor(exchange);
    const { loginPath } = this.pages.loginPathFor(asked);
    if (loginPath !== undefined && this.signInHost.redirectsPage(exchange, loginPath)) return;
    this.responses.page(exchange, 200, this.pages.login(await this.contextOf(exchange, asked)));
  }

  /** Starts the first method; by default it sends a link. Responds like `POST login/{method}/start`. */
  @Post('login')
  async login(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    await this.startWith(this.methods.first ?? notFound(), requireExchange(request, response), body);
  }

  /**
   * Starts a sign-in. If something was sent: 202 `{"status":"sent"}`; if the browser continues elsewhere: 200
   * `{"status":"redirect","url":…}`; if it is complete: 200 `{"status":"signed_in","returnTo":…}`. A form is
   * redirected to the next page.
   */
  @Post('login/:method/start')
  async start(
    @Param('method') name: string,
    @Req() request: unknown,
    @Res() response: unknown,
    @Body() body: unknown,
  ): Promise<void> {
    await this.startWith(this.startable(name), requireExchange(request, response), body);
  }

  /**
   * Shows one method alone. If it requires a session, a browser without one is redirected to sign in. At the host of
   * an organization: 303 to the same page at `appUrl`.
   */
  @Get('login/:method/start')
  async showStart(
    @Param('method') name: string,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const exchange = requireExchange(request, response);
    const method = this.startable(name);
    const asked = this.askedFor(exchange);
    if (this.signInHost.redirectsPage(exchange, this.pages.startPathFor(name, asked))) return;
    const refused = await this.signIn.refusalToStart(exchange, method);
    if (refused !== undefined) throw this.responses.loginExceptionFor(refused.refusal, exchange);
    this.responses.page(exchange, 200, this.pages.start(method, await this.contextOf(exchange, asked)));
  }

  /** The page that asks for a code. */
  @Get('login/:method/finish')
  showFinish(@Param('method') name: string, @Req() request: unknown, @Res() response: unknown): void {
    const exchange = requireExchange(request, response);
    const method = this.finishable(name);
    const binding = this.signIn.startedIn(exchange, method);
    if (binding === undefined) throw this.responses.exceptionFor(refusalOf('sign_in_not_started'), exchange);
    this.responses.page(exchange, 200, this.pages.code(method, binding));
  }

  /** Completes a sign-in with a code: 200 `{"status":"signed_in","returnTo":…}`. A form is redirected. */
  @Post('login/:method/finish')
  async finish(
    @Param('method') name: string,
    @Req() request: unknown,
    @Res() response: unknown,
    @Body() body: unknown,
  ): Promise<void> {
    const exchange = requireExchange(request, response);
    const method = this.finishable(name);
    const result = await this.signIn.finish(exchange, method, { fields: body });
    if (result.kind !== 'refused') {
      this.responses.afterProof(exchange, result);
      return;
    }
    const binding = this.signIn.startedIn(exchange, method);
    if (binding === undefined || !this.canShowAgain(exchange, result))
      throw this.responses.exceptionFor(result.refusal, exchange);
    const page = this.pages.code(method, binding, { body, refused: result });
    this.responses.pageAgain(exchange, result.refusal, page);
  }

  /** Shown after a form requested a link. */
  @Get('sent')
  showSent(@Req() request: unknown, @Res() response: unknown): void {
    const exchange = requireExchange(request, response);
    this.responses.page(exchange, 200, this.pages.sent(this.bindings.read(exchange.request)?.state));
  }

  /**
   * The redirect URL of links and providers: sets the session cookies and redirects to the return address.
   * Shows the confirm page first if the link works in any browser.
   */
  @Get('authenticate')
  async authenticate(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    // Nest runs GET handlers on HEAD, which mail scanners send. It must not consume the token.
    if (exchange.request.method === 'HEAD') this.responses.empty(exchange, 200);
    else this.respond(await this.signIn.complete(exchange), exchange);
  }

  /** The form of the confirm page. */
  @Post('authenticate')
  async confirm(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    const confirmRequest = {
      token: fieldOf(body, 'token'),
      tokenType: fieldOf(body, 'stytch_token_type') ?? defaultTokenType,
      nonce: fieldOf(body, 'nonce'),
      fields: body,
    };
    const result = await this.signIn.confirm(exchange, confirmRequest);
    if (result.kind === 'refused' && this.canShowAgain(exchange, result)) {
      const again = await this.signIn.confirmAgain(exchange, confirmRequest);
      if (again !== undefined) {
        const page = this.pages.confirm(again, { body, refused: result });
        this.responses.pageAgain(exchange, result.refusal, page);
        return;
      }
    }
    this.respond(result, exchange);
  }

  /**
   * Signs out; with the field `everywhere` on all devices. Form: 303 to `pages.afterLogout`. Otherwise
   * 204. A bearer token decides alone if the option `credentials` includes `bearer`: its session is ended,
   * and no cookie is read or cleared. A token that can't be a session here is a 401 `token_invalid`.
   */
  @AcceptsBearer()
  @Post('logout')
  async logout(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    const result = await this.endSession.end(exchange, { everywhere: isTrue(fieldOf(body, 'everywhere')) });
    if (result.kind === 'refused') throw this.responses.exceptionFor(result.refusal, exchange);
    if (isFormPost(exchange.request)) this.responses.seeOther(exchange, this.options.pages.afterLogout);
    else this.responses.empty(exchange, 204);
  }

  /**
   * `{"authenticated":true,"session":{…}}` or `{"authenticated":false}`; 503 if the session can't be
   * verified right now. A bearer token decides alone if the option `credentials` includes `bearer`.
   */
  @Get('session')
  async session(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    const result = await this.readSession.read(exchange);
    if (result.kind === 'unknown') throw this.responses.exceptionFor(refusalForResult(result), exchange);
    this.responses.json(
      exchange,
      200,
      result.kind === 'signed_in'
        ? { authenticated: true, session: result.session }
        : { authenticated: false },
    );
  }

  private async startWith(method: StartableMethod, exchange: HttpExchange, body: unknown): Promise<void> {
    const returnTo = fieldOf(body, 'return_to');
    const organization = fieldOf(body, organizationField);
    const isContinued = isTrue(fieldOf(body, 'continue'));
    const result = await this.signIn.start(exchange, method, {
      fields: body,
      returnTo,
      addFactor: isTrue(fieldOf(body, 'add_factor')),
      organization,
      continueSignIn: isContinued,
    });
    const isForm = isFormPost(exchange.request);
    switch (result.kind) {
      case 'sent':
        if (isForm) this.responses.seeOther(exchange, this.nextPath(method));
        else this.responses.json(exchange, 202, { status: 'sent' });
        return;
      case 'redirect':
        if (isForm) this.responses.page(exchange, 200, { name: 'redirect', url: result.url });
        else this.responses.json(exchange, 200, { status: 'redirect', url: result.url });
        return;
      case 'signed_in':
      case 'choose_organization':
        this.responses.afterProof(exchange, result);
        return;
      case 'refused': {
        if (!this.canShowAgain(exchange, result)) throw this.responses.exceptionFor(result.refusal, exchange);
        const again = { body, refused: result };
        const context = await this.contextOf(exchange, { organization, returnTo, isContinued });
        const isOffered = this.methods
          .offered(context.allowedMethods)
          .some(({ name }) => name === method.name);
        const page = isOffered
          ? this.pages.login(context, { method: method.name, ...again })
          : this.pages.start(method, context, again);
        this.responses.pageAgain(exchange, result.refusal, page);
      }
    }
  }

  private respond(result: SignInResult, exchange: HttpExchange): void {
    switch (result.kind) {
      case 'refused':
        throw this.responses.exceptionFor(result.refusal, exchange);
      case 'prefetch':
        this.responses.empty(exchange, 204);
        return;
      case 'confirmation_required':
        this.responses.page(exchange, 200, this.pages.confirm(result));
        return;
      case 'choose_organization':
        this.responses.seeOther(exchange, this.responses.choicePath);
        return;
      case 'already_signed_in':
      case 'signed_in':
        this.responses.seeOther(exchange, result.returnTo);
    }
  }

  /** What a sign-in page was asked for with its query, and by the host of an organization. */
  private askedFor(exchange: HttpExchange) {
    const query = queryOf(requestTarget(exchange.request));
    const named = query.get('org') ?? undefined;
    const isSuspended =
      named === undefined && this.product.name === 'b2b' && query.get('reason') === 'session_suspended';
    return {
      // Nobody can sign in to an organization that is suspended.
      organization: named ?? (isSuspended ? undefined : this.hosts.organizationAt(exchange)),
      returnTo: query.get('return_to') ?? undefined,
      isContinued: isTrue(query.get('continue')),
      isSuspended,
    };
  }

  /** What to show on a sign-in page. Without an organization it is asked for, if it is required. */
  private async contextOf(
    exchange: HttpExchange,
    { organization: given, ...context }: Omit<LoginContext, 'organization'> & { organization: unknown },
  ): Promise<LoginContext> {
    const named = given === undefined ? undefined : this.organizations.read(given);
    if (named?.kind !== 'valid' || named.organization === undefined) return context;
    const { organization } = named;
    const allowedMethods = await this.organizations.allowedMethods(organization, exchange);
    return { ...context, organization, allowedMethods };
  }

  /** Where a form continues after something was sent. */
  private nextPath(method: AnySignInMethod): string {
    if (canFinish(method)) return this.pages.finishPath(method.name);
    return this.options.pages.sent ?? this.routes.pathOf('sent') ?? '/';
  }

  private startable(name: string): StartableMethod {
    return this.methods.findStartable(name) ?? notFound();
  }

  private finishable(name: string): FinishableMethod {
    return this.methods.findFinishable(name) ?? notFound();
  }

  /** Only a wrong field can be corrected in the form. */
  private canShowAgain(exchange: HttpExchange, { field }: RefusedSignIn): boolean {
    return field !== undefined && isFormPost(exchange.request);
  }
}

function notFound(): never {
  throw new NotFoundException();
}
