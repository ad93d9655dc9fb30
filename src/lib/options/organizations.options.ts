import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { resolveTenantOption, tenantOption, type StytchTenantOption } from './tenant.option.js';
import { oneOf, trueOrFalse } from './value-checks.js';

/** How people reach their organizations. For B2B projects. */
export interface StytchOrganizationOptions {
  /**
   * Whether people may sign in without naming an organization: they prove their email address, and choose
   * one of the organizations that they belong to or may join. Without it, only links to the sign-in page of
   * an organization, `login?org={slug}`, and invitations lead to a session.
   * @default true
   */
  discovery?: boolean | undefined;
  /**
   * Whether people who proved their email address may create an organization, which needs `discovery`. Its creator
   * gets Stytch's role `stytch_admin`. It is created before `onSignIn` is called, and stays if that refuses: the
   * event `organization_created` has its id.
   * @default 'deny'
   */
  create?: 'allow' | 'deny' | undefined;
  /**
   * Which organization a request is for, by slug or id. Protected handlers refuse a request for another
   * organization than that of the session: 403 `organization_mismatch`, and a page navigation is redirected to a
   * page that offers to switch. If the slug may have been changed, Stytch is asked at most once per session and
   * minute. An M2M client is refused for any organization.
   *
   * - `{ path: ':org' }`: the value of this parameter of the route. Routes without it are for none in particular.
   * - `{ subdomainOf: 'app.example.com' }`: the subdomain, with `cookies.domain`. The domain itself and the host of
   *   `appUrl` are for none in particular, and other hosts are refused. Only a proxy that Express or Fastify trusts can
   *   state the host. People sign in at `appUrl`, and return to the subdomain of the organization they signed in to.
   * - A function of the request of Express or Fastify. It returns `undefined` if the request is for none in
   *   particular. If it throws or returns anything else, the request is refused.
   *
   * Slugs are compared exactly, and hosts are in lower case. A slug can be changed and then be given to another
   * organization: select data by `session.organization.id`.
   * @default every request is for the organization of the session
   */
  tenant?: StytchTenantOption | undefined;
}

export const organizationOptions = {
  discovery: { ...trueOrFalse, default: true },
  create: { ...oneOf('allow', 'deny'), default: 'deny' },
  tenant: tenantOption,
} satisfies OptionDefinitions<StytchOrganizationOptions>;

export type ResolvedOrganizationOptions = WithDefaults<StytchOrganizationOptions, typeof organizationOptions>;

export function resolveOrganizationOptions(options?: StytchOrganizationOptions): ResolvedOrganizationOptions {
  const { tenant, ...others } = withDefaults(options, organizationOptions);
  return Object.freeze({ ...others, tenant: resolveTenantOption(tenant) });
}
