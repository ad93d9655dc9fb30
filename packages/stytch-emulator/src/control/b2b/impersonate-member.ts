import { type B2B } from '../../resources/b2b/b2b.js';
import { withParameters } from '../../wire/url-parameters.js';
import { withEmulatorErrors } from '../with-emulator-errors.js';
import { type CreatedMemberImpersonationToken, type MemberImpersonationOptions } from './b2b-controls.js';
import { findOrCreateMember, findOrganization } from './find-member.js';

/** @throws {EmulatorError} `emulator_organization_not_found`, `emulator_member_not_found`, `emulator_options_invalid` */
export function impersonateMember(
  b2b: B2B,
  options: MemberImpersonationOptions,
): CreatedMemberImpersonationToken {
  const { identifiers, impersonationTokens, redirectUrls } = b2b;
  const { redirectUrl, impersonatorEmail = 'support@example.com' } = options;
  const organization = findOrganization(b2b, options.organization);
  return withEmulatorErrors(() => {
    const url = redirectUrls.resolve(redirectUrl, {
      name: 'redirectUrl',
      invalid: 'invalid_login_redirect_url',
      notAllowed: 'redirect_url_not_found',
      noDefault: 'no_default_login_redirect_url_set',
    });
    const { memberId, organizationId } = findOrCreateMember(b2b, organization, options);
    const token = impersonationTokens.issue({
      subjectId: memberId,
      impersonatorId: options.impersonatorId ?? identifiers.id('member'),
      impersonatorEmail,
    });
    const link = withParameters(url, {
      slug: organization.slug,
      stytch_token_type: 'multi_tenant_impersonation',
      token,
    });
    return { member_id: memberId, organization_id: organizationId, token, link };
  });
}
