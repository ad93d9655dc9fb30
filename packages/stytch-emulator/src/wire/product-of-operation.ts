import { type Product } from '../project/product.js';

/** Clients and their tokens, fraud prevention, the project itself, and the telemetry of browser SDKs. */
const shared =
  /^(\/v1\/(m2m|connected_apps|oauth2|public\/\{project_id\}|email|fingerprint|rules|verdict_reasons|debug|projects)\/|\/sdk\/v1\/(projects|events)\b)/;

const forB2B = /^\/(v1\/(b2b|public\/sso)|sdk\/v1\/(idp\/)?b2b)\//;

/** The product whose projects have the operation; undefined if all projects have it. */
export function productOf(operation: string): Product | undefined {
  const [, path = ''] = operation.split(' ');
  if (forB2B.test(path)) return 'b2b';
  return /^\/(sdk\/)?v1\//.test(path) && !shared.test(path) ? 'consumer' : undefined;
}
