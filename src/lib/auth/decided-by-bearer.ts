import type { ResolvedOptions } from '../options/resolve-options.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { readBearer } from '../session/read-bearer.js';

/** Whether the bearer token of a request decides, and its cookies are not read, as on a protected handler. */
export const isDecidedByBearer = (
  { request }: Pick<HttpExchange, 'request'>,
  { credentials }: Pick<ResolvedOptions, 'credentials'>,
): boolean => credentials.includes('bearer') && readBearer(request).kind !== 'none';
