import { StytchOptionsError } from '../errors/stytch-options.error.js';
import { resolveBearerOptions, type ResolvedBearerOptions } from './bearer.options.js';
import { checkOptions } from './check-options.js';
import { resolveCookieOptions, type ResolvedCookieOptions } from './cookies.options.js';
import { hideProperties } from './hide-properties.js';
import { resolveHttpOptions, type ResolvedHttpOptions } from './http.options.js';
import { resolveJwtOptions, type ResolvedJwtOptions } from './jwt.options.js';
import { resolveLimitOptions, type ResolvedLimitOptions } from './limits.options.js';
import { resolveModuleOptions, type ModuleOptions, type ResolvedModuleOptions } from './module.options.js';
import { resolveOrganizationOptions, type ResolvedOrganizationOptions } from './organizations.options.js';
import type { StytchProductName } from '../ports/product-name.js';
import { resolveOutageOptions, type ResolvedOutageOptions } from './outage.options.js';
import { resolvePageOptions, type ResolvedPageOptions } from './pages.options.js';
import {
  resolveResourceMetadataOptions,
  type ResolvedResourceMetadata,
} from './resource-metadata.options.js';
import { resolveSessionOptions, type ResolvedSessionOptions } from './session.options.js';
import { resolveSharedOptions, type ResolvedSharedOptions } from './shared.options.js';
import {
  resolveStaticOptions,
  type ResolvedStaticOptions,
  type StytchStaticOptions,
} from './static.options.js';
import { resolveWebhookOptions, type ResolvedWebhookOptions } from './webhooks.options.js';

/**
 * The options with all defaults filled in, as the rest of the package reads them. Frozen. The secret and
 * the objects of the application are not enumerable, so that no log contains them or what they hold.
 */
export interface ResolvedOptions extends ResolvedModuleOptions, ResolvedStaticOptions {
  readonly bearer: ResolvedBearerOptions;
  readonly resourceMetadata: ResolvedResourceMetadata | undefined;
  readonly pages: ResolvedPageOptions;
  readonly session: ResolvedSessionOptions;
  readonly outage: ResolvedOutageOptions;
  readonly jwt: ResolvedJwtOptions;
  readonly cookies: ResolvedCookieOptions;
  readonly limits: ResolvedLimitOptions;
  readonly shared: ResolvedSharedOptions;
  readonly webhooks: ResolvedWebhookOptions;
  readonly http: ResolvedHttpOptions;
  /** For B2B projects. */
  readonly organizations: ResolvedOrganizationOptions;
}

/**
 * Checks the options and fills in the defaults.
 * @throws {StytchOptionsError} with all problems
 */
export function resolveOptions(
  options: ModuleOptions,
  staticOptions: StytchStaticOptions,
  product: StytchProductName = 'consumer',
): ResolvedOptions {
  const problems = checkOptions(options, staticOptions, product);
  if (problems.length > 0) throw new StytchOptionsError(problems);

  const ungrouped = resolveModuleOptions(options);
  const resourceMetadata = resolveResourceMetadataOptions(options.resourceMetadata, ungrouped.appUrl);
  const resolved = {
    ...ungrouped,
    ...resolveStaticOptions(staticOptions),
    bearer: resolveBearerOptions(options.bearer),
    resourceMetadata,
    pages: resolvePageOptions(options.pages),
    session: resolveSessionOptions(options.session),
    outage: resolveOutageOptions(options.outage),
    jwt: resolveJwtOptions(options.jwt, { ...ungrouped, ...resourceMetadata }),
    cookies: resolveCookieOptions(options.cookies, ungrouped.appUrl),
    limits: resolveLimitOptions(options.limits),
    shared: resolveSharedOptions(options.shared),
    webhooks: resolveWebhookOptions(options.webhooks),
    http: resolveHttpOptions(options.http),
    organizations: resolveOrganizationOptions(options.organizations),
  };
  return Object.freeze(hideProperties(resolved, 'secret', 'telemetry'));
}
