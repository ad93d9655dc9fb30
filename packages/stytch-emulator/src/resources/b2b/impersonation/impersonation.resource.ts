import { type Fields } from '../../../wire/fields.js';
import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { memberFields } from '../members/member.wire.js';
import { memberSessionFields } from '../sessions/member-session-response.js';

const sessionMinutes = 60;

export function impersonationResource(b2b: B2B): Resource {
  const { members, impersonationTokens } = b2b;
  members.onDelete(({ memberId }) => {
    impersonationTokens.deleteAllOf(memberId);
  });
  return {
    name: 'impersonation',
    routes: { 'POST /v1/b2b/impersonation/authenticate': ({ fields }) => authenticate(b2b, fields) },
    entries: impersonationTokens.entries,
    tidy() {
      impersonationTokens.removeExpired();
    },
  };
}

/** Starts a session. The member stays as it is, because the member has not signed in, and needs no second factor. */
function authenticate(b2b: B2B, fields: Fields) {
  const token = b2b.impersonationTokens.get(fields.string('impersonation_token') ?? '');
  const { subjectId, impersonatorId, impersonatorEmail } = token;
  const member = b2b.members.getById(subjectId);
  const organization = b2b.organizations.get(member.organizationId);
  b2b.impersonationTokens.use(token);
  const session = b2b.sessions.start(
    member,
    [{ type: 'impersonated', deliveryMethod: 'impersonation', impersonatorId, impersonatorEmail }],
    { durationMinutes: sessionMinutes },
  );
  return {
    ...memberFields(organization, member),
    ...memberSessionFields(b2b, session, organization, member),
    organization_id: organization.organizationId,
    member_authenticated: true,
    intermediate_session_token: '',
    intermediate_session_token_expires_at: null,
    mfa_required: null,
  };
}
