import { type B2B } from '../../resources/b2b/b2b.js';
import { organizationClaims } from '../../resources/b2b/organizations/organization.js';
import { issueAccessToken } from '../issue-connected-app-token.js';
import { type IssuedMemberConnectedAppToken, type MemberConnectedAppTokenOptions } from './b2b-controls.js';
import { findOrCreateMember, findOrganization } from './find-member.js';

/**
 * @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`, `emulator_client_not_found`,
 *   `emulator_options_invalid`
 */
export function issueMemberToken(
  b2b: B2B,
  options: MemberConnectedAppTokenOptions,
): IssuedMemberConnectedAppToken {
  const organization = findOrganization(b2b, options.organization);
  const { subjectId, ...token } = issueAccessToken(b2b, options, () => ({
    subjectId: findOrCreateMember(b2b, organization, options).memberId,
    claims: organizationClaims(organization),
  }));
  return { ...token, member_id: subjectId };
}
