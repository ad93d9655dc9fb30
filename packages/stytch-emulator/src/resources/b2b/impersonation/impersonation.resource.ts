import { type Fields } from '../../../wire/fields.js';
import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { memberFields } from '../members/member.wire.js';
import { refuseSuspended } from '../organizations/organization.js';
import { memberSessionFields } from '../sessions/member-session-response.js';
import { toSdkResponse } from '../sign-in/sdk-response.js';

const sessionMinutes = 60;

export function impersonationResource(b2b: B2B): Resource {
  const { members, impersonationTokens } = b2b;
  members.onDelete(({ memberId }) => {
    impersonationTokens.deleteAllOf(memberId);
  });
  return {
    name: 'impersonation',
    routes: { 'POST /v1/b2b/impersonation/authenticate': ({ fields }) => authenticate(b2b, fields) },
    sdkRoutes: {
      'POST /sdk/v1/b2b/impersonation/authenticate': ({ fields }) => toSdkResponse(authenticate(b2b, fields)),
    },
    entries: impersonationTokens.entries,
    tidy() {
      impersonationTokens.removeExpired();
    },
  };
}

/**
 * Starts a session. The member stays as it is, because the member has not signed in. Whether an organization's second
 * factor is required of an impersonator is not documented; here, it is not.
 */
function authenticate(b2b: B2B, fields: Fields) {
  const { organizations, members, sessions, impersonationTokens } = b2b;
  const token = impersonationTokens.get(fields.string('impersonation_token') ?? '');
  const member = members.getById(token.subjectId);
  const organization = organizations.get(member.organizationId);
  refuseSuspended(organization);
  impersonationTokens.use(token);
  const { impersonatorId, impersonatorEmail } = token;
  const session = sessions.start(
    member,
    [{ type: 'impersonated', deliveryMethod: 'impersonation', impersonatorId, impersonatorEmail }],
    { durationMinutes: sessionMinutes },
  );
  return {
    ...memberFields(organization, member),
    organization_id: organization.organizationId,
    ...memberSessionFields(b2b, session, organization, member),
    intermediate_session_token: '',
    intermediate_session_token_expires_at: null,
    member_authenticated: true,
    mfa_required: null,
  };
}
