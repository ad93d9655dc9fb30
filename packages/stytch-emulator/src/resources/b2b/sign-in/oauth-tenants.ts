import { type OAuthProviderName } from '../../oauth/oauth-provider.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { type Organization } from '../organizations/organization.js';

/** The providers whose accounts belong to a workspace by which an organization can let people join. */
export const tenantProviders: readonly OAuthProviderName[] = ['github', 'hubspot', 'slack'];

export interface OAuthTenant {
  readonly provider: OAuthProviderName;
  readonly tenantId: string;
}

/** The tenants of the accounts that a person has signed in with. */
export function tenantsOf(factors: readonly NewFactor[]): OAuthTenant[] {
  return factors.flatMap((factor) =>
    factor.type === 'oauth'
      ? (factor.tenantIds ?? []).map((tenantId) => ({ provider: factor.registration.provider, tenantId }))
      : [],
  );
}

/** The first of the tenants whose people may become members. */
export function allowedTenant(
  { settings }: Organization,
  tenants: readonly OAuthTenant[],
): OAuthTenant | undefined {
  if (settings.oauth_tenant_jit_provisioning === 'NOT_ALLOWED') return undefined;
  return tenants.find(({ provider, tenantId }) =>
    settings.allowed_oauth_tenants[provider]?.includes(tenantId),
  );
}
