import { type Product } from '../project/product.js';

/** Clients and their tokens, fraud prevention, and the project itself. */
const shared =
  /^\/v1\/(m2m|connected_apps|oauth2|public\/\{project_id\}|email|fingerprint|rules|verdict_reasons|debug|projects)\//;

/** The product whose projects have the operation; undefined if all projects have it. */
export function productOf(operation: string): Product | undefined {
  const [, path = ''] = operation.split(' ');
  if (path.startsWith('/v1/b2b/') || path.startsWith('/v1/public/sso/')) return 'b2b';
  return !path.startsWith('/v1/') || shared.test(path) ? undefined : 'consumer';
}
