import { Inject, Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { refusalOf } from '../errors/refusal.js';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { requireExchangeOf } from '../http/http-exchange.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AuthResponses } from './auth-responses.js';
import { isDecidedByBearer } from './decided-by-bearer.js';

const ACCEPTS_BEARER_KEY = 'nestjs-stytch:login-route-accepts-bearer';

/**
 * Marks a login route that a bearer token can decide. Browsers do not attach one to requests of other sites,
 * so that such a request is not checked.
 */
export const AcceptsBearer = (): MethodDecorator => SetMetadata(ACCEPTS_BEARER_KEY, true);

/**
 * Refuses state-changing requests that pages of other sites send to the login routes. It runs before
 * everything else there, so it also sets the headers that all their responses have in common.
 */
@Injectable()
export class CrossSiteGuard implements CanActivate {
  constructor(
    private readonly responses: AuthResponses,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  canActivate(context: ExecutionContext): true {
    const exchange = requireExchangeOf(context);
    this.responses.setCommonHeaders(exchange);
    if (!isCrossSiteRequest(exchange.request, this.options)) return true;
    if (acceptsBearer(context) && isDecidedByBearer(exchange, this.options)) return true;
    throw this.responses.exceptionFor(refusalOf('cross_site_refused'), exchange);
  }
}

const acceptsBearer = (context: ExecutionContext): boolean =>
  Reflect.getMetadata(ACCEPTS_BEARER_KEY, context.getHandler()) === true;
