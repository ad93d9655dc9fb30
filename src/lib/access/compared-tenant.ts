import type { StytchTenantOption } from '../options/tenant.option.js';
import type { HandlerKind } from './startup-check/methods.js';

/**
 * What a call of a handler names its tenant by, in words; `none` if it names none, so that the session may be of
 * any. Undefined without the option `organizations.tenant`.
 *
 * @param pathsOf returns the paths of a route
 */
export function comparedTenant(
  option: StytchTenantOption | undefined,
  kind: HandlerKind,
  pathsOf: () => readonly string[],
): string | undefined {
  if (option === undefined) return undefined;
  // A message comes without a request.
  if (kind === 'message_pattern') return 'none';
  if (typeof option === 'function') return 'function';
  if ('subdomainOf' in option) return `subdomain of ${option.subdomainOf}`;
  const parameter = new RegExp(`${option.path}(?!\\w)`);
  const isNamed = kind === 'route' && pathsOf().every((path) => parameter.test(withoutOptionalParts(path)));
  return isNamed ? option.path : 'none';
}

/** What every call's path has: without groups such as `{/:org}`, also nested, and parameters such as `:org?`. */
function withoutOptionalParts(path: string): string {
  const shorter = path.replace(/\{[^{}]*\}|:\w+\?/g, '');
  return shorter === path ? path : withoutOptionalParts(shorter);
}
