import { Body, Controller, Get, Inject, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Public } from '../access/access.decorators.js';
import { requestTarget } from '../http/page-navigation.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { RefusalCode } from '../errors/refusal.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import { subjectOf } from '../identity/subject.js';
import type { LoginPage } from '../ports/page-renderer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { refusalForResult } from '../session/session-result.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AuthResponses } from './auth-responses.js';
import { SignInBindings } from './sign-in-binding.js';
import { fieldOf } from './read-email.js';
import { requireExchange } from '../http/require-exchange.js';
import { SignIn, type SignInResult } from './sign-in.js';
import { SignOut } from './sign-out.js';

/**
 * The login routes: HTML forms for people, JSON for programs. Mounted by `StytchModule` at
 * `routes.path`; `routes: false` leaves them out for a controller of one's own over {@link SignIn}
 * and {@link SignOut}.
 */
@Public()
@Controller({ version: VERSION_NEUTRAL })
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly signOut: SignOut,
    private readonly responses: AuthResponses,
    private readonly bindings: SignInBindings,
    private readonly authenticator: RequestAuthenticator,
    private readonly cookies: SessionCookies,
    private readonly routes: ApplicationRoutes,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** The form that asks for an e-mail address. */
  @Get('login')
  showLogin(@Req() request: unknown, @Res() response: unknown): void {
    this.responses.page(response, 200, this.loginForm(queryOf(request).get('return_to')));
  }

  /** Sends the sign-in link. JSON: 202 `{"status":"sent"}`. Form: 303 to the page that says so. */
  @Post('login')
  async login(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const [email, returnTo] = [fieldOf(body, 'email'), fieldOf(body, 'return_to')];
    const result = await this.signIn.requestLink(request, response, { email, returnTo });
    const isForm = isFormPost(request);
    if (result.kind === 'sent') {
      if (isForm)
        this.responses.seeOther(response, this.options.pages.sent ?? this.routes.pathOf('sent') ?? '/');
      else this.responses.json(response, 202, { status: 'sent' });
    } else if (isForm && isEmailProblem(result.refusal.code)) {
      const form = this.loginForm(returnTo, { email, problem: result.refusal.code });
      this.responses.page(response, result.refusal.status, form);
    } else {
      this.responses.refuse(request, response, result.refusal);
    }
  }

  /** Shown after a form was sent. */
  @Get('sent')
  showSent(@Res() response: unknown): void {
    const { expiresInMinutes, binding } = this.options.magicLinks;
    const { loginPath } = this.routes;
    this.responses.page(response, 200, {
      name: 'sent',
      expiresInMinutes,
      binding,
      ...(loginPath !== undefined && { loginPath }),
    });
  }

  /**
   * Where the link in the mail leads: a session, its cookies, and on to where the person was going.
   * Where links work in any browser, a page that asks first.
   */
  @Get('authenticate')
  async authenticate(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    // Nest runs GET handlers on HEAD, and mail scanners ask by HEAD: it must not use up the link.
    if (requireExchange(request, response).request.method === 'HEAD') this.responses.empty(response, 200);
    else this.respond(await this.signIn.complete(request, response), request, response);
  }

  /** What that page sends. Answers as the link itself does where it is bound to the browser. */
  @Post('authenticate')
  async confirm(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const confirmed = { token: fieldOf(body, 'token'), nonce: fieldOf(body, 'nonce') };
    this.respond(await this.signIn.confirm(request, response, confirmed), request, response);
  }

  /** Signs out, with the field `everywhere` on all devices. Form: 303 to `pages.afterLogout`; otherwise 204. */
  @Post('logout')
  async logout(@Req() request: unknown, @Res() response: unknown, @Body() body: unknown): Promise<void> {
    const everywhere = isTruthyField(fieldOf(body, 'everywhere'));
    const result = await this.signOut.signOut(request, response, { everywhere });
    if (result.kind === 'refused') this.responses.refuse(request, response, result.refusal);
    else if (isFormPost(request)) this.responses.seeOther(response, this.options.pages.afterLogout);
    else this.responses.empty(response, 204);
  }

  /** Who am I: `{"authenticated":true,"session":{…}}` or `{"authenticated":false}`; 503 when it cannot be told. */
  @Get('session')
  async session(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    const result = await this.authenticator.authenticate(exchange.request);
    if (result.kind === 'unknown') {
      this.responses.refuse(request, response, refusalForResult(result));
      return;
    }
    if (result.kind === 'signed_out') {
      if (result.shouldClearCookies) this.cookies.clear(exchange.response);
      this.responses.json(response, 200, { authenticated: false });
      return;
    }
    if (result.renewed !== undefined) this.cookies.write(exchange.response, result.renewed);
    this.responses.json(response, 200, { authenticated: true, session: result.verified.session });
  }

  private respond(result: SignInResult, request: unknown, response: unknown): void {
    switch (result.kind) {
      case 'refused':
        this.responses.refuse(request, response, result.refusal);
        return;
      case 'prefetch':
        this.responses.empty(response, 204);
        return;
      case 'confirmation_required': {
        const { token, nonce, session } = result;
        const signedInAs = session && (session.email ?? subjectOf(session).id);
        const action = this.routes.pathOf('authenticate') ?? '';
        const page = { name: 'confirm', action, token, nonce, ...(signedInAs && { signedInAs }) } as const;
        this.responses.page(response, 200, page);
        return;
      }
      case 'already_signed_in':
      case 'signed_in':
        this.responses.seeOther(response, result.returnTo);
    }
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

/** Browsers send forms so; what a program sends so is answered as a form too. */
function isFormPost(request: unknown): boolean {
  const { headers } = request as IncomingMessage;
  return /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
}

const isTruthyField = (value: unknown) =>
  value === true || value === 'true' || value === '1' || value === 'on';

function queryOf(request: unknown): URLSearchParams {
  return new URL(requestTarget(request as IncomingMessage), 'http://localhost').searchParams;
}
