import { type B2B } from '../../resources/b2b/b2b.js';
import { createImpersonationLink } from '../create-impersonation-link.js';
import { withEmulatorErrors } from '../with-emulator-errors.js';
import { type CreatedMemberImpersonationToken, type MemberImpersonationOptions } from './b2b-controls.js';
import { findOrCreateMember, findOrganization } from './find-member.js';

/** @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`, `emulator_options_invalid` */
export function impersonateMember(
  b2b: B2B,
  options: MemberImpersonationOptions,
): CreatedMemberImpersonationToken {
  const organization = findOrganization(b2b, options.organization);
  return withEmulatorErrors(() => {
    const { subjectId, ...created } = createImpersonationLink(
      b2b,
      options,
      { slug: organization.slug, stytch_token_type: 'multi_tenant_impersonation' },
      () => findOrCreateMember(b2b, organization, options).memberId,
    );
    return { member_id: subjectId, organization_id: organization.organizationId, ...created };
  });
}
