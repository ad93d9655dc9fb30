import { StytchOptionsError } from '../errors/stytch-options.error.js';
import { checkOptions } from './check-options.js';
import { resolveCookieOptions } from './cookies.options.js';
import { resolveHttpOptions } from './http.options.js';
import { resolveJwtOptions } from './jwt.options.js';
import { resolveLimitOptions } from './limits.options.js';
import { resolveMagicLinkOptions } from './magic-links.options.js';
import { resolveModuleOptions, type StytchModuleOptions } from './module.options.js';
import { resolveOutageOptions } from './outage.options.js';
import { resolvePageOptions } from './pages.options.js';
import { resolveSessionOptions } from './session.options.js';
import { resolveStaticOptions, type StytchStaticOptions } from './static.options.js';

/** The options with all defaults filled in, as the rest of the package reads them. Frozen. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>;

/**
 * Checks the options and fills in the defaults.
 * @throws {StytchOptionsError} with all problems
 */
export function resolveOptions(options: StytchModuleOptions, staticOptions: StytchStaticOptions) {
  const problems = checkOptions(options, staticOptions);
  if (problems.length > 0) throw new StytchOptionsError(problems);

  const ungrouped = resolveModuleOptions(options);
  return Object.freeze({
    ...ungrouped,
    ...resolveStaticOptions(staticOptions),
    pages: resolvePageOptions(options.pages),
    session: resolveSessionOptions(options.session),
    outage: resolveOutageOptions(options.outage),
    jwt: resolveJwtOptions(options.jwt, ungrouped),
    cookies: resolveCookieOptions(options.cookies, ungrouped.appUrl),
    magicLinks: resolveMagicLinkOptions(options.magicLinks),
    limits: resolveLimitOptions(options.limits),
    http: resolveHttpOptions(options.http),
  });
}
