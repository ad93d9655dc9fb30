import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { isSameAddress } from '../../email-address.js';
import { oauthProviders } from '../../oauth/oauth-provider.js';
import { providerValues } from '../../oauth/provider-values.js';
import { type OAuthFactor } from '../../sessions/factors/oauth-factor.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeVerifier } from '../../sign-in/pkce.js';
import { startDiscovery } from '../discovery/start-discovery.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { findOrProvisionMember } from '../sign-in/join-organization.js';
import { provesEmail } from '../sign-in/proves-email.js';
import { findAccountOwner } from './account-owner.js';
import { type OAuthContext } from './oauth-context.js';
import { type ChosenAccount, type OAuthToken } from './oauth-token.js';

/**
 * Exchanges the token in the redirect for a session of the member, who is created if the organization allows that. Only
 * success uses up the token.
 */
export function authenticate(context: OAuthContext, fields: Fields) {
  readSessionUpdate(fields);
  checkLocale(fields);
  const issued = readToken(context, fields, 'oauth_token');
  const organization = context.organizations.find(issued.organizationId ?? '') ?? refuseToken();
  checkCodeVerifier(issued.codeChallenge, fields.string('pkce_code_verifier'));

  const { account } = issued;
  const factor = toFactor(account);
  const member =
    findAccountOwner(context, organization, account) ??
    findOrProvisionMember(context, organization, { ...account, factors: [factor] }).member;
  const requested = readRequestedMemberSession(context, fields, organization, member);

  context.oauthTokens.use(issued);
  const signIn = completeMemberSignIn(
    context,
    {
      organization,
      member,
      factors: [factor],
      verifiesEmail: provesEmail(factor) && isSameAddress(account.emailAddress, member.email.address),
    },
    requested,
  );
  const { provider, subject, emailAddress } = account;
  return {
    ...memberSignInResponse(context, signIn),
    organization_id: organization.organizationId,
    provider_type: oauthProviders[provider].label,
    provider_subject: subject,
    provider_values: providerValues(
      context,
      { registrationId: '', provider, subject },
      { scopes: issued.scopes, email: emailAddress },
    ),
    reset_sessions: signIn.resetSessions,
  };
}

/** Exchanges the token in the redirect for an intermediate session. Only success uses up the token. */
export function authenticateDiscovery(context: OAuthContext, fields: Fields) {
  const issued = readToken(context, fields, 'discovery_oauth_token');
  if (issued.organizationId !== null) refuseToken();
  checkCodeVerifier(issued.codeChallenge, fields.string('pkce_code_verifier'));

  context.oauthTokens.use(issued);
  const { account } = issued;
  return {
    ...startDiscovery(context, account.emailAddress, toFactor(account)),
    provider_type: oauthProviders[account.provider].label,
    provider_tenant_id: account.tenantIds[0] ?? '',
    provider_tenant_ids: account.tenantIds,
    full_name: '',
  };
}

function readToken({ oauthTokens }: OAuthContext, fields: Fields, name: string): OAuthToken {
  const token = fields.string(name) ?? '';
  if (token === '') refuse(400, 'invalid_token', `${name} is required.`);
  return oauthTokens.find(token) ?? refuseToken();
}

/** Unknown, used and expired tokens. */
function refuseToken(): never {
  return refuse(400, 'oauth_token_not_found', 'The OAuth token is unknown, was used, or has expired.');
}

/** The account gets its id when it is added to a member. */
function toFactor({ provider, subject, tenantIds }: ChosenAccount): OAuthFactor {
  return {
    type: 'oauth',
    deliveryMethod: `oauth_${provider}`,
    registration: { registrationId: '', provider, subject },
    emailId: null,
    tenantIds,
  };
}
