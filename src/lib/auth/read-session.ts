import { Inject, Injectable } from '@nestjs/common';
import type { HttpExchange } from '../http/http-exchange.js';
import type { Session } from '../identity/session.js';
import { isSession } from '../identity/principal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { BearerAuthenticator } from '../session/authenticate-bearer.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { RenewedJwtHeader } from '../session/renewed-jwt-header.js';
import { ResultCookies } from '../session/result-cookies.js';
import type { SessionUnknown } from '../session/session-result.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { isDecidedByBearer } from './decided-by-bearer.js';

type ReadSessionResult =
  | { readonly kind: 'signed_in'; readonly session: Session }
  | { readonly kind: 'signed_out' }
  | SessionUnknown;

const sessionTokens = new Set(['bearer'] as const);

/** Reads the session of a request to the login routes, and gives a renewed one to the client. */
@Injectable()
export class ReadSession {
  constructor(
    private readonly authenticator: RequestAuthenticator,
    private readonly bearers: BearerAuthenticator,
    private readonly cookies: ResultCookies,
    private readonly renewedJwt: RenewedJwtHeader,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async read(exchange: HttpExchange): Promise<ReadSessionResult> {
    if (isDecidedByBearer(exchange, this.options)) return this.readBearer(exchange);
    const result = await this.authenticator.authenticate(exchange);
    if (result.kind === 'unknown') return result;
    this.cookies.apply(result, exchange);
    return result.kind === 'signed_in'
      ? { kind: 'signed_in', session: result.verified.session }
      : { kind: 'signed_out' };
  }

  private async readBearer({ request, response }: HttpExchange): Promise<ReadSessionResult> {
    const result = await this.bearers.authenticate(request, sessionTokens);
    if (result?.kind === 'unknown') return result;
    if (result?.kind !== 'authenticated' || !isSession(result.principal)) return { kind: 'signed_out' };
    this.renewedJwt.offer(result.signedIn?.renewed, response);
    return { kind: 'signed_in', session: result.principal };
  }
}
