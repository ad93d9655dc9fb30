import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Refusal } from '../errors/refusal.js';
import type { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { OrganizationHosts } from '../http/organization-hosts.js';
import { isFormPost, wantsPage } from '../http/page-navigation.js';
import { StytchRefusals } from '../http/refusals.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { AuthPage } from '../ports/page-renderer.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { pageHeaders } from './pages/page-headers.js';
import { renderPage } from './pages/render-page.js';
import { RefusalPageException } from './refusal-page.exception.js';
import type { ChooseOrganization, SignedInResult } from './sign-in-pipeline.js';

/** The responses of the login routes, under any HTTP adapter. None of them may be cached. */
@Injectable()
export class AuthResponses {
  readonly #host: HttpAdapterHost;

  constructor(
    host: HttpAdapterHost,
    private readonly routes: ApplicationRoutes,
    private readonly hosts: OrganizationHosts,
    private readonly refusals: StytchRefusals,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#host = host;
  }

  /**
   * Sets the headers of every response of the login routes, also of those that an exception leads to.
   * URLs there may contain a token, so no referrer is sent. Pages set stricter ones.
   */
  setCommonHeaders({ headers }: HttpExchange): void {
    headers.setHeader('cache-control', 'no-store');
    headers.setHeader('referrer-policy', 'no-referrer');
    headers.setHeader('x-content-type-options', 'nosniff');
  }

  json(exchange: HttpExchange, status: number, body: unknown): void {
    this.send(exchange, status, {}, body);
  }

  page(exchange: HttpExchange, status: number, page: AuthPage): void {
    const { render = renderPage, returnOrigins } = this.options.pages;
    const document = render(page);
    const redirectOrigins = [...returnOrigins, ...this.hosts.origins];
    this.send(exchange, status, pageHeaders(page, document, redirectOrigins), document);
  }

  /** The page of a form that is shown again because a field is wrong. */
  pageAgain(exchange: HttpExchange, refusal: Refusal, page: AuthPage): void {
    this.page(exchange, this.refusals.prepare(refusal, exchange).status, page);
  }

  empty(exchange: HttpExchange, status: 200 | 204): void {
    this.send(exchange, status, {}, undefined);
  }

  /** The response to a proof: the person is signed in, or chooses an organization next. */
  afterProof(exchange: HttpExchange, result: SignedInResult | ChooseOrganization): void {
    if (result.kind === 'signed_in') this.signedIn(exchange, result);
    else this.chooseOrganization(exchange, result);
  }

  private signedIn(exchange: HttpExchange, { returnTo }: SignedInResult): void {
    if (isFormPost(exchange.request)) this.seeOther(exchange, returnTo);
    else this.json(exchange, 200, { status: 'signed_in', returnTo });
  }

  private chooseOrganization(exchange: HttpExchange, { returnTo }: ChooseOrganization): void {
    if (isFormPost(exchange.request)) this.seeOther(exchange, this.choicePath);
    else this.json(exchange, 200, { status: 'choose_organization', returnTo });
  }

  /** The page on which a person chooses an organization: `pages.organizations`, or ours. */
  get choicePath(): string {
    return this.options.pages.organizations ?? this.organizationsPath;
  }

  get organizationsPath(): string {
    return this.routes.pathOf('organizations') ?? '/';
  }

  /** Redirects with 303, so that the browser sends a GET. */
  seeOther({ platformResponse }: HttpExchange, location: string): void {
    this.#host.httpAdapter.redirect(platformResponse, 303, location);
  }

  /** Redirects to a path at the origin where a sign-in can be completed, such as that of the login page. */
  seeAtAppUrl(exchange: HttpExchange, path: string): void {
    this.seeOther(exchange, this.hosts.loginOrigin + path);
  }

  /**
   * The exception for a refused request: rendered as a page for people, as JSON for programs.
   *
   * @param returnTo as the client sent it, for a page that continues the sign-in
   */
  exceptionFor(refusal: Refusal, exchange: HttpExchange, returnTo?: unknown): StytchRefusalException {
    return wantsPage(exchange.request)
      ? new RefusalPageException(this.refusals.prepare(refusal, exchange), returnTo)
      : this.refusals.exceptionOf(refusal, exchange);
  }

  /** The exception for a page that needs a session: a redirect to the login page and back. */
  loginExceptionFor(refusal: Refusal, exchange: HttpExchange): StytchRefusalException {
    return this.refusals.exceptionOf(refusal, exchange);
  }

  refusalPage(exchange: HttpExchange, { status, code, message }: Refusal): void {
    const { loginPath } = this.routes;
    const page = { name: 'notice', code, message, ...(loginPath !== undefined && { loginPath }) } as const;
    this.page(exchange, status, page);
  }

  private send(
    { platformResponse }: HttpExchange,
    status: number,
    headers: Record<string, string>,
    body: unknown,
  ): void {
    const { httpAdapter } = this.#host;
    for (const [name, value] of Object.entries(headers)) {
      httpAdapter.setHeader(platformResponse, name, value);
    }
    httpAdapter.reply(platformResponse, body, status);
  }
}
