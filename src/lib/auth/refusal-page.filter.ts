import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { requireExchangeOf } from '../http/http-exchange.js';
import { AuthResponses } from './auth-responses.js';
import { RefusalPageException } from './refusal-page.exception.js';

/** Renders the page for a refusal that a person will read. Other refusals reach the application's filters. */
@Catch(RefusalPageException)
export class RefusalPageFilter implements ExceptionFilter<RefusalPageException> {
  constructor(private readonly responses: AuthResponses) {}

  catch({ refusal }: RefusalPageException, host: ArgumentsHost): void {
    this.responses.refusalPage(requireExchangeOf(host), refusal);
  }
}
