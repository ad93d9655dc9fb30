import { Controller, Inject, NotFoundException, Post, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { Public } from '../access/access.decorators.js';
import { AuthResponses } from '../auth/auth-responses.js';
import { requireExchange } from '../http/http-exchange.js';
import { StytchRefusals } from '../http/refusals.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { rawBodyOf } from './raw-body.js';
import { StytchWebhooks } from './stytch-webhooks.js';

/** Where Stytch delivers webhooks, next to the login routes. No browser calls it, and it reads no cookies. */
@Public()
@Controller({ version: VERSION_NEUTRAL })
export class WebhooksController {
  /** @internal Created by Nest. */
  constructor(
    private readonly webhooks: StytchWebhooks,
    private readonly responses: AuthResponses,
    private readonly refusals: StytchRefusals,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** 204 for a delivery that was handled or is ignored; 404 unless `webhooks.secret` is set. */
  @Post('webhooks')
  async receive(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    const exchange = requireExchange(request, response);
    this.responses.setCommonHeaders(exchange);
    if (this.options.webhooks.secret === undefined) throw new NotFoundException();
    const rawBody = rawBodyOf(exchange);
    const result = await this.webhooks.receive({ rawBody, headers: exchange.request.headers });
    if (result.kind === 'refused') throw this.refusals.exceptionOf(result.refusal, exchange);
    this.responses.empty(exchange, 204);
  }
}
