import {
  Body,
  Controller,
  Get,
  Inject,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { Public } from '../access/access.decorators.js';
import type { RefusalCode } from '../errors/refusal.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import { requireExchange, type HttpExchange } from '../http/http-exchange.js';
import { queryOf, requestTarget } from '../http/page-navigation.js';
import { subjectOf } from '../identity/subject.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { LoginPage } from '../ports/page-renderer.js';
import { refusalForResult } from '../session/session-result.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AuthResponses } from './auth-responses.js';
import { AcceptsBearer, CrossSiteGuard } from './cross-site.guard.js';
import { EndSession } from './end-session.js';
import { fieldOf } from './read-email.js';
import { ReadSession } from './read-session.js';
import { RefusalPageFilter } from './refusal-page.filter.js';
import { SignInBindings } from './sign-in-binding.js';
import { SignInPipeline, type SignInResult } from './sign-in-pipeline.js';

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
    private readonly bindings: SignInBindings,
    private readonly readSession: ReadSession,
    private readonly routes: ApplicationRoutes,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** The form that asks for an email address. */
  @Get('login')
  showLogin(@Req() request: unknown, @Res() response: unknown): void {
    const exchange = requireExchange(request, response);
    const returnTo = queryOf(requestTarget(exchange.request)).get('return_to');
    this.responses.page(exchange, 200, this.loginForm(returnTo));
  }

  /** Sends the sign-in link. JSON: 202 `{"status":"sent"}`. Form: 303 to the page that says so. */
  @Post('login')
  async login(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    const [email, returnTo] = [fieldOf(body, 'email'), fieldOf(body, 'return_to')];
    const result = await this.signIn.requestLink(exchange, { email, returnTo });
    const isForm = isFormPost(exchange);
    if (result.kind === 'sent') {
      if (isForm) this.responses.seeOther(exchange, this.sentPath());
      else this.responses.json(exchange, 202, { status: 'sent' });
      return;
    }
    const { refusal } = result;
    if (!isForm || !isEmailProblem(refusal.code)) throw this.responses.exceptionFor(refusal, exchange);
    this.responses.page(exchange, refusal.status, this.loginForm(returnTo, { email, problem: refusal.code }));
  }

  /** Shown after a form was sent. */
  @Get('sent')
  showSent(@Req() request: unknown, @Res() response: unknown): void {
    const { expiresInMinutes, binding } = this.options.magicLinks;
    const { loginPath } = this.routes;
    this.responses.page(requireExchange(request, response), 200, {
      name: 'sent',
      expiresInMinutes,
      binding,
      ...(loginPath !== undefined && { loginPath }),
    });
  }

  /**
   * The redirect URL of sign-in links: sets the session cookies and redirects to the return address.
   * With `magicLinks.binding: 'any-browser'` it shows the confirm page first.
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
    const fields = { token: fieldOf(body, 'token'), nonce: fieldOf(body, 'nonce') };
    this.respond(await this.signIn.confirm(exchange, fields), exchange);
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
    if (isFormPost(exchange)) this.responses.seeOther(exchange, this.options.pages.afterLogout);
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

  private respond(result: SignInResult, exchange: HttpExchange): void {
    switch (result.kind) {
      case 'refused':
        throw this.responses.exceptionFor(result.refusal, exchange);
      case 'prefetch':
        this.responses.empty(exchange, 204);
        return;
      case 'confirmation_required': {
        const { token, nonce, session } = result;
        const signedInAs = session && (session.email ?? subjectOf(session).id);
        const action = this.routes.pathOf('authenticate') ?? '';
        const page = { name: 'confirm', action, token, nonce, ...(signedInAs && { signedInAs }) } as const;
        this.responses.page(exchange, 200, page);
        return;
      }
      case 'already_signed_in':
      case 'signed_in':
        this.responses.seeOther(exchange, result.returnTo);
    }
  }

  private sentPath(): string {
    return this.options.pages.sent ?? this.routes.pathOf('sent') ?? '/';
  }

  private loginForm(returnTo: unknown, retry?: { email: unknown; problem: EmailProblem }): LoginPage {
    return {
      name: 'login',
      action: this.routes.pathOf('login') ?? '',
      returnTo: this.bindings.safeReturnTo(returnTo),
      ...(typeof retry?.email === 'string' && { email: retry.email.slice(0, 254) }),
      ...(retry && { problem: retry.problem }),
    };
  }
}

type EmailProblem = Extract<RefusalCode, 'email_missing' | 'email_invalid'>;

const isEmailProblem = (code: RefusalCode): code is EmailProblem =>
  code === 'email_missing' || code === 'email_invalid';

/** A form gets a redirect or a page; JSON gets JSON. */
const isFormPost = ({ request }: HttpExchange): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');

const isTrue = (field: unknown) => field === true || field === 'true' || field === '1' || field === 'on';
