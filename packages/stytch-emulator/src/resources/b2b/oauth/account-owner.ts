import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { type ChosenAccount } from './oauth-token.js';

/** The member with the account, or else with its email address. */
export function findAccountOwner(
  { members }: B2B,
  organization: Organization,
  { provider, subject, emailAddress }: ChosenAccount,
): Member | undefined {
  const hasAccount = ({ oauthRegistrations }: Member) =>
    oauthRegistrations.some((each) => each.provider === provider && each.subject === subject);
  return (
    members.ofOrganization(organization).find(hasAccount) ?? members.findByEmail(organization, emailAddress)
  );
}
