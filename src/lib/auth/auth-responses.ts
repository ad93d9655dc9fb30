import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { wantsPage } from '../http/page-navigation.js';
import { setRefusalHeaders } from '../http/refusals.js';
import type { Refusal } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import { StytchEvents } from '../events/stytch-events.js';
import { ApplicationRoutes } from '../http/application-routes.js';
import type { AuthPage } from '../ports/page-renderer.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { pageHeaders } from './pages/page-headers.js';
import { renderPage } from './pages/render-page.js';
import { requireExchange } from '../http/require-exchange.js';

/** What the login routes answer with, under any HTTP adapter. Nothing of it may be cached. */
@Injectable()
export class AuthResponses {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly routes: ApplicationRoutes,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  json(response: unknown, status: number, body: unknown): void {
    this.send(response, status, { 'cache-control': 'no-store' }, body);
  }

  page(response: unknown, status: number, page: AuthPage): void {
    const { render = renderPage, returnOrigins } = this.options.pages;
    const document = render(page);
    this.send(response, status, pageHeaders(page, document, returnOrigins), document);
  }

  empty(response: unknown, status: 200 | 204): void {
    this.send(response, status, { 'cache-control': 'no-store' }, undefined);
  }

  /** To another page, always as a GET; the address that held a token is sent nowhere. */
  seeOther(response: unknown, location: string): void {
    const { httpAdapter } = this.host;
    httpAdapter.setHeader(response, 'cache-control', 'no-store');
    httpAdapter.setHeader(response, 'referrer-policy', 'no-referrer');
    httpAdapter.redirect(response, 303, location);
  }

  /** A page for people, the platform's JSON with a code for programs. */
  refuse(request: unknown, response: unknown, refusal: Refusal): void {
    this.events.emit({ type: 'refused', code: refusal.code });
    const exchange = requireExchange(request, response);
    setRefusalHeaders(refusal, exchange.headers);
    if (!wantsPage(exchange.request)) {
      exchange.headers.setHeader('cache-control', 'no-store');
      throw new StytchRefusalException(refusal);
    }
    const { code, message, status } = refusal;
    const { loginPath } = this.routes;
    this.page(response, status, {
      name: 'notice',
      code,
      message,
      ...(loginPath !== undefined && { loginPath }),
    });
  }

  private send(response: unknown, status: number, headers: Record<string, string>, body: unknown): void {
    const { httpAdapter } = this.host;
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, body, status);
  }
}
