import { type OAuthRegistration } from '../../oauth/oauth-provider.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';

/**
 * The factor as it belongs to the member. After discovery, and in another organization, the email address and the
 * account at a provider have other ids. An account that is new to the member is added.
 */
export function toMemberFactor(b2b: B2B, member: Member, factor: NewFactor): NewFactor {
  if ('email' in factor) return { ...factor, email: member.email };
  if (factor.type !== 'oauth') return factor;
  return {
    ...factor,
    registration: registrationOf(b2b, member, factor.registration),
    emailId: member.email.emailId,
  };
}

function registrationOf(
  { members, identifiers }: B2B,
  member: Member,
  { provider, subject }: OAuthRegistration,
): OAuthRegistration {
  const existing = member.oauthRegistrations.find(
    (registration) => registration.provider === provider && registration.subject === subject,
  );
  if (existing) return existing;
  const registration = { registrationId: identifiers.id('oauth-member'), provider, subject };
  members.edit(member).oauthRegistrations.push(registration);
  return registration;
}
