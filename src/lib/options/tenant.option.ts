import type { OptionDefinition } from './option-definition.js';

/** Where a request names the organization that it is for. */
export type StytchTenantOption =
  { readonly path: string } | { readonly subdomainOf: string } | ((request: object) => string | undefined);

const parameterPattern = /^:[A-Za-z_]\w{0,63}$/;
const domainPattern = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

export const tenantOption: OptionDefinition<StytchTenantOption> = {
  accepts: (value) => typeof value === 'function' || isPath(value) || isSubdomain(value),
  allowed: "{ path: ':org' }, { subdomainOf: 'app.example.com' }, or a function of the request",
  fix: 'Name one parameter of the routes with its colon, or a domain without scheme and port.',
};

const isPath = (value: unknown): boolean => isOnly('path', value, parameterPattern);

const isSubdomain = (value: unknown): boolean => isOnly('subdomainOf', value, domainPattern);

function isOnly(name: string, value: unknown, pattern: RegExp): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return entries.length === 1 && entries.every(([key, given]) => key === name && isMatch(pattern, given));
}

const isMatch = (pattern: RegExp, value: unknown) => typeof value === 'string' && pattern.test(value);

/** A frozen copy, with the domain in lower case. */
export function resolveTenantOption(option: StytchTenantOption | undefined): StytchTenantOption | undefined {
  if (typeof option !== 'object') return option;
  return Object.freeze(
    'path' in option ? { path: option.path } : { subdomainOf: option.subdomainOf.toLowerCase() },
  );
}
